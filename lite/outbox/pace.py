"""So many a second and no more, however many workers there are.

Turns are moments, one after the other, that the store gives out: whoever takes some is the only one
to send at them. A turn that was missed is lost, never made up for: no burst follows a pause.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from threading import Event, Lock

from lite.clock import Clock, instant, stamp
from lite.store.lanes import LaneRow, Lanes

# How late (s) a turn may still be used, and by how much turns are apart for it: with both, no
# second holds more than the rate.
_LATE = 0.02
_APART = 1.0 + _LATE
# Turns are fetched for a tenth of a second. Those further away than this (s) were given out by a
# clock that was set back since.
_FETCH, _DEBT = 0.1, 60.0


class Pace:
    """The turns of one lane, `rate` a second; 0 for as fast as it goes."""

    def __init__(self, lanes: Lanes, kind: str, route: str, clock: Clock, rate: float) -> None:
        self._lanes, self._kind, self._route = lanes, kind, route
        self._clock, self._rate = clock, rate
        self._turns: deque[float] = deque()
        self._lock = Lock()

    def wait(self, stop: Event) -> None:
        """Until it is this sender's turn, or nobody's any more."""
        if self._rate <= 0:
            return
        while not stop.is_set():
            with self._lock:
                turn = self._next()
            if turn is not None:
                stop.wait(max(0.0, turn - self._clock.now().timestamp()))
                return
            stop.wait(0.005)

    def _next(self) -> float | None:
        """A turn that has not passed, fetched if need be; None when another worker was faster."""
        now = self._clock.now().timestamp()
        while self._turns and not now - _LATE <= self._turns[0] <= now + _DEBT:
            self._turns.popleft()
        if not self._turns and not self._fetch():
            return None
        return self._turns.popleft()

    def _fetch(self) -> bool:
        seen = self._lanes.get(self._kind, self._route)
        now = self._clock.now()
        first = _first(seen, now.timestamp())
        apart = _APART / self._rate
        number = max(1, int(self._rate * _FETCH))
        end = now + timedelta(seconds=first + number * apart - now.timestamp())
        if not self._lanes.book(seen, stamp(end)):
            return False
        self._turns.extend(first + index * apart for index in range(number))
        return True


def _first(seen: LaneRow, now: float) -> float:
    free_at = instant(seen.free_at).timestamp() if seen.free_at else now
    return now if free_at > now + _DEBT else max(now, free_at)
