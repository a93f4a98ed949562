"""Blocks put into one SQLite file: one transaction without a journal, a large cache, the indexes
built once everything is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pysqlite3 as sqlite3

from bench import town
from chaos.progress import shown
from lite import vault
from lite.app import House
from lite.config import Settings

# The index that cannot be built last, the primary key's own, must have room in it.
_CACHE_GB = 4
_HASTY = ("journal_mode = delete", "journal_mode = off", "synchronous = off",
          "locking_mode = exclusive")  # fmt: skip
_INDEXES = "select name, sql from sqlite_master where type = 'index' and sql is not null"
# What each block tells of its own pull: the first one's stands for all.
_ONCE = {"funds", "batches", "leases", "facts", "migrations"}


class Joined:
    """Stores that are each a file in a folder of their own, with keys beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _settled(self, insured: int) -> tuple[Path, Settings]:
        place = self._folder / f"sqlite-{insured}"
        return place, town.settled(place, place / "lite.keys")

    def settings(self, insured: int) -> Settings | None:
        """Of a store that is complete; None if there is none yet."""
        place, settings = self._settled(insured)
        return settings if (place / "done").exists() else None

    def join(self, insured: int, blocks: Sequence[Path]) -> Settings:
        """Make it of these blocks, or begin again."""
        place, settings = self._settled(insured)
        emptied(place, self._folder / "lite.keys")
        house = House(settings)
        house.store.migrate()
        house.store.sql.close()
        put(place / "lite.db", [block / "lite.db" for block in blocks])
        put(place / "lite.keys.people", [block / "people.db" for block in blocks])
        (place / "done").touch()
        return settings

    def close(self) -> None:
        """Nothing runs."""


def emptied(place: Path, keys: Path) -> None:
    """A folder with a copy of the keys, and no people's keys yet."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    shutil.copy(keys, place / "lite.keys")
    vault.create(place / "lite.keys")


def put(path: Path, parts: Sequence[Path]) -> None:
    """Every row of these files into one that has their tables."""
    into = sqlite3.connect(str(path), isolation_level=None)
    for pragma in (*_HASTY, f"cache_size = -{_CACHE_GB * 1_000_000}"):
        into.execute(f"pragma {pragma}").fetchall()
    indexes = into.execute(_INDEXES).fetchall()
    into.execute("begin exclusive")
    for name, _ in indexes:
        into.execute(f"drop index {name}")
    for number in shown(f"into {path.name}", range(len(parts)), len(parts)):
        for table, columns, rows in told(parts[number], first=number == 0):
            marks = ", ".join("?" * len(columns))
            into.executemany(f"insert into {table} ({', '.join(columns)}) values ({marks})", rows)
    for number in shown("indexes", range(len(indexes)), len(indexes)):
        into.execute(indexes[number][1])
    into.execute("commit")
    for pragma in ("locking_mode = normal", "journal_mode = wal"):
        into.execute(f"pragma {pragma}").fetchall()
    into.close()


def told(part: Path, first: bool) -> Iterator[tuple[str, list[str], Iterator[Any]]]:
    """Each table that holds something, its columns, its rows."""
    block = sqlite3.connect(f"file:{part}?mode=ro", uri=True)
    tables = block.execute("select name from sqlite_master where type = 'table'").fetchall()
    for (table,) in tables:
        if table == "migrations" or (table in _ONCE and not first):
            continue
        if block.execute(f"select 1 from {table} limit 1").fetchone():
            cursor = block.execute(f"select * from {table}")
            yield table, [column[0] for column in cursor.description], cursor
    block.close()
