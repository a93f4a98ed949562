"""Whether the SIM behind a phone was changed: what was asked of the operators, what they said."""

from __future__ import annotations

from lite.store.engine import Sql


class Sims:
    """`id` is the operator's name of a check, `phone` a blind index."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def ask(self, id: str, phone: str, now: str) -> None:
        """A check is on its way."""
        self._sql.run(
            "insert into sim_checks (id, phone, asked_at) values (?, ?, ?) on conflict do nothing",
            *(id, phone, now),
        )

    def asked(self, phone: str, since: str) -> tuple[str, bool] | None:
        """When this phone was last checked since then, and whether the answer is here."""
        row = self._sql.one(
            "select asked_at, answered_at is not null from sim_checks where phone = ?"
            " and asked_at > ? order by asked_at desc limit 1",
            *(phone, since),
        )
        return (row[0], bool(row[1])) if row else None

    def answered(self, id: str, now: str) -> str | None:
        """An answer is here: its phone, once; None for one that was not asked for."""
        rows = self._sql.all(
            "update sim_checks set answered_at = ? where id = ? and answered_at is null"
            " returning phone",
            *(now, id),
        )
        return str(rows[0][0]) if rows else None

    def unanswered(self, since: str, before: str) -> int:
        """How many checks asked in this time had no answer."""
        row = self._sql.one(
            "select count(*) from sim_checks where asked_at > ? and asked_at < ?"
            " and answered_at is null",
            *(since, before),
        )
        return int(row[0]) if row else 0
