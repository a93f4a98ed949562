"""A circuit breaker for each lane, kept in the store so that every worker sees the same.

Closed, letters go. After a few failures in a row it is open: no letter is claimed, so that what
waits costs nothing. When its time is over, one letter of one worker tries; if that one is taken it
is closed, otherwise it stays open a while longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from lite.clock import Clock, stamp
from lite.store.lanes import FAILURES, LaneRow, Lanes

# Seconds until the next letter tries: 5, 15, 45, a minute; five at most if the carrier says so.
_FIRST, _GROWTH, _LONGEST, _LONGEST_TOLD = 5.0, 3.0, 60.0, 300.0
# Where nobody is there at all, a try costs nothing: it comes after a fiftieth of the time gone by,
# so that what was cut off for a minute goes on within five seconds.
_FIRST_AWAY, _GROWTH_AWAY = 2.0, 1.02


class Breaker:
    """Of one lane. `chance` spreads the tries of several lanes; `lease` (s) is what one may take;
    `tripped` is when this process last saw it open, on the machine's own clock (s)."""

    def __init__(
        self, lanes: Lanes, kind: str, route: str, clock: Clock, lease: float,
        chance: Callable[[float, float], float],
    ) -> None:  # fmt: skip
        self._lanes, self._kind, self._route = lanes, kind, route
        self._clock, self._lease, self._chance = clock, lease, chance
        self.tripped = 0.0

    def room(self, most: int) -> int:
        """How many letters may be claimed now: all, none, or the one that tries."""
        seen = self._seen()
        if seen.failures < FAILURES:
            return most
        now = self._clock.now()
        # A clock that was set back must not shut a lane for as long as it jumped.
        sane = seen.retry_at <= stamp(now + timedelta(seconds=2 * _LONGEST_TOLD + self._lease))
        if sane and seen.retry_at > stamp(now):
            return 0
        return int(self._lanes.probe(seen, stamp(now + timedelta(seconds=self._lease))))

    def works(self) -> None:
        """The carrier answered."""
        self._lanes.works(self._kind, self._route)

    def failed(self, reason: str, seconds: float | None, away: bool = False) -> str:
        """The carrier did not answer, or takes nothing; `away`: it cannot even be reached. When the
        next letter may try."""
        failures = self._seen().failures + 1
        if failures >= FAILURES:
            self.tripped = time.monotonic()
        over = max(0, failures - FAILURES)
        first, growth = (_FIRST_AWAY, _GROWTH_AWAY) if away else (_FIRST, _GROWTH)
        wait = min(first * growth ** min(over, 200), _LONGEST)
        if seconds is not None:
            wait = max(1.0, min(seconds, _LONGEST_TOLD))
        retry_at = stamp(self._clock.now() + timedelta(seconds=wait * self._chance(0.8, 1.2)))
        self._lanes.failed(self._kind, self._route, retry_at, reason)
        return retry_at

    def _seen(self) -> LaneRow:
        return self._lanes.get(self._kind, self._route)
