"""`/metrics`: what this process did, and how the store stands, as Prometheus reads it.

Turns and errors are counted by each process for itself; with `lite serve --processes N` all of
them write into one folder (`PROMETHEUS_MULTIPROC_DIR`, the library's own way) and any of them
tells the sum. How the store stands is asked of the store when somebody scrapes, a bounded number
of rows and at most once in `FRESH` seconds; an idle process asks nothing. Labels are words of
closed sets: doors, services, states, the names of the funds. Nobody is told apart.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from lite.signs import state
from lite.trace import OUTCOMES, Turn

if TYPE_CHECKING:
    from lite.app import House

FRESH = 5.0  # seconds
SHARED = "PROMETHEUS_MULTIPROC_DIR"
_DOORS = ("ussd", "ussd/ended", "sms", "delivery", "optout", "sim", "web", "counter")
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)

_turns = Counter("lite_turns", "Turns of a door.", ["door", "service", "outcome"])
_seconds = Histogram("lite_turn_seconds", "How long a turn took.", ["door"], buckets=_BUCKETS)
_errors = Counter("lite_errors", "Errors that were logged, by room.", ["room"])


@cache
def _of(door: str, service: str, outcome: str) -> tuple[Counter, Histogram]:
    """Where a turn is counted: the library takes a lock to find it, so it is found once."""
    return _turns.labels(door, service, outcome), _seconds.labels(door)


class Metrics:
    """One process's. `seen` and `error` count; `text` is what a scrape reads."""

    def __init__(self, house: House, services: Iterable[str]) -> None:
        self._services = frozenset(services)
        self._registry = CollectorRegistry()
        if SHARED in os.environ:
            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]
        else:
            self._registry.register(_Own())
        self._registry.register(_Store(house))

    def seen(self, turn: Turn) -> None:
        """A turn is over; what is of no closed set is called `other`."""
        door = turn.door if turn.door in _DOORS else "other"
        service = turn.service if turn.service in self._services else "none"
        outcome = turn.outcome if turn.outcome in OUTCOMES else "other"
        counted, timed = _of(door, service, outcome)
        counted.inc()
        timed.observe(turn.seconds)

    def error(self, room: str) -> None:
        """An error was logged by a room."""
        _errors.labels(room).inc()

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self._registry)


class _Own(Collector):
    """What this process counted, and what the library knows of it: memory, files, start."""

    def collect(self) -> Iterable[Metric]:
        return REGISTRY.collect()


class _Store(Collector):
    """How the store stands, asked once in a while."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._asked = -FRESH
        self._known: list[Metric] = []

    def describe(self) -> Iterable[Metric]:
        """Nothing is asked of the store until somebody scrapes."""
        return []

    def collect(self) -> Iterable[Metric]:
        if monotonic() - self._asked >= FRESH:
            self._known = list(state.asked(self._house))
            self._asked = monotonic()
        return self._known
