"""What becomes of a letter once it was tried, and of those whose outcome was lost."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeAlias

from lite.clock import Clock, instant, stamp
from lite.outbox.breaker import Breaker
from lite.outbox.outcomes import Accepted, Down, Expired, Later, Lost, Never, Outcome, Tried
from lite.store import Store
from lite.store.letters import LetterRow

_log = logging.getLogger("lite.outbox")
# (kind of letter, the outcome's name, the outcome)
Count: TypeAlias = Callable[[str, str, Outcome], None]

# Seconds before the next try: 5, 15, 45 ... an hour, 20 % more or less so that letters held up
# together do not come back together.
_FIRST_WAIT, _GROWTH, _LONGEST_WAIT, _JITTER = 5.0, 3.0, 3_600.0, 0.2
MOST_TRIES = 12
# While the gateway is down no try counts; what is older than three days is no news any more.
_LONGEST_DOWN = timedelta(days=3)
# A request to a fund waits for weeks if it must; the fund knows a repeat by its key.
REQUEST = "request"
_LONGEST_REQUEST_WAIT = 300.0
# A code that arrives twice, or late, teaches people to expect codes they did not ask for.
CODE = "code"
_MOST_LOST = 2
# How far ahead of now a letter was written when the clock was set back since, and how often (s, on
# the machine's own clock) it is looked for.
_AHEAD, _LOOKS = timedelta(minutes=10), 60.0


class Settling:
    """Writes outcomes down. `wait` (s) for the outcome that was lost; `taken` is told the id of a
    message once it is stored; `chance` spreads what comes back; `count` is told of each outcome."""

    def __init__(
        self, store: Store, clock: Clock, wait: float, taken: Callable[[str], None],
        chance: Callable[[float, float], float], count: Count = lambda kind, name, outcome: None,
    ) -> None:  # fmt: skip
        self._count = count
        self._store, self._letters, self._delivery = store, store.letters, store.delivery
        self._clock, self._wait, self._taken, self._chance = clock, wait, taken, chance
        self._looked = float("-inf")

    def write(self, tried: Sequence[Tried], breaker: Breaker) -> None:
        """What came of a batch, in one transaction."""
        with self._store.transaction():
            self._delivery.hold((row.address, _message(outcome)) for row, outcome in tried)
            if any(map(_answered, tried)):
                breaker.works()
            for row, outcome in tried:
                if outcome is None:
                    self._letters.give_back(row, self._now())
                else:
                    self._write(row, outcome, breaker)
        for row, outcome in tried:
            if outcome is not None:
                name = type(outcome).__name__.lower()
                self._count(row.kind, name, outcome)
                said = {"letter": row.id, "turn": row.turn, "outcome": name}
                _log.info("letter", extra=said | {"why": getattr(outcome, "reason", "")})

    def _write(self, row: LetterRow, outcome: Outcome, breaker: Breaker) -> None:
        match outcome:
            case Accepted():
                self._accept(row, outcome)
            case Expired():
                self._settle(row, "expired", "too late")
            case Never(reason):
                self._settle(row, "refused", reason)
            case Later(reason, seconds):
                self._postpone(row, reason, seconds)
            case Down(reason, seconds):
                self._hold(row, reason, breaker.failed(reason, seconds, away=True))
            case Lost(reason):
                breaker.failed(reason, None)
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

    def _hold(self, row: LetterRow, reason: str, until: str) -> None:
        """Behind those that wait too, so that no one letter is all that ever tries."""
        old = self._clock.now() - instant(row.created_at) > _LONGEST_DOWN
        if row.klass != REQUEST and old:
            self._settle(row, "dead", reason)
        else:
            self._settle(row, "waiting", reason, until)

    def _lose(self, row: LetterRow, reason: str) -> None:
        """A report may have come while we waited for the answer that was lost."""
        if row.klass == REQUEST:
            self._postpone(row, reason, None)
            return
        self._settle(row, "unknown", reason)
        self._recognise(row)

    def _settle(self, row: LetterRow, state: str, detail: str, due_at: str | None = None) -> None:
        self._letters.settle(row, state, self._now(), detail=detail, due_at=due_at)

    # What was lost

    def tidy(self) -> None:
        """Abandoned letters are lost, late ones expire, lost ones settle."""
        now = self._clock.now()
        with self._store.transaction("tidy"):
            if time.monotonic() - self._looked >= _LOOKS:
                self._looked = time.monotonic()
                self._letters.set_back(stamp(now), stamp(now + _AHEAD))
            self._letters.abandoned(stamp(now))
            self._letters.expire(stamp(now))
            for row in self._letters.unknown(stamp(now)):
                if row.klass == REQUEST:
                    self._conclude(row, "waiting", self._due(row, None))
            lost = self._letters.unknown(stamp(now - timedelta(seconds=self._wait)))
            self._delivery.hold((row.address, None) for row in lost)
            for row in lost:
                if not self._recognise(row):
                    self._conclude(row, self._policy(row), stamp(now))

    def _recognise(self, row: LetterRow) -> bool:
        """Whether a delivery report proves that a lost letter was taken after all."""
        message_id = self._delivery.unclaimed(row.address, row.created_at)
        if message_id is None or self._delivery.lost_to(row.address) != row.id:
            return False
        self._delivery.named(row.id, message_id, self._now())
        # Nothing is in doubt any more: as if the answer had come.
        self._letters.conclude(row.id, "accepted", "", row.due_at, self._now())
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


def _message(outcome: Outcome | None) -> str | None:
    return outcome.message_id if isinstance(outcome, Accepted) else None


def _answered(tried: Tried) -> bool:
    """Whether somebody was there to say something of this letter."""
    return isinstance(tried[1], Accepted | Later | Never)
