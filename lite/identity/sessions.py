"""Web sessions: 128 random bits in a cookie, their keyed hash in the store."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from lite.clock import instant, stamp
from lite.store import Store
from lite.store.access import SessionRow
from lite.vault import Vault

# Idle time by level: after that, T2 falls back to T1 and T1 ends.
IDLE = {1: timedelta(minutes=20), 2: timedelta(minutes=5)}
# A page seen so soon after another writes nothing.
SEEN = timedelta(seconds=15)
LONGEST = timedelta(minutes=60)


@dataclass(frozen=True)
class Session:
    """A signed-in person on the web; `phone` is the enrolled phone the code was for (E.164)."""

    person: str
    phone: str
    level: int
    began: datetime
    until: datetime


def begin(
    store: Store, vault: Vault, person: str, phone: str, level: int, now: datetime,
    began: datetime | None = None,
) -> str:  # fmt: skip
    """Open a session; the cookie's value. One that replaces another keeps when that `began`."""
    cookie = secrets.token_urlsafe(16)
    hashed = vault.hash("session", cookie)
    content = json.dumps({"phone": phone}).encode()
    sealed = vault.seal(f"web_sessions.sealed:{hashed}", content, person)
    store.access.open(hashed, SessionRow(person, sealed, level, stamp(began or now), stamp(now)))
    return cookie


def find(store: Store, vault: Vault, cookie: str, now: datetime) -> Session | None:
    """The living session of a cookie; reading it counts as being seen."""
    hashed = vault.hash("session", cookie)
    row = store.access.session(hashed)
    if row is None:
        return None
    began, seen = instant(row.created_at), instant(row.seen_at)
    if min(seen + IDLE[1], began + LONGEST) <= now:
        store.access.close(hashed)
        return None
    level = row.level if seen + IDLE[row.level] > now else 1
    if level != row.level or now - seen > SEEN:
        store.access.seen(hashed, level, stamp(now))
    kept = json.loads(vault.open(f"web_sessions.sealed:{hashed}", row.sealed))
    return Session(
        row.person, kept["phone"], level, began, min(now + IDLE[level], began + LONGEST)
    )


def end(store: Store, vault: Vault, cookie: str) -> None:
    """Close a session on the server, whatever the browser still holds."""
    store.access.close(vault.hash("session", cookie))
