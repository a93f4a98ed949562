"""Staff sessions: 128 random bits in a cookie, and at most one file open on the desk.

The open file stands on the server, so that no address holds a person, no file is seen without a
reason, and a page left open for somebody else cannot act on the one who came after.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from lite.clock import instant, stamp
from lite.identity import audit
from lite.store import Store
from lite.vault import Vault

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=8)


@dataclass(frozen=True)
class Clerk:
    """Somebody signed in at the counter, until when, and the file that lies open (`person` empty:
    none): looked up for a `reason`, its names `shown` or still masked."""

    name: str
    role: str
    until: datetime
    person: str
    reason: str
    shown: bool


def begin(store: Store, vault: Vault, name: str, now: datetime) -> str:
    """Open a session; the cookie's value."""
    cookie = secrets.token_urlsafe(16)
    store.staff.sit(_hash(vault, cookie), name, stamp(now))
    return cookie


def find(store: Store, vault: Vault, cookie: str, now: datetime) -> Clerk | None:
    """The living session of a cookie: seen within 15 minutes, begun within 8 hours, its account
    open. Being found counts as being seen."""
    hashed = _hash(vault, cookie)
    row = store.staff.session(hashed)
    if row is None:
        return None
    longest = instant(row.created_at) + LONGEST
    if min(instant(row.seen_at) + IDLE, longest) <= now:
        store.staff.rise(hashed)
        return None
    store.staff.seen(hashed, stamp(now))
    return Clerk(
        row.name, row.role, min(now + IDLE, longest), row.person, row.reason, bool(row.shown)
    )


def open_file(
    store: Store, vault: Vault, cookie: str, clerk: Clerk, person: str, reason: str, now: datetime
) -> None:
    """Lay a person's file on the desk, masked, for a reason (a plain word)."""
    with store.transaction():
        audit.append(store, vault, clerk.name, "found", person, reason, now)
        store.staff.lay(_hash(vault, cookie), person, reason, shown=False)


def show_file(store: Store, vault: Vault, cookie: str, clerk: Clerk, now: datetime) -> None:
    """Show who the open file is about."""
    with store.transaction():
        audit.append(store, vault, clerk.name, "shown", clerk.person, clerk.reason, now)
        store.staff.lay(_hash(vault, cookie), clerk.person, clerk.reason, shown=True)


def close_file(store: Store, vault: Vault, cookie: str, clerk: Clerk, now: datetime) -> None:
    """Put the open file away."""
    with store.transaction():
        audit.append(store, vault, clerk.name, "closed", clerk.person, "", now)
        store.staff.lay(_hash(vault, cookie), "", "", shown=False)


def end(store: Store, vault: Vault, cookie: str, clerk: Clerk, now: datetime) -> None:
    """Close a session on the server, whatever the browser still holds."""
    with store.transaction():
        audit.append(store, vault, clerk.name, "signed_out", "", "", now)
        store.staff.rise(_hash(vault, cookie))


def _hash(vault: Vault, cookie: str) -> str:
    return vault.hash("staff-session", cookie)
