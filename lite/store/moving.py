"""A whole store into another one, whatever their engines: copied in one piece, verified by rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from lite.store import Store
from lite.store.engine import Row, StoreError

_PAGE = 2_000
_ROUND = 1 << 128
# What an empty store holds of itself.
_OWN = "migrations"


@dataclass
class Sum:
    """How many rows, and a sum of their hashes: the same whatever their order."""

    rows: int = 0
    hash: int = 0

    def add(self, page: list[Row]) -> None:
        """Count these rows in."""
        self.rows += len(page)
        for row in page:
            told = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()
            hashed = int.from_bytes(blake2b(told, digest_size=16).digest(), "big")
            self.hash = (self.hash + hashed) % _ROUND


@dataclass(frozen=True)
class Moved:
    """What was copied: table -> rows; `since`, whether somebody wrote to the source meanwhile."""

    rows: dict[str, int]
    since: bool


def count(source: Store) -> int:
    """How many rows there are to move."""
    return sum(source.sql.one(f"select count(*) from {table}")[0] for table in _tables(source))  # type: ignore[index]


def move(source: Store, target: Store, step: Callable[[int], object]) -> Moved:
    """Copy every row as of one moment into a store that is empty, then read both sides again and
    compare them. All of it, or nothing is written: cut short, it is begun again. `step` is told of
    rows copied. Raises `StoreError`."""
    if source.pending():
        raise StoreError("The store lacks migrations. Run `lite migrate`.")
    target.migrate()
    _empty(target)
    before = source.sql.written()
    with source.sql.snapshot(), target.transaction("migrations"):
        target.sql.unhurried()
        target.audit.open_to_another()
        sums = {table: _copied(source, target, table, step) for table in _tables(source)}
        target.audit.guard()
        target.sql.grown(*sums)
    since = source.sql.written() != before and _differs(source, sums)
    return Moved({table: copied.rows for table, copied in sums.items()}, since)


def _tables(store: Store) -> Iterator[str]:
    return (table for table in store.sql.tables() if table != _OWN)


def _empty(target: Store) -> None:
    full = [name for name in _tables(target) if target.sql.one(f"select 1 from {name} limit 1")]
    if full:
        raise StoreError(
            f"The store to move to is not empty ({', '.join(full[:3])}). Name an empty one."
        )


def _copied(source: Store, target: Store, table: str, step: Callable[[int], object]) -> Sum:
    columns, read = source.sql.tables()[table], Sum()
    marks = ", ".join("?" * len(columns))
    for page in source.sql.pages(_select(table, columns), _PAGE):
        read.add(page)
        target.sql.each(f"insert into {table} ({', '.join(columns)}) values ({marks})", page)
        step(len(page))
    if _summed(target, table, columns) != read:
        raise StoreError(f"{table} is not the same on both sides.")
    return read


def _differs(source: Store, sums: Mapping[str, Sum]) -> bool:
    """Whether rows are not as they were copied: a server writes for its own ends too."""
    with source.sql.snapshot():
        columns = source.sql.tables()
        return any(_summed(source, table, columns[table]) != sums[table] for table in sums)


def _summed(store: Store, table: str, columns: Sequence[str]) -> Sum:
    found = Sum()
    for page in store.sql.pages(_select(table, columns), _PAGE):
        found.add(page)
    return found


def _select(table: str, columns: Sequence[str]) -> str:
    return f"select {', '.join(columns)} from {table}"
