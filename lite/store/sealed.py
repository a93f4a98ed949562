"""Every sealed column of the store, and the place that each of its values is sealed for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lite.store.engine import Row, Sql


class Column(NamedTuple):
    """A sealed column. `key` is the table's primary key; `place` names a row, in its columns;
    `along` is what its rows are read along where many of them share something, an index begins
    with it."""

    table: str
    column: str
    key: tuple[str, ...]
    place: str
    along: tuple[str, ...] = ()

    def of(self, row: Sequence[object]) -> str:
        """The place of a row, given by its key."""
        values = dict(zip(self.key, row, strict=True))
        return f"{self.table}.{self.column}:{self.place.format(**values)}"


COLUMNS = (
    Column("records", "sealed", ("fund", "kind", "key", "born"), "{fund}/{kind}/{key}",
           ("person", "kind")),  # a person's records share a key, and mostly a page of the file
    Column("set_aside", "sealed", ("fund", "key"), "{fund}/{key}"),
    Column("requests", "sealed", ("reference",), "{reference}"),
    Column("documents", "sealed", ("reference",), "{reference}"),
    Column("letters", "sealed", ("id",), "{id}"),
    Column("talks", "state", ("door", "session", "phone"), "{door}/{session}/{phone}"),
    Column("turns", "answer", ("session", "turn"), "{turn}"),
    Column("web_sessions", "sealed", ("hash",), "{hash}"),
    Column("pending_pages", "sealed", ("hash",), "{hash}"),
    Column("kept_forms", "sealed", ("hash",), "{hash}"),
    Column("enrolments", "sealed", ("id",), "{id}"),
    Column("staff", "sealed", ("name",), "{name}"),
    Column("contacts", "sealed", ("phone", "reference"), "{phone}/{reference}"),
    Column("reports_of_fraud", "sealed", ("once",), "{once}"),
    Column("changes", "sealed", ("id",), "{id}"),
    Column("mandates", "sealed", ("id",), "{id}"),
    Column("news_wanted", "sealed", ("phone", "person"), "{phone}/{person}"),
)


class Sealed:
    """What lies sealed with which key, and how it is replaced while the doors go on."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def count(self, current: str) -> int:
        """How many values are not sealed with the current key."""
        return sum(
            int(row[0])
            for one in COLUMNS
            for row in self._sql.all(f"select count(*) from {one.table} where {_old(one)}",
                                     *_marks(current))
        )  # fmt: skip

    def old(self, one: Column, current: str, most: int) -> Iterator[list[Row]]:
        """The rows of a column that another key sealed, so many at a time: (key ..., value)."""
        skip, order = len(one.along), ", ".join((*one.along, *one.key))
        marks = ", ".join("?" * (skip + len(one.key)))
        first = f"select {order}, {one.column} from {one.table} where {_old(one)}"
        page = self._sql.all(f"{first} order by {order} limit ?", *_marks(current), most)
        while page:
            yield [row[skip:] for row in page]
            page = self._sql.all(
                f"{first} and ({order}) > ({marks}) order by {order} limit ?",
                *(*_marks(current), *page[-1][:-1], most),
            )

    def replace(self, one: Column, rows: Sequence[Sequence[str]]) -> None:
        """Write new values, (value, key ..., old value): of a row that changed meanwhile, none."""
        chosen = " and ".join(f"{name} = ?" for name in (*one.key, one.column))
        with self._sql.transaction():
            self._sql.each(f"update {one.table} set {one.column} = ? where {chosen}", rows)


def _old(one: Column) -> str:
    return f"{one.column} <> '' and substr({one.column}, 1, ?) not in (?, ?)"


def _marks(current: str) -> tuple[int, str, str]:
    return (len(current) + 1, f"{current}:", f"{current}.")
