"""The boxes of a centre: their keys, who agreed to be served there, what was asked there."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


class BoxRow(NamedTuple):
    """A box; `public` are its keys, `days` how long what is written for it may be kept, `sequence`
    the number of the last batch."""

    name: str
    public: str
    days: int
    sequence: int
    added_at: str
    written_at: str | None
    read_at: str | None


class AskedRow(NamedTuple):
    """A request that came from a box. `refused`: why it was not taken; empty if it was."""

    reference: str
    fund: str
    refused: str
    taken_at: str


_COLUMNS = ", ".join(BoxRow._fields)


class Boxes:
    """Boxes by name; people by their blind id."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, name: str, public: str, days: int, now: str) -> None:
        """Register a box, or give one other keys and days; its numbers go on."""
        self._sql.run(
            "insert into boxes (name, public, days, added_at) values (?, ?, ?, ?)"
            " on conflict (name) do update set public = excluded.public, days = excluded.days",
            *(name, public, days, now),
        )

    def get(self, name: str) -> BoxRow | None:
        row = self._sql.one(f"select {_COLUMNS} from boxes where name = ?", name)
        return BoxRow(*row) if row else None

    def all(self) -> list[BoxRow]:
        """Every box, by name."""
        rows = self._sql.all(f"select {_COLUMNS} from boxes order by name")
        return [BoxRow(*row) for row in rows]

    def remove(self, name: str) -> None:
        """Nothing more is written for this box, nor taken from it."""
        self._sql.run("delete from box_people where box = ?", name)
        self._sql.run("delete from boxes where name = ?", name)

    def next(self, name: str, now: str) -> int:
        """The number of the next batch of a box."""
        row = self._sql.one(
            "update boxes set sequence = sequence + 1, written_at = ? where name = ?"
            " returning sequence",
            *(now, name),
        )
        assert row is not None
        return int(row[0])

    def was_read(self, name: str, now: str) -> None:
        self._sql.run("update boxes set read_at = ? where name = ?", now, name)

    # People

    def agree(
        self, box: str, person: str, version: str, language: str, who: str, now: str
    ) -> None:  # fmt: skip
        """A person agreed to be served at a box: to which text, in which language, before whom."""
        self._sql.run(
            "insert into box_people (box, person, version, language, who, at)"
            " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
            *(box, person, version, language, who, now),
        )

    def disagree(self, box: str, person: str) -> bool:
        """Not any more: the next stick lacks them. Whether they had agreed."""
        sql = "delete from box_people where box = ? and person = ?"
        return self._sql.run(sql, box, person) > 0

    def served(self, box: str, after: str, most: int) -> list[str]:
        """The people of a box, some at a time."""
        rows = self._sql.all(
            "select person from box_people where box = ? and person > ? order by person limit ?",
            *(box, after, most),
        )
        return [row[0] for row in rows]

    def of_person(self, person: str) -> list[str]:
        """The boxes where a person agreed to be served."""
        rows = self._sql.all("select box from box_people where person = ? order by box", person)
        return [row[0] for row in rows]

    def count(self, box: str) -> int:
        """How many people a box serves."""
        row = self._sql.one("select count(*) from box_people where box = ?", box)
        return int(row[0]) if row else 0

    # Requests

    def took(self, box: str, row: AskedRow) -> bool:
        """Note a request from a box: true once for each reference."""
        return self._sql.run(
            "insert into box_requests (box, reference, fund, refused, taken_at)"
            " values (?, ?, ?, ?, ?) on conflict do nothing",
            *(box, *row),
        ) == 1  # fmt: skip

    def asked(self, box: str, fund: str, after: str, most: int) -> list[AskedRow]:
        """What was asked at a box of a fund, some at a time."""
        rows = self._sql.all(
            "select reference, fund, refused, taken_at from box_requests"
            " where box = ? and fund = ? and reference > ? order by reference limit ?",
            *(box, fund, after, most),
        )
        return [AskedRow(*row) for row in rows]
