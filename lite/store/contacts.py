"""Contacts we made, by the reference that each carried, and the fakes that people reported."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


class ContactRow(NamedTuple):
    """An SMS, or a call of an agent, to one phone; `sealed` holds the agent's first name."""

    phone: str
    reference: str
    about: str
    sealed: str
    at: str
    expires_at: str


class FraudRow(NamedTuple):
    """A report; `once` is its idempotency key, `sealed` holds the number that was seen."""

    once: str
    phone: str
    kind: str
    sealed: str
    at: str


_EXPIRED = "select phone, reference from contacts where expires_at < ? limit 100"


class Contacts:
    """A reference means something together with its phone alone."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, row: ContactRow) -> bool:
        """Keep a contact. False, and nothing kept, when this phone has one of this reference."""
        return bool(
            self._sql.run(
                "insert into contacts (phone, reference, about, sealed, at, expires_at)"
                " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
                *row,
            )
        )

    def find(self, phone: str, reference: str) -> ContactRow | None:
        """The contact of this phone that carried this reference, expired or not."""
        row = self._sql.one(
            f"select {', '.join(ContactRow._fields)} from contacts"
            " where phone = ? and reference = ?",
            *(phone, reference),
        )
        return ContactRow(*row) if row else None

    def forget(self, before: str) -> int:
        """Drop some of the contacts that expired before; how many. Nobody waits for another one
        who does the same."""
        return self._sql.run(
            f"delete from contacts where (phone, reference) in ({self._sql.free(_EXPIRED)})",
            before,
        )

    # Fakes

    def report(self, row: FraudRow) -> None:
        """Keep a report of a fake, once for each idempotency key."""
        self._sql.run(
            "insert into reports_of_fraud (once, phone, kind, sealed, at) values (?, ?, ?, ?, ?)"
            " on conflict do nothing",
            *row,
        )

    def reported(self, since: str) -> int:
        """How many fakes were reported since then, on every door."""
        row = self._sql.one("select count(*) from reports_of_fraud where at >= ?", since)
        return int(row[0]) if row else 0

    def reported_by_phone(self, since: str) -> int:
        """The same without the reports of passers-by on the web."""
        row = self._sql.one(
            "select count(*) from reports_of_fraud where at >= ? and phone <> ''", since
        )
        return int(row[0]) if row else 0

    def reported_from(self, phone: str, since: str) -> int:
        """How many came from one phone since then; from the web's passers-by for an empty one."""
        row = self._sql.one(
            "select count(*) from reports_of_fraud where phone = ? and at >= ?", phone, since
        )
        return int(row[0]) if row else 0
