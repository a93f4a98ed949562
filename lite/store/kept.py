"""Forms of the web that were sent too late, kept until their person is back."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


class KeptRow(NamedTuple):
    """A kept form; `sealed` holds what was typed, `hash` is of the browser's cookie."""

    hash: str
    person: str
    sealed: str
    expires_at: str


class Kept:
    """One form a browser: the last one. What is too old is as good as gone."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def keep(self, row: KeptRow) -> None:
        """Keep a form, in the place of the one before."""
        self._sql.run(
            "insert into kept_forms (hash, person, sealed, expires_at) values (?, ?, ?, ?)"
            " on conflict (hash) do update set person = excluded.person,"
            " sealed = excluded.sealed, expires_at = excluded.expires_at",
            *row,
        )

    def of_browser(self, hash: str, now: str) -> KeptRow | None:
        """The living form of a browser."""
        row = self._sql.one(
            "select hash, person, sealed, expires_at from kept_forms"
            " where hash = ? and expires_at > ?",
            *(hash, now),
        )
        return KeptRow(*row) if row else None

    def drop(self, hash: str) -> None:
        """The form is done with."""
        self._sql.run("delete from kept_forms where hash = ?", hash)
