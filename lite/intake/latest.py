"""The latest time that was ever seen here: a clock set back makes nothing young again."""

from __future__ import annotations

from datetime import datetime

from lite.clock import instant, stamp
from lite.store import Store

_FACT = "latest time"


def latest(store: Store, now: datetime) -> datetime:
    """The time, never before one that was noted."""
    noted = store.places.fact(_FACT)
    return max(now, instant(noted)) if noted else now


def note(store: Store, now: datetime) -> datetime:
    """The same, noted."""
    moment = latest(store, now)
    trust(store, moment)
    return moment


def trust(store: Store, now: datetime) -> None:
    """From now on this is the latest time, whatever was noted: for a clock that ran wild."""
    with store.transaction():
        store.places.set_fact(_FACT, stamp(now))
