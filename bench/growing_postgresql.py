"""Blocks put into one PostgreSQL database by `copy`, keys and indexes built at the end."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg

from bench import town
from bench.growing_sqlite import emptied, put, told
from chaos.progress import shown
from lite.app import House
from lite.config import Settings
from tools.cluster import Cluster, missing

_BIG = ("records", "phones", "people", "person_keys")
_KEYS = (
    "select conname, pg_get_constraintdef(oid) from pg_constraint"
    " where contype = 'p' and conrelid = $1::regclass"
)
_INDEXES = (
    "select indexname, indexdef from pg_indexes where tablename = $1 and indexname not in"
    " (select conname from pg_constraint)"
)


class Joined:
    """Databases of one server, whose cluster stays in the folder."""

    def __init__(self, folder: Path) -> None:
        if why := missing():
            sys.exit(why)
        self._folder = folder
        (folder / "cluster").mkdir(exist_ok=True)
        self._cluster = Cluster(
            True, folder / "cluster", shared_buffers="2GB", maintenance_work_mem="1GB",
            max_wal_size="2GB",
        )  # fmt: skip

    def _settled(self, insured: int) -> tuple[Path, Settings]:
        place = self._folder / f"postgresql-{insured}"
        settings = town.settled(place, place / "lite.keys")
        return place, replace(settings, database=self._cluster.url(f"grown_{insured}"))

    def settings(self, insured: int) -> Settings | None:
        """Of a store that is complete; None if there is none yet."""
        place, settings = self._settled(insured)
        return settings if (place / "done").exists() else None

    def join(self, insured: int, blocks: Sequence[Path]) -> Settings:
        """Make it of these blocks, or begin again."""
        place, settings = self._settled(insured)
        emptied(place, self._folder / "lite.keys")
        with psycopg.connect(self._cluster.url(), autocommit=True) as server:
            server.execute(f"drop database if exists grown_{insured}".encode())
            server.execute(f"create database grown_{insured} template template0".encode())
        House(settings).store.migrate()
        with psycopg.connect(settings.database, autocommit=True) as into, _bare(into):
            for number in shown("into the database", range(len(blocks)), len(blocks)):
                _copy(into, blocks[number] / "lite.db", first=number == 0)
        with psycopg.connect(settings.database, autocommit=True) as into:
            into.execute("vacuum analyze")
            into.execute("checkpoint")  # the next start has nothing to go through again
        put(place / "lite.keys.people", [block / "people.db" for block in blocks])
        (place / "done").touch()
        return settings

    def close(self) -> None:
        """The server ends; what it holds stays."""
        self._cluster.stop()


@contextmanager
def _bare(into: psycopg.Connection) -> Iterator[None]:
    """The large tables without keys and indexes meanwhile."""
    after = []
    cursor = psycopg.RawCursor(into)
    for table in _BIG:
        for name, definition in cursor.execute(_KEYS, [table]).fetchall():
            after.append(f"alter table {table} add constraint {name} {definition}")
            cursor.execute(f"alter table {table} drop constraint {name}".encode())
        for name, definition in cursor.execute(_INDEXES, [table]).fetchall():
            after.append(definition)
            cursor.execute(f"drop index {name}".encode())
    yield
    for number in shown("indexes", range(len(after)), len(after)):
        cursor.execute(after[number].encode())


def _copy(into: psycopg.Connection, block: Path, first: bool) -> None:
    for table, columns, rows in told(block, first):
        with into.cursor().copy(f"copy {table} ({', '.join(columns)}) from stdin".encode()) as copy:
            for row in rows:
                copy.write_row(row)
