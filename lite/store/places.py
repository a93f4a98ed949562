"""Agencies and relay points, and a few facts of the store itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lite.store.engine import Asked, Sql


class Agency(NamedTuple):
    """Where to go: both languages, side by side. `folded` and `keypad` are what is searched."""

    fund: str
    kind: str
    demo: int
    town_fr: str
    town_ar: str
    name_fr: str
    name_ar: str
    address_fr: str
    address_ar: str
    hours_fr: str
    hours_ar: str
    phone: str
    folded: str
    keypad: str


_AGENCY = ", ".join(Agency._fields)


class Places:
    """Public knowledge: nothing here is about a person."""

    def __init__(self, sql: Sql, aged: Asked) -> None:
        self._sql, self._aged = sql, aged

    def replace_agencies(self, rows: Sequence[Agency]) -> None:
        """The whole list of agencies, at once."""
        with self._sql.transaction("agencies"):
            self._sql.run("delete from agencies")
            marks = ", ".join("?" * len(Agency._fields))
            self._sql.each(
                f"insert into agencies (id, {_AGENCY}) values (?, {marks})",
                [(number, *row) for number, row in enumerate(rows, 1)],
            )

    def towns(self, prefix: str, most: int) -> list[tuple[str, str]]:
        """(French, Arabic) names of the towns whose folded name or keypad digits begin so."""
        column = "keypad" if prefix.isdecimal() else "folded"
        rows = self._aged.all(
            f"select distinct town_fr, town_ar from agencies"
            f" where {column} like ? or {column} like ? order by town_fr limit ?",
            *(f"{prefix}%", f"%|{prefix}%", most),
        )
        return [(french, arabic) for french, arabic in rows]

    def agencies(self, town_fr: str) -> list[Agency]:
        """The agencies of a town, agencies before relay points."""
        rows = self._aged.all(
            f"select {_AGENCY} from agencies where town_fr = ? order by kind, name_fr", town_fr
        )
        return [Agency(*row) for row in rows]

    def fact(self, name: str) -> str | None:
        """A fact of the store itself (that it is a demo, for one)."""
        row = self._sql.one("select value from facts where name = ?", name)
        return str(row[0]) if row else None

    def set_fact(self, name: str, value: str) -> None:
        self._sql.run(
            "insert into facts (name, value) values (?, ?)"
            " on conflict (name) do update set value = excluded.value",
            *(name, value),
        )
