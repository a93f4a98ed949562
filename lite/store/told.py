"""What somebody was told unasked: one message a day for each person, whatever it is about."""

from __future__ import annotations

from lite.store.engine import Sql


class Told:
    """`person` is a person's id (the blind index of a phone, for somebody who has none); `day` is
    the day in Casablanca, `2026-11-24`; `what` names one piece of news, such as
    `notice:1f2e:started`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def may_tell(self, person: str, day: str) -> bool:
        """Whether this person was told nothing unasked that day, as far as is known now."""
        return self._sql.one("select 1 from told where person = ? and day = ?", person, day) is None

    def claim(self, person: str, day: str, what: str, now: str) -> bool:
        """Take the person's one message of that day for `what`, in the transaction of its letter.

        True once, whoever else claims at the same time: false when the day is taken, and for ever
        after when the person was told `what`.
        """
        return self._sql.run(
            "insert into told (person, day, what, at) values (?, ?, ?, ?) on conflict do nothing",
            *(person, day, what, now),
        ) == 1
