"""The ways that letters leave by: whether one is shut, and who may send when.

Shared by every worker of a store, so each change is one statement that only one of them wins.
"""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql

# So many failures in a row shut a lane.
FAILURES = 5


class LaneRow(NamedTuple):
    """`failures` in a row; not to be tried before `retry_at`; nobody has a turn from `free_at`."""

    kind: str
    route: str
    failures: int
    retry_at: str
    reason: str
    free_at: str


_SELECT = f"select {', '.join(LaneRow._fields)} from lanes"


class Lanes:
    """One row a lane, made when it is first used."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def get(self, kind: str, route: str) -> LaneRow:
        """How a lane stands; an unused one is open, and free."""
        row = self._sql.one(f"{_SELECT} where kind = ? and route = ?", kind, route)
        return LaneRow(*row) if row else LaneRow(kind, route, 0, "", "", "")

    def all(self) -> list[LaneRow]:
        """Every lane that was ever used."""
        return [LaneRow(*row) for row in self._sql.all(f"{_SELECT} order by kind, route")]

    def failed(self, kind: str, route: str, retry_at: str, reason: str) -> None:
        """One more failure in a row."""
        self._sql.run(
            "insert into lanes (kind, route, failures, retry_at, reason) values (?, ?, 1, ?, ?)"
            " on conflict (kind, route) do update set failures = lanes.failures + 1,"
            " retry_at = excluded.retry_at, reason = excluded.reason",
            *(kind, route, retry_at, reason),
        )

    def works(self, kind: str, route: str) -> None:
        """It carried something: no failure counts any more."""
        self._sql.run(
            "update lanes set failures = 0, retry_at = '', reason = ''"
            " where kind = ? and route = ? and failures > 0",
            *(kind, route),
        )

    def probe(self, seen: LaneRow, until: str) -> bool:
        """Whether it is for this worker alone to try a shut lane, nobody else before `until`."""
        return self._sql.run(
            "update lanes set retry_at = ?"
            " where kind = ? and route = ? and retry_at = ? and failures = ?",
            *(until, seen.kind, seen.route, seen.retry_at, seen.failures),
        ) == 1  # fmt: skip

    def book(self, seen: LaneRow, free_at: str) -> bool:
        """Take the turns from the `free_at` that was seen to a later one; false when another
        worker did so meanwhile."""
        self._sql.run(
            "insert into lanes (kind, route) values (?, ?) on conflict do nothing",
            *(seen.kind, seen.route),
        )
        return self._sql.run(
            "update lanes set free_at = ? where kind = ? and route = ? and free_at = ?",
            *(free_at, seen.kind, seen.route, seen.free_at),
        ) == 1  # fmt: skip
