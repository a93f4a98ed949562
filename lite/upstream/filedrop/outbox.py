"""Requests on their way to the fund: `out/requests-000001/`, a manifest and NDJSON, and so on.

A request is on the disk of the folder before its receipt is given. That proves that it was handed
to whoever carries the folder, not that the fund has read it: only a receipt of the fund does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lite.upstream.answers import Request
from lite.upstream.filedrop.columns import Column
from lite.upstream.filedrop.inbox import OUT
from lite.upstream.filedrop.memory import Memory, Planned
from lite.upstream.filedrop.values import person, text, word
from lite.upstream.filedrop.write import Draft, Head

PREFIX, KIND = "requests-", "request"
MOST = 1_000  # requests of one batch
EVERY = timedelta(minutes=1)  # between two batches that are not full
COLUMNS = (
    Column("key", word), Column("type", word), Column("insured", person),
    Column("details", dict, dict), Column("asked_at", text),
)  # fmt: skip


class Outbox:
    """The folder `out` of one fund. OSError and `memory.Error` when it cannot be written."""

    def __init__(
        self, fund: str, root: Path, memory: Memory, sign: Ed25519PrivateKey | None
    ) -> None:
        self._fund, self._out, self._memory, self._sign = fund, root / OUT, memory, sign

    def hold(self, request: Request, now: datetime) -> None:
        """Take a request; its batch is written now, or with others within EVERY and a pull."""
        self._memory.hold(request, now)
        waiting, last = self._memory.waiting()
        if last is None or waiting >= MOST or not last <= now < last + EVERY:
            self.publish(now)

    def publish(self, now: datetime) -> None:
        """Write every request that waits, and what a crash left unwritten."""
        while self._memory.waiting()[0]:
            self._memory.plan(self._next(), MOST, now)
        with self._memory.unwritten() as planned:
            for plan, rows in planned:
                self._write(plan, rows)

    def _next(self) -> int:
        """The number after those that lie there, were the memory lost."""
        there = [path.name.removeprefix(PREFIX) for path in self._out.glob(f"{PREFIX}*[0-9]")]
        return max((int(name) for name in there if name.isdecimal()), default=0) + 1

    def _write(self, plan: Planned, rows: list[dict[str, object]]) -> None:
        folder = self._out / f"{PREFIX}{plan.number:06d}"
        if folder.exists():
            return
        head = Head(plan.number, "delta", plan.made_at, self._fund)
        with Draft(folder, head, "ndjson", sign=self._sign) as draft:
            for row in rows:
                draft.put(KIND, COLUMNS, row)
