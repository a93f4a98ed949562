"""What the pretend fund remembers across processes: requests, and the switch of its mood.

A small SQLite file of its own. Each call opens, does one thing and closes: the worker submits while
a pull polls, and neither holds the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from lite.upstream.answers import Request
from lite.upstream.records import PersonKey

# Well; silent; late; rows that cannot be read; half of the rows; a sum that does not fit the rows;
# a page of words for people instead of an answer; a clock that is days ahead.
MODES = ("ok", "down", "slow", "wrong", "partial", "refused", "html", "future")
_SCHEMA = """
create table if not exists request (
    key text primary key,
    reference text not null unique,
    type text not null,
    insured text not null,
    details text not null,
    asked_at text not null
);
create table if not exists said (name text primary key, value text not null);
"""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A request the fund holds, and when it came."""

    reference: str
    request: Request
    asked_at: datetime


def reference_of(key: str) -> str:
    """What the fund calls the request of this key."""
    return sha256(key.encode()).hexdigest()[:20]


class Memory:
    """The file, made with its folder at the first need."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, request: Request, at: datetime) -> str:
        """The reference of this request; the first of two with one key is the one that is kept."""
        insert = (
            "insert into request (key, reference, type, insured, details, asked_at)"
            " values (?, ?, ?, ?, ?, ?) on conflict (key) do nothing"
        )
        reference = reference_of(request.key)
        details = json.dumps(dict(request.details))
        insured = str(request.insured)
        with self._open() as db:
            db.execute(
                insert,
                (request.key, reference, request.type, insured, details, at.isoformat()),
            )
        return reference

    def recall(self, reference: str) -> Remembered | None:
        """The request behind a reference, None when the fund never gave it."""
        with self._open() as db:
            row = db.execute(
                "select key, type, insured, details, asked_at from request where reference = ?",
                (reference,),
            ).fetchone()
        if row is None:
            return None
        key, kind, insured, details, asked_at = row
        request = Request(key, kind, PersonKey.read(insured), json.loads(details))
        return Remembered(reference, request, datetime.fromisoformat(asked_at))

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

    def withdraw(self, reference: str, reason: str, at: datetime) -> None:
        """Take back what came of a request, since `at` (aware)."""
        self.say(f"withdrawn {reference}", f"{reason} {at.isoformat()}")

    def withdrawn(self, reference: str) -> tuple[str, datetime] | None:
        """Why and since when it was taken back; None if it was not."""
        reason, _, at = (self.said(f"withdrawn {reference}") or "").partition(" ")
        return (reason, datetime.fromisoformat(at)) if at else None

    @contextmanager
    def _open(self) -> Iterator[Any]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(str(self._path), timeout=30)) as db, db:
            db.executescript(_SCHEMA)
            yield db


def switch(path: str | Path, mode: str, until: datetime | None = None) -> None:
    """Put the fund in one of MODES; every process sees it at its next call. It is `ok` again from
    `until` (aware) on, if that is said."""
    if mode not in MODES:
        raise ValueError(f"unknown mode '{mode}': write one of {', '.join(MODES)}")
    Memory(Path(path)).say("mode", f"{mode} {until.isoformat() if until else ''}".strip())


def mode(path: str | Path, now: datetime | None = None) -> str:
    """The mode of the fund, `ok` until it is switched; `now` (aware) for one that ends."""
    return switched(path, now)[0]


def switched(path: str | Path, now: datetime | None = None) -> tuple[str, datetime | None]:
    """The same, and until when if that was said."""
    told, _, end = (Memory(Path(path)).said("mode") or "ok").partition(" ")
    until = datetime.fromisoformat(end) if end else None
    if until and now and until <= now:
        return "ok", None
    return told, until
