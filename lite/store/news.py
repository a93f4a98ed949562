"""Who asked to be told of what, and whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lite.store.engine import Sql

RIGHTS = "rights"
# The day of the next look at rights that nobody asked about.
_NEVER = "9999-12-31"


class WishRow(NamedTuple):
    """What a phone (its blind index) asked to be told of a person: `wants` is words with a space
    between; `sealed` holds the number."""

    phone: str
    person: str
    wants: str
    language: str
    sealed: str
    asked_at: str


_COLUMNS = ", ".join(WishRow._fields)
# Wanted by somebody. What came before is no news to whoever asked later: they were shown it.
_WANTED = "select 1 from news_wanted w where w.person = m.person and w.asked_at <= m.at"
_TOLD = "select 1 from told t where t.person = m.person and t.day = ?"


class News:
    """No row, no message: nobody is told who did not ask."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def want(self, row: WishRow) -> None:
        """This phone is told of this from now on; what it asked before is replaced."""
        self._sql.run(
            f"insert into news_wanted ({_COLUMNS}, looked_on) values (?, ?, ?, ?, ?, ?, ?)"
            " on conflict (phone, person) do update set wants = excluded.wants,"
            " language = excluded.language, sealed = excluded.sealed,"
            " asked_at = excluded.asked_at, looked_on = excluded.looked_on",
            *(*row, "" if RIGHTS in row.wants.split() else _NEVER),
        )

    def refuse(self, phone: str, person: str) -> None:
        """This phone is told nothing of this person any more."""
        self._sql.run("delete from news_wanted where phone = ? and person = ?", phone, person)

    def wanted(self, phone: str, person: str) -> str:
        """What this phone asked to be told of this person; empty for nothing."""
        row = self._sql.one(
            "select wants from news_wanted where phone = ? and person = ?", phone, person
        )
        return str(row[0]) if row else ""

    def listeners(self, person: str, silent: str) -> list[WishRow]:
        """The phones that asked about a person, still speak for them, were heard after `silent`
        and take messages; the first that asked first."""
        rows = self._sql.all(
            f"select {_COLUMNS} from news_wanted w where w.person = ?"
            " and exists (select 1 from current_phones p where p.phone = w.phone"
            " and p.person = w.person and p.heard_at > ?)"
            " and not exists (select 1 from callers c where c.phone = w.phone"
            " and (c.quiet = 1 or c.blocked = 1)) order by w.asked_at, w.phone",
            *(person, silent),
        )
        return [WishRow(*row) for row in rows]

    # Whose turn it is

    def moved(self, after: str, day: str, most: int) -> list[str]:
        """People, by id from `after` on, with fresh news who were told nothing that day."""
        rows = self._sql.all(
            "select distinct m.person from current_moves m where m.person > ?"
            f" and exists ({_WANTED}) and not exists ({_TOLD}) order by m.person limit ?",
            *(after, day, most),
        )
        return [row[0] for row in rows]

    def to_look_at(self, day: str, most: int) -> list[str]:
        """People whose rights were not looked at that day, and who asked to hear of them."""
        rows = self._sql.all(
            "select distinct looked_on, person from news_wanted where looked_on < ?"
            " order by looked_on, person limit ?",
            *(day, most),
        )
        return list(dict.fromkeys(row[1] for row in rows))

    def looked(self, people: Sequence[str], day: str) -> None:
        """Their rights are looked at: not again that day."""
        self._sql.each(
            "update news_wanted set looked_on = ? where person = ?", [(day, one) for one in people]
        )

    def said(self, person: str) -> set[str]:
        """What a person was told once and is not to be told again."""
        rows = self._sql.all("select what from news_said where person = ?", person)
        return {row[0] for row in rows}

    def say(self, person: str, what: Sequence[str], now: str) -> None:
        """A person is told this, in the transaction of the letter."""
        self._sql.each(
            "insert into news_said (person, what, at) values (?, ?, ?) on conflict do nothing",
            [(person, one, now) for one in what],
        )

    def prune(self, most: int) -> int:
        """Take away news that nobody wants; how many."""
        key = "fund, generation, kind, key"
        return self._sql.run(
            f"delete from moves where ({key}) in (select {key} from current_moves m"
            f" where not exists ({_WANTED}) limit ?)",
            most,
        )
