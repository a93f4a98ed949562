"""Staff accounts, their sessions and their one-time links. Secrets are hashed or sealed."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Sql


class StaffRow(NamedTuple):
    """One account; `sealed` holds the second factor's secret."""

    name: str
    role: str
    password: str
    sealed: str
    created_at: str
    disabled_at: str | None


class DeskRow(NamedTuple):
    """One staff session, and the file that lies open on the desk (`person` empty: none)."""

    name: str
    role: str
    person: str
    reason: str
    shown: int
    created_at: str
    seen_at: str


_STAFF = ", ".join(StaffRow._fields)


class Staff:
    """Accounts are never deleted: the audit log names them."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, row: StaffRow) -> bool:
        """A new account; false if the name is taken."""
        added = self._sql.run(
            f"insert into staff ({_STAFF}) values (?, ?, ?, ?, ?, ?) on conflict do nothing", *row
        )
        return added == 1

    def get(self, name: str) -> StaffRow | None:
        """The account of a name, disabled or not."""
        row = self._sql.one(f"select {_STAFF} from staff where name = ?", name)
        return StaffRow(*row) if row else None

    def everybody(self) -> list[StaffRow]:
        """Every account, by name."""
        rows = self._sql.all(f"select {_STAFF} from staff order by name")
        return [StaffRow(*row) for row in rows]

    def advance(self, name: str, step: int) -> bool:
        """Use up a step of the second factor; false if it, or a later one, was used before."""
        used = self._sql.run(
            "update staff set step = ? where name = ? and step < ?", step, name, step
        )
        return used == 1

    def disable(self, name: str, now: str) -> bool:
        """Close an account with its sessions and links; false if it was not open."""
        changed = self._sql.run(
            "update staff set disabled_at = ? where name = ? and disabled_at is null", now, name
        )
        self._sql.run("delete from staff_sessions where name = ?", name)
        self._sql.run("delete from staff_links where name = ?", name)
        return changed == 1

    # One-time links

    def add_link(self, hash: str, name: str, expires_at: str) -> None:
        self._sql.run(
            "insert into staff_links (hash, name, expires_at) values (?, ?, ?)",
            *(hash, name, expires_at),
        )

    def use_link(self, hash: str, now: str) -> str | None:
        """Consume a link, once: whose it is, or None if it is unknown, used or too old."""
        rows = self._sql.all(
            "update staff_links set used_at = ? where hash = ? and used_at is null"
            " and expires_at > ? returning name",
            *(now, hash, now),
        )
        return str(rows[0][0]) if rows else None

    # Sessions

    def sit(self, hash: str, name: str, now: str) -> None:
        """Begin a session with no file open."""
        self._sql.run(
            "insert into staff_sessions (hash, name, created_at, seen_at) values (?, ?, ?, ?)",
            *(hash, name, now, now),
        )

    def session(self, hash: str) -> DeskRow | None:
        """The session of a cookie, while its account is open."""
        row = self._sql.one(
            "select name, role, person, reason, shown, s.created_at, seen_at"
            " from staff_sessions s join staff using (name)"
            " where hash = ? and disabled_at is null",
            hash,
        )
        return DeskRow(*row) if row else None

    def seen(self, hash: str, now: str) -> None:
        self._sql.run("update staff_sessions set seen_at = ? where hash = ?", now, hash)

    def lay(self, hash: str, person: str, reason: str, shown: bool) -> None:
        """Lay one file on the desk, instead of the one before; an empty `person` clears it."""
        self._sql.run(
            "update staff_sessions set person = ?, reason = ?, shown = ? where hash = ?",
            *(person, reason, int(shown), hash),
        )

    def rise(self, hash: str) -> None:
        """End a session, on the server."""
        self._sql.run("delete from staff_sessions where hash = ?", hash)
