"""Carries letters: claims them, has them carried, writes what came of it.

What a carrier found decides: accepted, refused for ever, to be tried later, nobody there, or lost,
when nobody knows whether the letter was taken. A lost letter is settled by the policy of its class,
never silently sent again.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Mapping
from threading import Event, Thread
from types import MappingProxyType

from lite.clock import Clock
from lite.outbox.breaker import Breaker
from lite.outbox.lane import BATCH, Lane
from lite.outbox.outcomes import Accepted, Carrier, Down, Later, Lost, Never, Outcome
from lite.outbox.pace import Pace
from lite.outbox.settling import MOST_TRIES, Count, Settling
from lite.store import Store
from lite.store.lanes import FAILURES

__all__ = [
    "BATCH", "FAILURES", "MOST_TRIES", "Accepted", "Carrier", "Down", "Later", "Lost", "Never",
    "Outbox", "Outcome",
]  # fmt: skip

_log = logging.getLogger("lite.outbox")
_NONE: Mapping[str, float] = MappingProxyType({})


class Outbox:
    """One worker. `carriers` by lane: a kind of letter, or `fund:` and the name of a fund. `rates`
    (letters a second, for all workers together; 0 or none: no cap) and `senders` (how many are
    carried at once) by lane too. `lease` and `ambiguous_wait` in seconds; `taken` is told the id of
    a message once it is stored, to apply reports that came before; `count` of each outcome."""

    def __init__(
        self, store: Store, clock: Clock, carriers: Mapping[str, Carrier], *,
        lease: float = 30.0, ambiguous_wait: float = 600.0,
        taken: Callable[[str], None] = lambda message_id: None,
        chance: Callable[[float, float], float] = random.uniform,
        rates: Mapping[str, float] = _NONE, senders: Mapping[str, float] = _NONE,
        count: Count = lambda kind, name, outcome: None,
    ) -> None:  # fmt: skip
        self._settling = Settling(store, clock, ambiguous_wait, taken, chance, count)
        self._lanes = []
        for name, carry in carriers.items():
            kind, _, route = name.partition(":")
            breaker = Breaker(store.lanes, kind, route, clock, lease, chance)
            pace = Pace(store.lanes, kind, route, clock, rates.get(name, 0.0))
            self._lanes.append(
                Lane(name, carry, int(senders.get(name, 1)), lease, store.letters, clock, breaker,
                     pace, self._settling)
            )  # fmt: skip

    def run(self, stop: Event, every: float = 1.0) -> None:
        """Carry letters until told to stop, each lane on a thread of its own: a fund that hangs
        holds up no SMS, and no other fund."""
        threads = [
            Thread(target=lane.run, args=(stop, every), name=f"outbox-{lane.name}")
            for lane in self._lanes
        ]
        for thread in threads:
            thread.start()
        while not stop.is_set():
            self._tidy()
            stop.wait(every)
        for thread in threads:
            thread.join()

    def _tidy(self) -> None:
        try:
            self._settling.tidy()
        except Exception as error:  # the store is busy or gone: it may come back
            _log.error("tidying failed", extra={"why": type(error).__name__})

    def run_once(self) -> int:
        """One round of every lane, in this thread; how many letters were claimed."""
        self._settling.tidy()
        return sum(lane.round() for lane in self._lanes)
