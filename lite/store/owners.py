"""The people's keys, in a file of their own beside the key file: never in the store's backups.

What is kept for a person is 32 random bytes; with a master key they make the key that seals this
person's rows. Once they are gone, nobody opens those rows again, in whatever copy.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from lite.store.sqlite import Sqlite

_TABLES = (
    "create table if not exists owners (owner text primary key, salt blob not null) without rowid",
    "create table if not exists erased"
    " (key text primary key, owner text not null, at text not null) without rowid",
)


_AT_ONCE = 500


class Owners:
    """`owner` is a person of the store. `key` is the blind index of a number that a scheme gave
    to somebody who was erased: no more is remembered of them, and nothing new is learned."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._sql = Sqlite(path)
        for table in _TABLES:
            self._sql.run(table)

    def get(self, owner: str) -> bytes | None:
        """A person's bytes; None before there are any, and for ever after they were destroyed."""
        row = self._sql.one("select salt from owners where owner = ?", owner)
        return bytes(row[0]) if row else None

    def many(self, owners: Iterable[str]) -> dict[str, bytes]:
        """The bytes of those of these people who have some."""
        found: dict[str, bytes] = {}
        asked = sorted(owners)
        for first in range(0, len(asked), _AT_ONCE):
            some = asked[first : first + _AT_ONCE]
            marks = ",".join("?" * len(some))
            sql = f"select owner, salt from owners where owner in ({marks})"
            found |= {owner: bytes(salt) for owner, salt in self._sql.all(sql, *some)}
        return found

    def make(self, owner: str) -> bytes:
        """A person's bytes, drawn if need be."""
        self._sql.run(
            "insert into owners (owner, salt) values (?, ?) on conflict do nothing",
            *(owner, secrets.token_bytes(32)),
        )
        row = self._sql.one("select salt from owners where owner = ?", owner)
        assert row is not None
        return bytes(row[0])

    def batch(self) -> AbstractContextManager[None]:
        """Many people's bytes are written at once, or none."""
        return self._sql.transaction()

    def copy(self, path: Path) -> None:
        """Write a whole copy to a file, mode 0600, in place of the one before."""
        beside = path.with_name(f"{path.name}.new")
        beside.unlink(missing_ok=True)
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL, 0o600))
        self._sql.run("vacuum into ?", str(beside))
        beside.replace(path)

    # Erasure

    def erase(self, owner: str, keys: Sequence[str], at: str) -> None:
        """Destroy a person's bytes and remember the keys that are not to come back. What was
        erased is overwritten, in the file and in its log."""
        with self._sql.transaction():
            self._sql.run("delete from owners where owner = ?", owner)
            self._sql.each(
                "insert into erased (key, owner, at) values (?, ?, ?) on conflict do nothing",
                [(key, owner, at) for key in keys],
            )
        self.scrub()

    def scrub(self) -> bool:
        """Leave nothing of what was erased in the file's log. False if a reader kept it."""
        return self._sql.scrub()

    def erased(self, keys: Sequence[str]) -> bool:
        """Whether one of these keys is of somebody who was erased."""
        marks = ",".join("?" * len(keys))
        return (
            self._sql.one(f"select 1 from erased where key in ({marks}) limit 1", *keys) is not None
        )

    def all_erased(self) -> list[str]:
        """Every key of those who were erased."""
        return [row[0] for row in self._sql.all("select key from erased order by key")]

    def readmit(self, key: str) -> bool:
        """Whoever has this key may be learned of again, by any key; whether they were barred."""
        return self._sql.run(
            "delete from erased where owner in (select owner from erased where key = ?)", key
        ) > 0  # fmt: skip
