"""What a copy of yesterday cannot know: which of its letters left since, who signed out."""

from __future__ import annotations

from lite.store.engine import Sql

_WHY = "the store was restored"
# What had not left when the copy was made, and may have left since.
_DUE = "state = 'waiting' and due_at <= ?"


class Restored:
    """Asked once, before the first worker begins."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def doubt(self, until: str, now: str) -> int:
        """Letters that may have left before `until`, when the lost store stopped: the outcome of
        an attempt that is not written here is unknown. How many they are."""
        with self._sql.transaction():
            self._sql.run(
                "insert into attempts (letter, number, started_at, outcome, detail, address)"
                f" select id, attempts + 1, ?, 'unknown', '{_WHY}', address from letters"
                f" where {_DUE}",
                *(now, until),
            )
            number = self._sql.run(
                "update letters set state = 'unknown', attempts = attempts + 1, changed_at = ?,"
                f" reason = '{_WHY}' where {_DUE}",
                *(now, until),
            )
            return number + self._sql.run(
                "update letters set state = 'unknown', lease_until = null, changed_at = ?,"
                f" reason = '{_WHY}' where state = 'sending'",
                now,
            )

    def sign_out(self, now: str) -> int:
        """Sessions that were ended since, and codes that were used, live again in the copy: all
        of them end. How many sessions."""
        self._sql.run("update codes set used_at = ? where used_at is null", now)
        number = self._sql.run("delete from web_sessions")
        return number + self._sql.run("delete from staff_sessions")

    def heard(self, id: str, phone: str, since: str, until: str) -> bool:
        """Whether a message was received: by its id, or one of this phone (its blind index)
        between these times, for a gateway may give it another id when it is asked again."""
        row = self._sql.one(
            "select 1 from inbox where id = ?"
            " union all select 1 from inbox where phone = ? and at >= ? and at <= ?",
            *(id, phone, since, until),
        )
        return row is not None

    def forget_workers(self) -> None:
        """Those that lived when the copy was made."""
        self._sql.run("delete from beats")
