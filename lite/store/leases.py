"""Leases: what one process alone may do, until it ends or is gone."""

from __future__ import annotations

from lite.store.engine import Sql


class Leases:
    """One row a lease; `holder` says which process has it."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def holder(self, name: str, now: str) -> str | None:
        """Who has it now."""
        row = self._sql.one(
            "select holder from leases where name = ? and expires_at > ?", name, now
        )
        return row[0] if row else None

    def take(self, name: str, holder: str, now: str, until: str, gone: str | None = None) -> bool:
        """Have it until then, if nobody else has it, or only `gone` who is known to be dead."""
        return self._sql.run(
            "insert into leases (name, holder, expires_at) values (?, ?, ?)"
            " on conflict (name) do update set holder = excluded.holder,"
            " expires_at = excluded.expires_at"
            " where leases.expires_at <= ? or leases.holder in (?, ?)",
            *(name, holder, until, now, holder, gone or holder),
        ) > 0  # fmt: skip

    def keep(self, name: str, holder: str, until: str) -> bool:
        """Have it for longer; False if somebody else has taken it meanwhile."""
        return self._sql.run(
            "update leases set expires_at = ? where name = ? and holder = ?", until, name, holder
        ) > 0  # fmt: skip

    def leave(self, name: str, holder: str) -> None:
        """Somebody else may have it."""
        self._sql.run("delete from leases where name = ? and holder = ?", name, holder)
