"""How much of the time a fund answered: as it was seen, planned stops counted against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from lite.clock import instant, stamp
from lite.store import Store

WINDOWS = (30, 90)  # days

Interval = tuple[datetime, datetime]
_NONE = timedelta()


@dataclass(frozen=True)
class Availability:
    """Of the last `days`, `seen` is how long somebody looked, or a stop was planned; `up` how much
    of that the fund answered and no stop was planned."""

    fund: str
    days: int
    seen: timedelta
    up: timedelta

    @property
    def permille(self) -> int:
        """The share in thousandths, rounded down: never whole when a second was missing."""
        return int(self.up * 1000 // self.seen) if self.seen else 0


def availability(store: Store, funds: Iterable[str], now: datetime) -> list[Availability]:
    """For each fund, over each of the windows."""
    return [_of(store, fund, days, now) for fund in funds for days in WINDOWS]


def _of(store: Store, fund: str, days: int, now: datetime) -> Availability:
    since = now - timedelta(days=days)
    spans = [row for row in store.notices.spans(stamp(since)) if row.fund == fund]
    planned = [
        (instant(start), instant(end) if end else now)
        for stopped, start, end in store.notices.stopped(stamp(since))
        if stopped in (fund, "")
    ]
    looked = [(instant(row.begins_at), instant(row.ends_at), row.state) for row in spans]
    down = [(start, end) for start, end, state in looked if state == "down"]
    seen = _length([*((start, end) for start, end, _ in looked), *planned], since, now)
    return Availability(fund, days, seen, seen - _length([*down, *planned], since, now))


def _length(intervals: Iterable[Interval], since: datetime, now: datetime) -> timedelta:
    """How long they last together within a window, what they share counted once."""
    total, reached = _NONE, since
    for start, end in sorted(intervals):
        start, end = max(start, reached), min(end, now)
        if end > start:
            total, reached = total + (end - start), end
    return total
