"""What a stick brought, on its way out of a box."""

from __future__ import annotations

import secrets

from lite.store.engine import Sql

_OPEN = "('queued', 'sent', 'acknowledged', 'accepted')"
_OF_FUND = ("records", "phones", "moves", "doubts", "set_aside", "quarantine")


class Leaving:
    """What of a fund, or of one of its people, goes; and what must stay."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def people(self, fund: str, most: int) -> list[str]:
        """Some of those of whom this fund told anything."""
        rows = self._sql.all(
            "select distinct person from records where fund = ? limit ?", fund, most
        )
        return [row[0] for row in rows]

    def elsewhere(self, fund: str, person: str) -> bool:
        """Whether another fund tells of this person too."""
        sql = "select 1 from records where person = ? and fund <> ? limit 1"
        return self._sql.one(sql, person, fund) is not None

    def leave(self, fund: str, person: str) -> None:
        """What this fund told of a person of whom another tells too."""
        for table in ("records", "phones", "moves"):
            self._sql.run(f"delete from {table} where fund = ? and person = ?", fund, person)

    def on_their_way(self, person: str) -> list[tuple[str, str, str]]:
        """A person's requests that no fund settled: (reference, as sealed, its letter as sealed;
        empty where it left)."""
        rows = self._sql.all(
            "select r.reference, r.sealed, coalesce(l.sealed, '') from requests r"
            " left join letters l on l.id = 'request-' || r.reference"
            " and l.state in ('waiting', 'sending', 'unknown')"
            f" where r.person = ? and r.state in {_OPEN}",
            person,
        )
        return [(row[0], row[1], row[2]) for row in rows]

    def free(self, reference: str, sealed: str, letter: str) -> None:
        """A request that belongs to nobody from now on, sealed anew; with its letter, if any."""
        self._sql.run(
            "update requests set person = '', phone = ?, sealed = ? where reference = ?",
            *(secrets.token_hex(8), sealed, reference),
        )
        if letter:
            id = f"request-{reference}"
            self._sql.run("update attempts set address = '' where letter = ?", id)
            self._sql.run(
                "update letters set address = '', sealed = ? where id = ?",
                *(letter, id),
            )

    def ended(self, fund: str, now: str) -> None:
        """Nothing is left of what a fund told; where it stands stays, so that no old stick comes
        in again."""
        for table in _OF_FUND:
            self._sql.run(f"delete from {table} where fund = ?", fund)
        self._sql.run("update funds set expired_at = ? where fund = ?", now, fund)
