"""The sources' generations: what is staged becomes what is told, in one short transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lite.store.engine import Sql
from lite.store.people import FundRow
from lite.store.plan import Doubt

# Rows taken away in one transaction: some milliseconds that a door may wait.
_AT_ONCE = 500
# (table, key): where the rows of a generation lie.
_STAGED = (("records", "fund, kind, key, born"), ("phones", "phone, person, fund"))
_DOUBT = "insert into doubts (fund, kind, key, as_of) values (?, ?, ?, ?)"
_NAMED = (
    "delete from doubts where fund = ? and exists (select 1 from records r"
    " where r.fund = doubts.fund and r.kind = doubts.kind and r.key = doubts.key and r.born = ?)"
)
_NEW, _FIRST = "born > ?", "generation > ?"


class Swap(NamedTuple):
    """A verified batch. `dated`: the source is known as of `as_of`, but for the `doubts`; else its
    date stays. `full` tells its rows; `expires`, from when on none of them may be kept."""

    batch: str
    as_of: str
    whole: bool
    dated: bool
    full: bool
    cursor: str | None
    rows: int
    bad: int
    now: str
    doubts: Sequence[Doubt] = ()
    expires: str | None = None


class Taken(NamedTuple):
    """A batch that was used: its rows, those that were set aside, and why: (reason, rows), for as
    many as are told."""

    batch: str
    rows: int
    bad: int
    reasons: tuple[tuple[str, int], ...]


class Funds:
    """One source at a time is written by one process (see `Leases`)."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def get(self, source: str) -> FundRow | None:
        """How far a source is; None before it was ever pulled from."""
        row = self._sql.one(
            f"select {', '.join(FundRow._fields)} from funds where fund = ?", source
        )
        return FundRow(*row) if row else None

    def newest(self, source: str) -> str:
        """The latest `as_of` of any batch that was used; empty before there was one."""
        row = self._sql.one(
            "select coalesce(max(as_of), '') from (select as_of from funds where fund = ?"
            " union all select as_of from batches where fund = ?) as dates",
            *(source, source),
        )
        return str(row[0]) if row else ""

    def last(self, source: str) -> Taken | None:
        """The last batch that was used, and why rows of it were not; None before there was one."""
        row = self._sql.one(
            "select b.batch, b.row_count, b.bad_count from batches b join funds f"
            " on f.fund = b.fund and f.generation = b.generation where b.fund = ?",
            source,
        )
        if row is None or not row[0]:
            return None
        reasons = self._sql.all(
            "select reason, count(distinct place) as number from quarantine"
            " where fund = ? and batch = ? group by reason order by number desc, reason",
            *(source, row[0]),
        )
        told = tuple((reason, number) for reason, number in reasons)
        return Taken(row[0], row[1], row[2], told)

    def swap(self, source: str, generation: int, done: Swap) -> None:
        """From now on readers see this generation. A few rows are written, whatever its size."""
        kept, full = (done.as_of if done.dated else None), done.full or None
        self._sql.run(
            "insert into funds (fund, as_of, fetched_at, cursor, batch, state, detail, changed_at,"
            " generation, row_count, bad_count, full_at, expires_at)"
            " values (?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?)"
            " on conflict (fund) do update set as_of = coalesce(excluded.as_of, funds.as_of),"
            " fetched_at = excluded.fetched_at, cursor = excluded.cursor, batch = excluded.batch,"
            " detail = '', changed_at = case when funds.state = excluded.state"
            " then funds.changed_at else excluded.changed_at end, state = excluded.state,"
            " generation = excluded.generation, bad_count = excluded.bad_count,"
            " row_count = coalesce(excluded.row_count, funds.row_count),"
            " full_at = coalesce(excluded.full_at, funds.full_at),"
            " expires_at = excluded.expires_at, expired_at = null",
            *(source, kept, done.now, done.cursor, done.batch, "up" if done.whole else "partial"),
            *(done.now, generation, full and done.rows, done.bad, full and done.now),
            done.expires,
        )
        self._keep_batch(source, generation, done)

    def _keep_batch(self, source: str, generation: int, done: Swap) -> None:
        if done.dated:
            self._date(source, generation, done)
        self._sql.run(
            "insert into batches (fund, generation, batch, as_of, at, row_count, bad_count)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            *(source, generation, done.batch, done.as_of, done.now, done.rows, done.bad),
        )

    def _date(self, source: str, generation: int, done: Swap) -> None:
        """What is told is as old as the source, but for what is doubtful: changes that a source
        tells say nothing of the rest."""
        self._sql.run("delete from batches where fund = ?", source)
        if done.full:
            self._sql.run("delete from doubts where fund = ?", source)
        else:
            self._sql.run(_NAMED, source, generation)
        self._sql.each(_DOUBT, [(source, *doubt) for doubt in done.doubts])

    def name_quarantine(self, source: str, tag: str, batch: str) -> None:
        """The rows set aside under a tag are of this batch."""
        self._sql.run(
            "update quarantine set batch = ? where fund = ? and batch = ?", batch, source, tag
        )

    def unfinished(self, source: str, generation: int) -> bool:
        """Whether a pull that never ended has left rows."""
        left: list[tuple[str, tuple[object, ...]]] = [
            (f"select 1 from {table} where fund = ? and {which} limit 1", (source, generation))
            for table, _ in _STAGED
            for which in (_NEW, "died > ?")
        ]
        left.append(("select 1 from set_aside where fund = ? limit 1", (source,)))
        return any(self._sql.one(sql, *values) for sql, values in left)

    def tidy(self, source: str, generation: int) -> int:
        """Take away some rows that nobody sees any more; how many, 0 when none is left."""
        return sum(
            self._delete(table, key, "died <= ?", source, generation) for table, key in _STAGED
        )

    def discard(self, source: str, generation: int) -> int:
        """Take back some of what a pull staged that will never be seen; 0 when none is left."""
        done = sum(self._delete(table, key, _NEW, source, generation) for table, key in _STAGED)
        done += self._delete("moves", "fund, generation, kind, key", _FIRST, source, generation)
        done += self._sql.run(
            "delete from set_aside where fund = ? and key in (select key from set_aside"
            f" where fund = ? limit {_AT_ONCE})",
            *(source, source),
        )
        return done + sum(self._revive(table, key, source, generation) for table, key in _STAGED)

    def _delete(self, table: str, key: str, which: str, source: str, generation: int) -> int:
        some = f"select {key} from {table} where fund = ? and {which} limit {_AT_ONCE}"
        return self._sql.run(
            f"delete from {table} where ({key}) in ({some})", source, generation
        )

    def _revive(self, table: str, key: str, source: str, generation: int) -> int:
        some = f"select {key} from {table} where fund = ? and died > ? limit {_AT_ONCE}"
        return self._sql.run(
            f"update {table} set died = null where ({key}) in ({some})", source, generation
        )
