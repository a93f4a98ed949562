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

IDLE = timedelta(minutes=20)
LONGEST = timedelta(minutes=60)


@dataclass(frozen=True)
class Session:
    """A signed-in person on the web; `phone` is the enrolled phone the code was for (E.164)."""

    person: str
    phone: str
    level: int
    until: datetime


def begin(store: Store, vault: Vault, person: str, phone: str, level: int, now: datetime) -> str:
    """Open a session; the cookie's value."""
    cookie = secrets.token_urlsafe(16)
    hashed = vault.hash("session", cookie)
    sealed = vault.seal(f"web_sessions.sealed:{hashed}", json.dumps({"phone": phone}).encode())
    store.access.open(hashed, SessionRow(person, sealed, level, stamp(now), stamp(now)))
    return cookie


def find(store: Store, vault: Vault, cookie: str, now: datetime) -> Session | None:
    """The living session of a cookie; reading it counts as being seen."""
    hashed = vault.hash("session", cookie)
    row = store.access.session(hashed)
    if row is None:
        return None
    until = min(instant(row.seen_at) + IDLE, instant(row.created_at) + LONGEST)
    if until <= now:
        store.access.close(hashed)
        return None
    store.access.seen(hashed, stamp(now))
    kept = json.loads(vault.open(f"web_sessions.sealed:{hashed}", row.sealed))
    ends = min(now + IDLE, instant(row.created_at) + LONGEST)
    return Session(row.person, kept["phone"], row.level, ends)


def end(store: Store, vault: Vault, cookie: str) -> None:
    """Close a session on the server, whatever the browser still holds."""
    store.access.close(vault.hash("session", cookie))
