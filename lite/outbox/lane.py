"""One way out: letters of a kind, or to one fund. Claimed in batches, carried by a few senders at
once, written down as they come back.

One slow call holds one sender, and nothing else. What is done while a commit is under way goes with
the next one.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from queue import Empty, SimpleQueue
from threading import Event

from lite import trace
from lite.clock import Clock, stamp
from lite.outbox.breaker import Breaker
from lite.outbox.outcomes import Carrier, Expired, Lost, Outcome, Tried
from lite.outbox.pace import Pace
from lite.outbox.settling import Settling
from lite.store.letters import LetterRow, Letters

_log = logging.getLogger("lite.outbox")

BATCH = 100
# While letters flow, the store is asked this much oftener than when there are none.
_BRISK, _QUIET_ROUNDS = 0.2, 10


@dataclass
class Lane:
    """`name` is a kind of letter, or `fund:` and the name of one; `senders` carry at once."""

    name: str
    carry: Carrier
    senders: int
    lease: float
    letters: Letters
    clock: Clock
    breaker: Breaker
    pace: Pace
    settling: Settling
    _done: SimpleQueue[Tried] = field(default_factory=SimpleQueue)

    @property
    def kind(self) -> str:
        return self.name.partition(":")[0]

    @property
    def route(self) -> str:
        return self.name.partition(":")[2]

    # One round, here and now

    def round(self) -> int:
        """Carry what is due, one after the other; how many letters were claimed."""
        claimed, since = self._claim(BATCH), time.monotonic()
        for row in claimed:
            outcome = self._tried(row, since, Event())
            self.settling.write([(row, outcome)], self.breaker)
        return len(claimed)

    # As long as the worker lives

    def run(self, stop: Event, every: float) -> None:
        """Carry letters until told to stop; the store is asked at least each `every` seconds."""
        flying, quiet, back = 0, _QUIET_ROUNDS, list[Tried]()
        with ThreadPoolExecutor(self.senders, f"lane-{self.name}") as pool:
            while flying or not stop.is_set():
                pause = every if quiet >= _QUIET_ROUNDS else every * _BRISK
                try:
                    sent = 0 if stop.is_set() else self._send(pool, flying, stop)
                    flying += sent
                    quiet = 0 if sent else quiet + 1
                    back += self._back(0.0 if back else pause, flying, stop)
                    self.settling.write(back, self.breaker)
                    flying -= len(back)
                    back = []
                except Exception as error:  # the store is busy or gone: it may come back
                    _log.error(
                        "round failed", extra={"kind": self.name, "why": type(error).__name__}
                    )
                    if stop.wait(every):
                        return

    def _send(self, pool: ThreadPoolExecutor, flying: int, stop: Event) -> int:
        """Hand more letters to the senders, once half of the last ones are back."""
        if flying > BATCH // 2:
            return 0
        since = time.monotonic()
        claimed = self._claim(BATCH - flying)
        for row in claimed:
            pool.submit(self._job, row, since, stop)
        return len(claimed)

    def _job(self, row: LetterRow, since: float, stop: Event) -> None:
        outcome: Outcome | None = Lost("the sender stopped")
        try:
            outcome = self._tried(row, since, stop)
        finally:
            self._done.put((row, outcome))

    def _back(self, pause: float, flying: int, stop: Event) -> list[Tried]:
        """Those that are done: the first is waited for, as long as a pause, if any is out."""
        if not flying:
            stop.wait(pause)
            return []
        found: list[Tried] = []
        try:
            if pause:
                found.append(self._done.get(timeout=pause))
            while True:
                found.append(self._done.get_nowait())
        except Empty:
            return found

    # Either way

    def _claim(self, most: int) -> list[LetterRow]:
        room = self.breaker.room(most)
        if not room:
            return []
        now = self.clock.now()
        lease_until = stamp(now + timedelta(seconds=self.lease))
        return self.letters.claim(self.kind, self.route, stamp(now), lease_until, room)

    def _tried(self, row: LetterRow, since: float, stop: Event) -> Outcome | None:
        """What came of a letter. One begun late in its lease might be taken for abandoned while it
        is carried, and one begun while the lane is shut would fail: they are not tried."""
        try:
            self.pace.wait(stop)
        except Exception:  # the store is busy: no turn
            return None
        late = time.monotonic() - since > self.lease / 2
        if stop.is_set() or late or self.breaker.tripped > since:
            return None
        if row.expires_at and row.expires_at <= stamp(self.clock.now()):
            return Expired()
        try:
            with trace.turn(self.kind, row.turn):
                return self.carry(row)
        except Exception as error:  # one bad letter never blocks the rest
            return Lost(type(error).__name__)
