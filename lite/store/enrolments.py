"""Numbers deposited in person: waiting, active, lost; and what tells that a SIM changed hands."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.sqlite import Sqlite


class EnrolmentRow(NamedTuple):
    """A deposited number; `sealed` holds it, `hash` is of its activation code."""

    id: str
    phone: str
    person: str
    hash: str
    sealed: str
    who: str
    created_at: str
    expires_at: str


class ConsentRow(NamedTuple):
    """Who agreed to which text, in which language, before whom, when."""

    person: str
    phone: str
    version: str
    language: str
    who: str
    at: str


# Every sign of life a phone leaves, however little of it retention keeps.
_SIGNS = """
select max(at) from (
    select heard_at as at from heard_phones where phone = ?
    union all select changed_at from callers where phone = ?
    union all select changed_at from talks where phone = ?
    union all select at from inbox where phone = ?
    union all select used_at from enrolments where phone = ?) as signs
"""


class Enrolments:
    """Phones are blind indexes; the numbers themselves are sealed."""

    def __init__(self, sql: Sqlite) -> None:
        self._sql = sql

    def add(self, row: EnrolmentRow, consent: ConsentRow) -> None:
        """Keep a deposit and its consent; what waited for this phone and person stops waiting."""
        self._end_waiting(row.phone, row.person, row.created_at)
        self._sql.run(
            "insert into enrolments (id, phone, person, hash, sealed, who, created_at, expires_at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
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

    def use(self, phone: str, hash: str, now: str) -> str | None:
        """Consume an activation code, once: its person, or None if wrong, used or too old."""
        rows = self._sql.all(
            "update enrolments set used_at = ? where phone = ? and hash = ? and used_at is null"
            " and ended_at is null and expires_at > ? returning person",
            *(now, phone, hash, now),
        )
        return str(rows[0][0]) if rows else None

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
            f"select {', '.join(EnrolmentRow._fields)} from enrolments where person = ?"
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

    def bind(self, phone: str, person: str) -> None:
        """From now on this phone speaks for this person, whatever a fund says of it later."""
        self._sql.run(
            "insert into phones (phone, person, fund) values (?, ?, 'counter')"
            " on conflict (phone, person) do update set fund = excluded.fund",
            *(phone, person),
        )
        self._sql.run("delete from lost_phones where phone = ? and person = ?", phone, person)
        self._sql.run("update heard_phones set doubted_at = null where phone = ?", phone)

    def unbind(self, phone: str, person: str, now: str) -> bool:
        """The phone speaks for this person no more: its codes die, the person's web sessions end.
        False if it did not speak for them."""
        bound = self._sql.run("delete from phones where phone = ? and person = ?", phone, person)
        self._end_waiting(phone, person, now)
        self._sql.run(
            "insert into lost_phones (phone, person, at) values (?, ?, ?)"
            " on conflict (phone, person) do update set at = excluded.at",
            *(phone, person, now),
        )
        self._sql.run(
            "update codes set expires_at = ? where subject = ? and person = ?"
            " and used_at is null and expires_at > ?",
            *(now, phone, person, now),
        )
        self._sql.run("delete from web_sessions where person = ?", person)
        return bound == 1

    def bound(self, person: str) -> dict[str, str]:
        """The phones that speak for a person -> who says so: `counter` or a fund."""
        rows = self._sql.all("select phone, fund from phones where person = ?", person)
        return dict(rows)

    def changed(self, person: str) -> str | None:
        """When a number of this person, or the SIM behind one, last changed."""
        row = self._sql.one(
            "select max(at) from (select used_at as at from enrolments where person = ?"
            " union all select at from lost_phones where person = ?"
            " union all select at from sim_changes join phones using (phone) where person = ?)"
            " as changes",
            *(person, person, person),
        )
        return row[0] if row else None

    def sim_changed(self, phone: str, at: str) -> None:
        self._sql.run(
            "insert into sim_changes (phone, at) values (?, ?) on conflict do nothing", phone, at
        )

    # Silence

    def last_sign(self, phone: str) -> str | None:
        """When this phone last gave a sign of life; before any, when we came to know of it."""
        row = self._sql.one(_SIGNS, *([phone] * 5))
        if row and row[0]:
            return str(row[0])
        known = self._sql.one(
            "select max(since) from phones join people using (person) where phone = ?", phone
        )
        return known[0] if known else None

    def heard(self, phone: str, at: str, doubted: bool) -> None:
        """This phone gave a sign of life; `doubted` if its number may have a new owner."""
        self._sql.run(
            "insert into heard_phones (phone, heard_at, doubted_at) values (?, ?, ?)"
            " on conflict (phone) do update set heard_at = excluded.heard_at,"
            " doubted_at = coalesce(heard_phones.doubted_at, excluded.doubted_at)",
            *(phone, at, at if doubted else None),
        )

    def doubted(self, phone: str) -> bool:
        """Whether this phone still owes a proof."""
        sql = "select 1 from heard_phones where phone = ? and doubted_at is not null"
        return self._sql.one(sql, phone) is not None
