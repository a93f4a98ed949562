"""What people asked for, and the papers that came of it."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql

_COLUMNS = (
    "reference, once, person, phone, kind, language, state, reason, asked_at, changed_at, fund,"
    " receipt, sealed"
)


class RequestRow(NamedTuple):
    """A request; `once` is its idempotency key, `receipt` the fund's own reference."""

    reference: str
    once: str
    person: str | None
    phone: str
    kind: str
    language: str
    state: str
    reason: str
    asked_at: str
    changed_at: str
    fund: str
    receipt: str
    sealed: str


class DocumentRow(NamedTuple):
    """A paper that a fund vouches for: its facts are sealed."""

    reference: str
    kind: str
    issued_on: str
    valid_until: str
    revoked_at: str | None
    sealed: str


class Requests:
    """A request is written once for each idempotency key, however often it is asked."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, row: RequestRow) -> str:
        """Write a request; the reference of the one that this idempotency key already made."""
        marks = ", ".join("?" * len(row))
        self._sql.run(
            f"insert into requests ({_COLUMNS}) values ({marks}) on conflict do nothing", *row
        )
        made = self._sql.one("select reference from requests where once = ?", row.once)
        return str(made[0]) if made else ""

    def get(self, reference: str) -> RequestRow | None:
        row = self._sql.one(f"select {_COLUMNS} from requests where reference = ?", reference)
        return RequestRow(*row) if row else None

    def made_by(self, once: str) -> RequestRow | None:
        """The request that this idempotency key made."""
        row = self._sql.one(f"select {_COLUMNS} from requests where once = ?", once)
        return RequestRow(*row) if row else None

    def of_person(self, person: str) -> list[RequestRow]:
        """What a person asked for, latest first."""
        rows = self._sql.all(
            f"select {_COLUMNS} from requests where person = ? order by asked_at desc", person
        )
        return [RequestRow(*row) for row in rows]

    def of_phone(self, phone: str) -> list[RequestRow]:
        """What was asked from a phone in nobody's name, latest first."""
        rows = self._sql.all(
            f"select {_COLUMNS} from requests where phone = ? and person is null"
            " order by asked_at desc",
            phone,
        )
        return [RequestRow(*row) for row in rows]

    def unclaimed(self, kind: str) -> list[RequestRow]:
        """What was asked in nobody's name and waits for a human, the oldest first."""
        rows = self._sql.all(
            f"select {_COLUMNS} from requests where person is null and kind = ?"
            " and state = 'queued' order by asked_at",
            kind,
        )
        return [RequestRow(*row) for row in rows]

    def waiting(self, fund: str) -> list[RequestRow]:
        """The requests that a fund holds and has not settled."""
        rows = self._sql.all(
            f"select {_COLUMNS} from requests where fund = ? and receipt <> ''"
            " and (state in ('sent', 'acknowledged')"
            " or state = 'accepted'"
            " and kind not in ('callback', 'complaint', 'life', 'address', 'post'))"
            " order by asked_at",
            fund,
        )
        return [RequestRow(*row) for row in rows]

    def valid(self, fund: str, today: str, behind: str, most: int) -> list[RequestRow]:
        """The requests whose papers this fund may still take back, by reference, from `behind`."""
        columns = ", ".join(f"r.{name.strip()}" for name in _COLUMNS.split(","))
        rows = self._sql.all(
            f"select {columns} from requests r join documents d on d.reference = r.reference"
            " where r.fund = ? and r.receipt <> '' and r.state in ('ready', 'collected')"
            " and d.revoked_at is null and d.valid_until >= ? and d.reference > ?"
            " order by d.reference limit ?",
            *(fund, today, behind, most),
        )
        return [RequestRow(*row) for row in rows]

    def move(self, reference: str, states: tuple[str, ...], to: str, reason: str, now: str) -> bool:
        """Move a request on, if it is still in one of `states`; whether it moved."""
        marks = ", ".join("?" * len(states))
        return self._sql.run(
            "update requests set state = ?, reason = ?, changed_at = ?"
            f" where reference = ? and state in ({marks})",
            *(to, reason, now, reference, *states),
        ) == 1

    def receipted(self, reference: str, fund: str, receipt: str, held: str) -> None:
        """The fund holds the request under its own reference, since then; `held` empty: it is on
        its way there."""
        self._sql.run(
            "update requests set fund = ?, receipt = ?, held_at = ? where reference = ?",
            *(fund, receipt, held, reference),
        )

    def arrived(self, reference: str, since: str) -> None:
        """The fund said that it holds the request, since then, if it had not said so before."""
        self._sql.run(
            "update requests set held_at = ? where reference = ? and held_at = ''",
            *(since, reference),
        )

    def announced(self, reference: str) -> tuple[str, str, str, str, str] | None:
        """(kind, state, when it was asked, since when a fund holds it, its fund) of a request."""
        row = self._sql.one(
            "select kind, state, asked_at, held_at, fund from requests where reference = ?",
            reference,
        )
        return (row[0], row[1], row[2], row[3], row[4]) if row else None

    def file(self, row: DocumentRow) -> None:
        """Keep a paper that became ready."""
        self._sql.run(
            "insert into documents (reference, kind, issued_on, valid_until, revoked_at, sealed)"
            " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
            *row,
        )

    def revoke(self, reference: str, now: str) -> bool:
        """Take a paper back, once; false if there is none or it was taken back before."""
        return self._sql.run(
            "update documents set revoked_at = ? where reference = ? and revoked_at is null",
            *(now, reference),
        ) == 1

    def document(self, reference: str) -> DocumentRow | None:
        row = self._sql.one(
            "select reference, kind, issued_on, valid_until, revoked_at, sealed from documents"
            " where reference = ?",
            reference,
        )
        return DocumentRow(*row) if row else None
