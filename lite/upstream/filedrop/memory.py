"""What the outbox remembers, in a small file of its folder: requests, and the batch of each.

The key of a request stays for ever, so that the same one is never asked twice; what it says goes
when its batch is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pysqlite3 import dbapi2 as sqlite3

from lite.upstream.answers import Request

Error = sqlite3.Error
_SCHEMA = """
create table if not exists request (
    key text primary key, row text not null, asked_at text not null, batch integer
);
create index if not exists request_batch on request (batch);
create table if not exists batch (
    number integer primary key, made_at text not null, written integer not null default 0
);
create table if not exists said (name text primary key, value text not null);
"""


class Planned(NamedTuple):
    """A batch whose rows are settled: written again after a crash, it is the same."""

    number: int
    made_at: datetime


class Memory:
    """The file, opened at each need: nothing is left locked on a stick that is pulled out."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def hold(self, request: Request, now: datetime) -> None:
        """Keep a request, on the disk when this returns; a key that is known changes nothing."""
        row = {
            "key": request.key, "type": request.type, "insured": str(request.insured),
            "details": dict(request.details), "asked_at": now.isoformat(),
        }  # fmt: skip
        with self._open() as db:
            db.execute(
                "insert into request (key, row, asked_at) values (?, ?, ?) on conflict do nothing",
                (request.key, json.dumps(row, ensure_ascii=False), now.isoformat()),
            )

    def waiting(self) -> tuple[int, datetime | None]:
        """How many requests are in no batch, and when the last batch was made."""
        with self._open() as db:
            number = db.execute("select count(*) from request where batch is null").fetchone()[0]
            made = db.execute("select max(made_at) from batch").fetchone()[0]
        return number, datetime.fromisoformat(made) if made else None

    def plan(self, least: int, most: int, now: datetime) -> None:
        """Put up to `most` waiting requests into a new batch, numbered `least` or higher."""
        with self._open() as db:
            db.execute("begin immediate")
            taken = db.execute(
                "select key from request where batch is null order by asked_at, key limit ?",
                (most,),
            ).fetchall()
            last = db.execute("select coalesce(max(number), 0) from batch").fetchone()[0]
            number = max(last + 1, least)
            if taken:
                db.execute("insert into batch (number, made_at) values (?, ?)",
                           (number, now.isoformat()))  # fmt: skip
                db.executemany("update request set batch = ? where key = ?",
                               [(number, key) for (key,) in taken])  # fmt: skip

    @contextmanager
    def unwritten(self) -> Iterator[Iterator[tuple[Planned, list[dict[str, Any]]]]]:
        """The planned batches that may not be in the folder, with their rows.

        One process at a time; all count as written when the block ends well.
        """
        with self._open() as db:
            db.execute("begin immediate")
            plans = db.execute(
                "select number, made_at from batch where written = 0 order by number"
            ).fetchall()
            yield ((Planned(number, datetime.fromisoformat(at)), _rows(db, number))
                   for number, at in plans)  # fmt: skip
            for number, _ in plans:
                db.execute("update batch set written = 1 where number = ?", (number,))
                db.execute("update request set row = '' where batch = ?", (number,))

    def say(self, name: str, value: str) -> None:
        """Remember one word under a name."""
        with self._open() as db:
            db.execute(
                "insert into said (name, value) values (?, ?)"
                " on conflict (name) do update set value = excluded.value",
                (name, value),
            )

    def said(self, name: str) -> str | None:
        """The word last said under a name."""
        with self._open() as db:
            row = db.execute("select value from said where name = ?", (name,)).fetchone()
        return row[0] if row else None

    @contextmanager
    def _open(self) -> Iterator[Any]:
        """A connection in one transaction; the folder it lies in must be there."""
        if not self._path.parent.parent.is_dir():
            raise FileNotFoundError(self._path.parent.parent)
        self._path.parent.mkdir(exist_ok=True)
        with closing(sqlite3.connect(str(self._path), timeout=30)) as db:
            db.execute("pragma synchronous = full")
            db.execute("pragma secure_delete = on")
            db.executescript(_SCHEMA)
            with db:
                yield db


def _rows(db: Any, number: int) -> list[dict[str, Any]]:
    found = db.execute("select row from request where batch = ? order by asked_at, key", (number,))
    return [json.loads(row) for (row,) in found]
