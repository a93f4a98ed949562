"""What a worker counts, and that it lives: told to the store a few times a minute.

A worker that is killed loses what it counted since: figures for an operator, never the truth about
a letter, which stands in the letter.
"""

from __future__ import annotations

import os
import re
import socket
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING, Any

from lite.clock import Clock, stamp

if TYPE_CHECKING:
    from lite.store.beats import Beats

# Seconds between two signs of life: so many rows an hour does a worker write.
EVERY = 15.0
# What was paid is counted in ten-thousandths of a currency.
PARTS = 10_000
_COST = re.compile(r"([A-Z]{3}) ([0-9]{1,6}(?:\.[0-9]{1,4})?)")


class Tally:
    """One worker's."""

    def __init__(self, beats: Beats, clock: Clock) -> None:
        self._beats, self._clock = beats, clock
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._started = stamp(clock.now())
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def letter(self, kind: str, name: str, outcome: Any) -> None:
        """A letter of a kind was tried; of an accepted SMS, what it took and what it cost."""
        with self._lock:
            self._counts[f"letters|{kind}|{name}"] += 1
            if segments := getattr(outcome, "segments", None):
                self._counts[f"segments|{kind}"] += segments
            if cost := _COST.fullmatch(getattr(outcome, "cost", None) or ""):
                self._counts[f"cost|{kind}|{cost[1]}"] += round(float(cost[2]) * PARTS)

    def error(self, room: str) -> None:
        """Something went wrong in a room."""
        with self._lock:
            self._counts[f"errors|{room}"] += 1

    def beat(self) -> None:
        """Say that this worker lives, and what it counted; kept for the next time if it fails."""
        with self._lock:
            counted, self._counts = self._counts, Counter()
        try:
            self._beats.beat(self._name, self._started, stamp(self._clock.now()), counted)
        except Exception:
            with self._lock:
                self._counts.update(counted)
            raise

    def end(self) -> None:
        """This worker ends as it was told to."""
        self.beat()
        self._beats.leave(self._name)
