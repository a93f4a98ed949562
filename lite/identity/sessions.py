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
_OVER = 0  # the level of a session that ended by itself


@dataclass(frozen=True)
class Session:
    """A signed-in person on the web; `phone` is the enrolled phone the code was for (E.164). If
    nothing more is done, the level lasts `until` then and the session `ends` then, no sooner.
    `thread` is what the tokens of its pages are made of: it is the same for all sessions of one
    person that followed each other in one browser, so that a page left open stays good."""

    person: str
    phone: str
    level: int
    began: datetime
    until: datetime
    ends: datetime
    thread: str


def begin(
    store: Store, vault: Vault, person: str, phone: str, level: int, now: datetime,
    before: Session | None = None,
) -> str:  # fmt: skip
    """Open a session; the cookie's value. One of a higher level than that `before` keeps when it
    began; one of the same person keeps the thread."""
    cookie = secrets.token_urlsafe(16)
    hashed = vault.hash("session", cookie)
    same = before if before and before.person == person else None
    thread = same.thread if same else secrets.token_urlsafe(16)
    content = json.dumps({"phone": phone, "thread": thread}).encode()
    sealed = vault.seal(f"web_sessions.sealed:{hashed}", content, person)
    began = same.began if same and 0 < same.level < level else now
    store.access.open(hashed, SessionRow(person, sealed, level, stamp(began), stamp(now)))
    return cookie


def find(store: Store, vault: Vault, cookie: str, now: datetime) -> Session | None:
    """The living session of a cookie; reading it counts as being seen."""
    found = last(store, vault, cookie, now)
    return found if found and found.level else None


def last(store: Store, vault: Vault, cookie: str, now: datetime) -> Session | None:
    """The same, also one that ended by itself less than a day ago: then its level is 0, for ever.
    One that its person left, or that was ended for them, is gone."""
    hashed = vault.hash("session", cookie)
    row = store.access.session(hashed)
    if row is None:
        return None
    began, seen = instant(row.created_at), instant(row.seen_at)
    level = _level(row.level, began, seen, now)
    if level != row.level or (level and now - seen > SEEN):
        seen = now if level else seen
        store.access.seen(hashed, level, stamp(seen))
    return _session(vault, hashed, row, level, began, seen)


def _level(level: int, began: datetime, seen: datetime, now: datetime) -> int:
    if level == _OVER or min(seen + IDLE[1], began + LONGEST) <= now:
        return _OVER
    return level if seen + IDLE[level] > now else 1


def _session(
    vault: Vault, hashed: str, row: SessionRow, level: int, began: datetime, seen: datetime
) -> Session:
    kept = json.loads(vault.open(f"web_sessions.sealed:{hashed}", row.sealed))
    latest = began + LONGEST
    return Session(
        row.person, kept["phone"], level, began,
        until=min(seen + IDLE[level or 1], latest), ends=min(seen + IDLE[1], latest),
        thread=kept.get("thread", hashed),
    )  # fmt: skip


def end(store: Store, vault: Vault, cookie: str) -> None:
    """Close a session on the server, whatever the browser still holds."""
    store.access.close(vault.hash("session", cookie))
