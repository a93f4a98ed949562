"""Access codes, failures and web sessions. Codes and cookies are kept as keyed hashes only."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


class SessionRow(NamedTuple):
    """A web session; `sealed` holds whose it is."""

    person: str
    sealed: str
    level: int
    created_at: str
    seen_at: str


class Access:
    """`subject` is whom a code or a failure counts for: the blind index of a phone."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def issue(
        self, subject: str, hash: str, person: str, asked_by: str, expires_at: str, now: str
    ) -> None:
        """Keep a new code; the ones before it stop working. Failures stay counted. `asked_by` is
        of the browser that alone may use it; empty if any may."""
        with self._sql.transaction(f"tries:{subject}"):
            self._sql.run(
                "update codes set expires_at = ? where subject = ? and used_at is null"
                " and expires_at > ?",
                *(now, subject, now),
            )
            self._sql.run(
                "insert into codes (subject, hash, person, asked_by, expires_at, created_at)"
                " values (?, ?, ?, ?, ?, ?)",
                *(subject, hash, person, asked_by, expires_at, now),
            )

    def use(self, subject: str, hash: str, browser: str, now: str, soon: str = "") -> str | None:
        """Consume a code, once: its person, or None if it is wrong, used, expired, another
        browser's, or made after `soon` (if any): by a clock that was set back since."""
        found = self._sql.all(
            "update codes set used_at = ? where subject = ? and hash = ? and used_at is null"
            " and expires_at > ? and created_at <= ? and asked_by in ('', ?) returning person",
            *(now, subject, hash, now, soon or "9", browser),
        )
        return str(found[0][0]) if found else None

    def living(self, subject: str, hash: str, now: str) -> bool:
        """Whether this code could be used now."""
        return self._sql.one(
            "select 1 from codes where subject = ? and hash = ? and used_at is null"
            " and expires_at > ? limit 1",
            *(subject, hash, now),
        ) is not None  # fmt: skip

    def elsewhere(self, subject: str, hash: str, browser: str, now: str) -> bool:
        """Whether this is a living code that another browser asked for."""
        return self._sql.one(
            "select 1 from codes where subject = ? and hash = ? and used_at is null"
            " and expires_at > ? and asked_by not in ('', ?) limit 1",
            *(subject, hash, now, browser),
        ) is not None  # fmt: skip

    def spent(self, subject: str, hash: str) -> bool:
        """Whether this was a code of ours, used or expired by now."""
        return bool(
            self._sql.one(
                "select 1 from codes where subject = ? and hash = ? limit 1", subject, hash
            )
        )

    def fail(self, subject: str, now: str) -> None:
        """Count one failure."""
        self._sql.run("insert into failures (subject, at) values (?, ?)", subject, now)

    def failures(self, subject: str, since: str) -> list[str]:
        """When it failed, oldest first."""
        rows = self._sql.all(
            "select at from failures where subject = ? and at >= ? order by at", subject, since
        )
        return [row[0] for row in rows]

    def count(self, subject: str, since: str) -> int:
        """How often it failed."""
        row = self._sql.one(
            "select count(*) from failures where subject = ? and at >= ?", subject, since
        )
        return int(row[0]) if row else 0

    def forgive(self, subject: str) -> None:
        """Success resets the count."""
        self._sql.run("delete from failures where subject = ?", subject)

    def open(self, hash: str, row: SessionRow) -> None:
        """Begin a web session."""
        self._sql.run(
            "insert into web_sessions (hash, person, sealed, level, created_at, seen_at)"
            " values (?, ?, ?, ?, ?, ?)",
            hash,
            *row,
        )

    def session(self, hash: str) -> SessionRow | None:
        row = self._sql.one(
            "select person, sealed, level, created_at, seen_at from web_sessions where hash = ?",
            hash,
        )
        return SessionRow(*row) if row else None

    def seen(self, hash: str, level: int, now: str) -> None:
        """The session was used now, at this level."""
        self._sql.run(
            "update web_sessions set seen_at = ?, level = ? where hash = ?", now, level, hash
        )

    def close(self, hash: str) -> None:
        """End a web session, on the server."""
        self._sql.run("delete from web_sessions where hash = ?", hash)
