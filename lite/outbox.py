"""Carries letters: claims them, has them carried, writes what came of it.

What a carrier found decides: accepted, refused for ever, to be tried later, or lost, when nobody
knows whether the letter was taken. A lost letter is settled by the policy of its class, never
silently sent again.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from typing import TypeAlias

from lite.clock import Clock, stamp
from lite.store import Store
from lite.store.letters import LetterRow

_log = logging.getLogger("lite.outbox")

BATCH = 20
# Seconds before the next try: 5, 15, 45 ... an hour, 20 % more or less so that letters held up
# together do not come back together.
_FIRST_WAIT, _GROWTH, _LONGEST_WAIT, _JITTER = 5.0, 3.0, 3_600.0, 0.2
MOST_TRIES = 12
# A request to a fund waits for weeks if it must; the fund knows a repeat by its key.
REQUEST = "request"
_LONGEST_REQUEST_WAIT = 600.0
# A code that arrives twice, or late, teaches people to expect codes they did not ask for.
CODE = "code"
_MOST_LOST = 2


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took the letter; `cost` as it said it."""

    message_id: str | None = None
    segments: int | None = None
    cost: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing left; trying again makes sense, after so many seconds if it knows."""

    reason: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """Refused; trying again makes no sense."""

    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows whether it was taken."""

    reason: str


Outcome: TypeAlias = Accepted | Later | Never | Lost
Carrier: TypeAlias = Callable[[LetterRow], Outcome]


class Outbox:
    """One worker. `carriers` by kind of letter; `lease` and `ambiguous_wait` in seconds; `taken`
    is told the id of a message once it is stored, to apply reports that came before."""

    def __init__(
        self, store: Store, clock: Clock, carriers: Mapping[str, Carrier], *,
        lease: float = 30.0, ambiguous_wait: float = 600.0,
        taken: Callable[[str], None] = lambda message_id: None,
        chance: Callable[[float, float], float] = random.uniform,
    ) -> None:  # fmt: skip
        self._store = store
        self._letters = store.letters
        self._clock = clock
        self._carriers = carriers
        self._lease = lease
        self._wait = ambiguous_wait
        self._taken = taken
        self._chance = chance

    def run(self, stop: Event, every: float = 1.0) -> None:
        """Carry letters until told to stop, each kind on a thread of its own: a fund that hangs
        holds up no SMS."""
        threads = [
            Thread(target=self._loop, args=(kind, stop, every), name=f"outbox-{kind}")
            for kind in self._carriers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _loop(self, kind: str, stop: Event, every: float) -> None:
        while not stop.is_set():
            try:
                carried = self._round(kind, stop)
            except Exception as error:  # the store is busy or gone: it may come back
                _log.error("round failed", extra={"kind": kind, "why": type(error).__name__})
                carried = 0
            if carried < BATCH:
                stop.wait(every)

    def run_once(self) -> int:
        """One round of every kind; how many letters were carried."""
        return sum(self._round(kind, Event()) for kind in self._carriers)

    def _round(self, kind: str, stop: Event) -> int:
        self._tidy()
        now = self._clock.now()
        lease_until = stamp(now + timedelta(seconds=self._lease))
        claimed = self._letters.claim(kind, stamp(now), lease_until, BATCH)
        started = time.monotonic()
        for row in claimed:
            # A letter begun late in the lease might be taken for abandoned while it is carried.
            if stop.is_set() or time.monotonic() - started > self._lease / 2:
                self._letters.give_back(row, self._now())
            else:
                self._carry(row)
        return len(claimed)

    # Carrying

    def _carry(self, row: LetterRow) -> None:
        if row.expires_at and row.expires_at <= self._now():
            self._settle(row, "expired", "too late")
            return
        try:
            outcome = self._carriers[row.kind](row)
        except Exception as error:  # one bad letter never blocks the rest
            outcome = Lost(type(error).__name__)
        with self._store.transaction():
            self._write(row, outcome)
        said = {"letter": row.id, "outcome": type(outcome).__name__.lower()}
        _log.info("letter", extra=said | {"why": getattr(outcome, "reason", "")})

    def _write(self, row: LetterRow, outcome: Outcome) -> None:
        match outcome:
            case Accepted():
                self._accept(row, outcome)
            case Never(reason):
                self._settle(row, "refused", reason)
            case Later(reason, seconds):
                self._postpone(row, reason, seconds)
            case Lost(reason) if row.klass == REQUEST:
                self._postpone(row, reason, None)
            case Lost(reason):
                self._lose(row, reason)

    def _accept(self, row: LetterRow, outcome: Accepted) -> None:
        self._letters.settle(
            row, "accepted", self._now(), message_id=outcome.message_id,
            segments=outcome.segments, cost=outcome.cost,
        )  # fmt: skip
        if outcome.message_id:
            self._taken(outcome.message_id)

    def _postpone(self, row: LetterRow, reason: str, seconds: float | None) -> None:
        if row.klass != REQUEST and row.attempts >= MOST_TRIES:
            self._settle(row, "dead", reason)
        else:
            self._settle(row, "waiting", reason, self._due(row, seconds))

    def _lose(self, row: LetterRow, reason: str) -> None:
        """A report may have come while we waited for the answer that was lost."""
        self._settle(row, "unknown", reason)
        self._recognise(row)

    def _settle(self, row: LetterRow, state: str, detail: str, due_at: str | None = None) -> None:
        self._letters.settle(row, state, self._now(), detail=detail, due_at=due_at)

    # What was lost

    def _tidy(self) -> None:
        """Before each round: abandoned letters are lost, late ones expire, lost ones settle."""
        now = self._clock.now()
        with self._store.transaction():
            self._letters.abandoned(stamp(now))
            self._letters.expire(stamp(now))
            for row in self._letters.unknown(stamp(now)):
                if row.klass == REQUEST:
                    self._conclude(row, "waiting", self._due(row, None))
            for row in self._letters.unknown(stamp(now - timedelta(seconds=self._wait))):
                if not self._recognise(row):
                    self._conclude(row, self._policy(row), stamp(now))

    def _recognise(self, row: LetterRow) -> bool:
        """Whether a delivery report proves that a lost letter was taken after all."""
        message_id = self._letters.unclaimed(row.address, row.created_at)
        if message_id is None or self._letters.lost_to(row.address) != row.id:
            return False
        self._letters.named(row.id, message_id, self._now())
        self._conclude(row, "accepted", row.due_at)
        self._taken(message_id)
        return True

    def _policy(self, row: LetterRow) -> str:
        """What becomes of a lost letter of each class, once waiting brings nothing more."""
        if row.klass == CODE:
            return "expired"
        return "dead" if self._letters.times_lost(row.id) >= _MOST_LOST else "waiting"

    def _conclude(self, row: LetterRow, state: str, due_at: str) -> None:
        self._letters.conclude(row.id, state, "the outcome was lost", due_at, self._now())

    # Time

    def _due(self, row: LetterRow, seconds: float | None) -> str:
        """When to try again: the longer the oftener it was tried."""
        longest = _LONGEST_REQUEST_WAIT if row.klass == REQUEST else _LONGEST_WAIT
        steps = min(row.attempts - 1, 10)
        wait = min(_FIRST_WAIT * _GROWTH**steps, longest) if seconds is None else max(1, seconds)
        wait *= self._chance(1 - _JITTER, 1 + _JITTER)
        return stamp(self._clock.now() + timedelta(seconds=wait))

    def _now(self) -> str:
        return stamp(self._clock.now())
