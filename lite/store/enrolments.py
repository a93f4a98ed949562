"""Numbers deposited in person: waiting, active, lost; and what tells that a SIM changed hands."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


class EnrolmentRow(NamedTuple):
    """A deposited number; `sealed` holds it, `hash` is of its activation code; `replaces` is the
    phone that stops when this one is activated, if any does."""

    id: str
    phone: str
    person: str
    hash: str
    sealed: str
    who: str
    created_at: str
    expires_at: str
    replaces: str


class ConsentRow(NamedTuple):
    """Who agreed to which text, in which language, before whom, when."""

    person: str
    phone: str
    version: str
    language: str
    who: str
    at: str


_COLUMNS = ", ".join(EnrolmentRow._fields)


class Enrolments:
    """Phones are blind indexes; the numbers themselves are sealed."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, row: EnrolmentRow, consent: ConsentRow) -> None:
        """Keep a deposit and its consent; what waited for this phone and person stops waiting."""
        self._end_waiting(row.phone, row.person, row.created_at)
        self._sql.run(
            f"insert into enrolments ({_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *row,
        )
        self._sql.run(
            "insert into consents (person, phone, version, language, who, at)"
            " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
            *consent,
        )

    def _end_waiting(self, phone: str, person: str, now: str) -> None:
        self._sql.run(
            "update enrolments set ended_at = ? where phone = ? and person = ?"
            " and used_at is null and ended_at is null",
            *(now, phone, person),
        )

    def awaited(self, phone: str, hash: str, now: str) -> EnrolmentRow | None:
        """The deposit that this activation code is for; None if it is wrong, used or too old."""
        row = self._sql.one(
            f"select {_COLUMNS} from enrolments where phone = ? and hash = ? and used_at is null"
            " and ended_at is null and expires_at > ?",
            *(phone, hash, now),
        )
        return EnrolmentRow(*row) if row else None

    def use(self, id: str, now: str) -> bool:
        """Consume the activation code of a deposit: true for exactly one caller."""
        return self._sql.run(
            "update enrolments set used_at = ? where id = ? and used_at is null", now, id
        ) == 1

    def spent(self, phone: str, hash: str) -> bool:
        """Whether this was a code of ours for this phone."""
        sql = "select 1 from enrolments where phone = ? and hash = ? limit 1"
        return self._sql.one(sql, phone, hash) is not None

    def deposited(self, phone: str) -> bool:
        """Whether this phone was ever deposited for somebody."""
        return self._sql.one("select 1 from enrolments where phone = ? limit 1", phone) is not None

    def waiting(self, phone: str, now: str) -> bool:
        """Whether an activation code of this phone is still good."""
        return self._sql.one(
            "select 1 from enrolments where phone = ? and used_at is null and ended_at is null"
            " and expires_at > ? limit 1",
            *(phone, now),
        ) is not None  # fmt: skip

    def of_person(self, person: str) -> list[EnrolmentRow]:
        """Every deposit of a person, the latest first."""
        rows = self._sql.all(
            f"select {_COLUMNS} from enrolments where person = ?"
            " order by created_at desc",
            person,
        )
        return [EnrolmentRow(*row) for row in rows]

    def consents(self, person: str) -> list[ConsentRow]:
        """What a person agreed to, the latest first."""
        rows = self._sql.all(
            f"select {', '.join(ConsentRow._fields)} from consents where person = ?"
            " order by at desc",
            person,
        )
        return [ConsentRow(*row) for row in rows]

    # Phones

    def bind(self, phone: str, person: str, now: str) -> None:
        """From now on this phone speaks for this person, whatever a fund says of it later."""
        self._sql.run("delete from phones where phone = ? and person = ?", phone, person)
        self._sql.run(
            "insert into phones (phone, person, fund, heard_at) values (?, ?, 'counter', ?)",
            *(phone, person, now),
        )
        self._sql.run("delete from lost_phones where phone = ? and person = ?", phone, person)

    def unbind(self, phone: str, person: str, now: str) -> bool:
        """The phone speaks for this person no more: its codes die, the person's web sessions end,
        it is told no news of theirs. False if it did not speak for them."""
        bound = self._sql.run("delete from phones where phone = ? and person = ?", phone, person)
        self._end_waiting(phone, person, now)
        self._sql.run(
            "insert into lost_phones (phone, person, at) values (?, ?, ?)"
            " on conflict (phone, person) do update set at = excluded.at",
            *(phone, person, now),
        )
        self._sql.run("delete from news_wanted where phone = ? and person = ?", phone, person)
        self._sql.run(
            "update codes set expires_at = ? where subject = ? and person = ?"
            " and used_at is null and expires_at > ?",
            *(now, phone, person, now),
        )
        self._sql.run("delete from web_sessions where person = ?", person)
        return bound > 0

    def bound(self, person: str) -> dict[str, str]:
        """The phones that speak for a person -> who says so: `counter` or a fund."""
        rows = self._sql.all("select phone, fund from current_phones where person = ?", person)
        return dict(rows)

    def changed(self, person: str) -> str | None:
        """When a number of this person, or the SIM behind one, last changed."""
        row = self._sql.one(
            "select max(at) from (select used_at as at from enrolments where person = ?"
            " union all select at from lost_phones where person = ?"
            " union all select at from sim_changes join current_phones using (phone)"
            " where person = ?) as changes",
            *(person, person, person),
        )
        return row[0] if row else None

    def sim_changed(self, phone: str, at: str) -> None:
        self._sql.run(
            "insert into sim_changes (phone, at) values (?, ?) on conflict do nothing", phone, at
        )
