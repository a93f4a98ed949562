"""Helpers: whose phone may ask what for whom, from when until when."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


class MandateRow(NamedTuple):
    """A mandate; `scope` is words with a space between, `sealed` holds the helper's number."""

    id: str
    phone: str
    person: str
    scope: str
    sealed: str
    begins_at: str
    ends_at: str


_COLUMNS = ", ".join(MandateRow._fields)


class Mandates:
    """`phone` is the helper's, `person` whom they help; who calls is told by `People.voices`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def begin(self, row: MandateRow) -> None:
        """Keep a mandate; the one that this helper had from this person ends."""
        with self._sql.transaction(f"mandates:{row.person}"):
            self._sql.run(
                "update mandates set ended_at = ? where phone = ? and person = ?"
                " and ended_at is null",
                *(row.begins_at, row.phone, row.person),
            )
            self._sql.run(f"insert into mandates ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?)", *row)

    def living(self, person: str, now: str) -> list[MandateRow]:
        """Who helps a person now, the latest first."""
        rows = self._sql.all(
            f"select {_COLUMNS} from mandates where person = ? and ended_at is null and ends_at > ?"
            " order by begins_at desc, id",
            *(person, now),
        )
        return [MandateRow(*row) for row in rows]

    def given(self, phone: str, person: str) -> MandateRow | None:
        """The latest mandate that a person gave to a helper's phone, living or over."""
        row = self._sql.one(
            f"select {_COLUMNS} from mandates where phone = ? and person = ?"
            " order by begins_at desc limit 1",
            *(phone, person),
        )
        return MandateRow(*row) if row else None

    def end(self, person: str, id: str, now: str) -> bool:
        """It ends at once: true for exactly one caller."""
        return self._sql.run(
            "update mandates set ended_at = ? where id = ? and person = ? and ended_at is null"
            " and ends_at > ?",
            *(now, id, person, now),
        ) == 1

    def use(self, phone: str, person: str, name: str) -> bool:
        """A helper acts: true unless it is the use of this name that was noted last."""
        return self._sql.run(
            "update mandates set used = ? where phone = ? and person = ? and ended_at is null"
            " and used <> ?",
            *(name, phone, person, name),
        ) > 0

    def tell(self, phone: str, person: str, now: str, since: str) -> bool:
        """The person is to be told that their helper acts: true once since then."""
        return self._sql.run(
            "update mandates set told_at = ? where phone = ? and person = ? and ended_at is null"
            " and coalesce(told_at, '') < ?",
            *(now, phone, person, since),
        ) > 0
