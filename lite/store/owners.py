"""The people's keys, in a file of their own beside the key file: never in the store's backups.

What is kept for a person is 32 random bytes; with a master key they make the key that seals this
person's rows. Once they are gone, nobody opens those rows again, in whatever copy.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from lite.store.engine import Row, Sql
from lite.store.opening import opened

_TABLES = {
    "sqlite": (
        "create table if not exists owners"
        " (owner text primary key, salt blob not null) without rowid",
        "create table if not exists erased"
        " (key text primary key, owner text not null, at text not null) without rowid",
    ),
    "postgresql": (
        "create table if not exists owners (owner text primary key, salt bytea not null)",
        "create table if not exists erased"
        " (key text primary key, owner text not null, at text not null)",
    ),
}
_AT_ONCE = 500


class Owners:
    """`owner` is a person of the store. `key` is the blind index of a number that a scheme gave
    to somebody who was erased: no more is remembered of them, and nothing new is learned."""

    def __init__(self, where: str | Path, make: bool = False) -> None:
        """`where`: a file, or the address of a database that several machines share; its tables
        are made when `make` says so (a file's always)."""
        self.sql: Sql = _sql(where)
        if make or isinstance(where, Path):
            with self.sql.transaction("owners"):
                for table in _TABLES[self.sql.name]:
                    self.sql.run(table)

    def get(self, owner: str) -> bytes | None:
        """A person's bytes; None before there are any, and for ever after they were destroyed."""
        row = self.sql.one("select salt from owners where owner = ?", owner)
        return bytes(row[0]) if row else None

    def many(self, owners: Iterable[str]) -> dict[str, bytes]:
        """The bytes of those of these people who have some."""
        found: dict[str, bytes] = {}
        asked = sorted(owners)
        for first in range(0, len(asked), _AT_ONCE):
            some = asked[first : first + _AT_ONCE]
            marks = ",".join("?" * len(some))
            sql = f"select owner, salt from owners where owner in ({marks})"
            found |= {owner: bytes(salt) for owner, salt in self.sql.all(sql, *some)}
        return found

    def make(self, owner: str) -> bytes:
        """A person's bytes, drawn if need be."""
        self.sql.run(
            "insert into owners (owner, salt) values (?, ?) on conflict do nothing",
            *(owner, secrets.token_bytes(32)),
        )
        row = self.sql.one("select salt from owners where owner = ?", owner)
        assert row is not None
        return bytes(row[0])

    def make_many(self, owners: Iterable[str]) -> dict[str, bytes]:
        """The bytes of these people, drawn if need be: written together, or none."""
        drawn = [(owner, secrets.token_bytes(32)) for owner in sorted(owners)]
        with self.sql.transaction():
            self.sql.each(
                "insert into owners (owner, salt) values (?, ?) on conflict do nothing", drawn
            )
            return self.many(owner for owner, _ in drawn)

    def copy(self, path: Path) -> None:
        """Write a whole copy to a file, mode 0600, in place of the one before."""
        beside = path.with_name(f"{path.name}.new")
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL, 0o600))
        copy = Owners(beside)
        self.give(copy)
        copy.sql.run("pragma journal_mode = delete")
        copy.sql.close()
        beside.replace(path)

    def give(self, other: Owners) -> int:
        """Put everything that is here into another place, which keeps what it has; how many
        people's keys. Whoever was erased here meanwhile, or there before, stays erased."""
        number = 0
        for rows in self._pages("select owner, salt from owners", "owner"):
            other.sql.each("insert into owners values (?, ?) on conflict do nothing", rows)
            number += len(rows)
        for rows in self._pages("select key, owner, at from erased", "key"):
            other.sql.each("insert into erased values (?, ?, ?) on conflict do nothing", rows)
        other.sql.run("delete from owners where owner in (select owner from erased)")
        return number

    def _pages(self, select: str, key: str) -> Iterator[list[Row]]:
        last = ""
        while page := self.sql.all(f"{select} where {key} > ? order by {key} limit 5000", last):
            yield page
            last = page[-1][0]

    # Erasure

    def erase(self, owner: str, keys: Sequence[str], at: str) -> None:
        """Destroy a person's bytes and remember the keys that are not to come back. What was
        erased is overwritten, in the file and in its log."""
        with self.sql.transaction():
            self.sql.run("delete from owners where owner = ?", owner)
            self.sql.each(
                "insert into erased (key, owner, at) values (?, ?, ?) on conflict do nothing",
                [(key, owner, at) for key in keys],
            )
        self.scrub()

    def forget(self, owner: str) -> None:
        """Destroy a person's bytes; they may be learned of again, under another name. The caller
        sees to `scrub`."""
        self.sql.run("delete from owners where owner = ?", owner)

    def scrub(self) -> bool:
        """Leave nothing of what was erased in the file's log. False if a reader kept it."""
        return self.sql.scrub()

    def barred(self, keys: Iterable[str]) -> set[str]:
        """Those of these keys that are of somebody who was erased."""
        found: set[str] = set()
        asked = sorted(keys)
        for first in range(0, len(asked), _AT_ONCE):
            some = asked[first : first + _AT_ONCE]
            marks = ",".join("?" * len(some))
            rows = self.sql.all(f"select key from erased where key in ({marks})", *some)
            found |= {row[0] for row in rows}
        return found

    def erasures(self) -> tuple[int, str]:
        """How many keys are barred and since when the last: it changes when somebody is erased."""
        row = self.sql.one("select count(*), coalesce(max(at), '') from erased")
        return (row[0], row[1]) if row else (0, "")

    def all_erased(self) -> list[str]:
        """Every key of those who were erased."""
        return [row[0] for row in self.sql.all("select key from erased order by key")]

    def readmit(self, key: str) -> bool:
        """Whoever has this key may be learned of again, by any key; whether they were barred."""
        return self.sql.run(
            "delete from erased where owner in (select owner from erased where key = ?)", key
        ) > 0  # fmt: skip


def _sql(where: str | Path) -> Sql:
    if isinstance(where, Path):
        where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not where.exists():  # who closes a file lets go of the locks that SQLite holds on it
            os.close(os.open(where, os.O_CREAT | os.O_RDWR, 0o600))
    return opened(where)
