"""Signs of life of the workers, and what they counted: a few rows, written a few times a minute."""

from __future__ import annotations

from collections.abc import Mapping

from lite.store.engine import Sql


class Beats:
    """One row a worker, and one a thing that is counted; `worker` is a machine and a process."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def beat(self, worker: str, started_at: str, now: str, counts: Mapping[str, int]) -> None:
        """A worker lives, and counted this since it said so last."""
        with self._sql.transaction():
            self._sql.run(
                "insert into beats (worker, started_at, at) values (?, ?, ?)"
                " on conflict (worker) do update set at = excluded.at,"
                " started_at = excluded.started_at",
                *(worker, started_at, now),
            )
            # In one order, so that two workers never wait for each other in a circle.
            self._sql.each(
                "insert into tallies (name, value) values (?, ?)"
                " on conflict (name) do update set value = tallies.value + excluded.value",
                sorted(counts.items()),
            )

    def leave(self, worker: str) -> None:
        """A worker ends as it was told to: nobody waits for it."""
        self._sql.run("delete from beats where worker = ?", worker)

    def living(self, since: str) -> int:
        """How many workers said since then that they live."""
        row = self._sql.one("select count(*) from beats where at >= ?", since)
        return int(row[0]) if row else 0

    def alive(self, since: str) -> list[str]:
        """Which workers said since then that they live."""
        return [row[0] for row in self._sql.all("select worker from beats where at >= ?", since)]

    def last(self) -> str:
        """When any worker last said so; empty if none ever did."""
        row = self._sql.one("select coalesce(max(at), '') from beats")
        return str(row[0]) if row else ""

    def tallies(self) -> dict[str, int]:
        """Everything that workers ever counted here."""
        rows = self._sql.all("select name, value from tallies")
        return {name: int(value) for name, value in rows}
