"""Changes that wait for their day: asked once, carried out or cancelled once.

States: `waiting`, then `done` or `cancelled`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from lite.store.engine import Sql


class ChangeRow(NamedTuple):
    """A change that somebody asked for; `sealed` holds what is to change, and which letters told
    of it."""

    id: str
    kind: Literal["phone", "helper"]
    person: str
    language: str
    sealed: str
    asked_at: str
    due_at: str


_COLUMNS = ", ".join(ChangeRow._fields)


class Changes:
    """One change of a kind waits for a person, whatever the door."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, row: ChangeRow) -> bool:
        """Keep a change that waits. False, and nothing kept, while one of its kind does."""
        return self._sql.run(
            f"insert into changes ({_COLUMNS}, state, reason)"
            " values (?, ?, ?, ?, ?, ?, ?, 'waiting', '') on conflict do nothing",
            *row,
        ) == 1

    def waiting(self, person: str) -> list[ChangeRow]:
        """What waits for a person, the oldest first."""
        rows = self._sql.all(
            f"select {_COLUMNS} from changes where person = ? and state = 'waiting'"
            " order by asked_at, id",
            person,
        )
        return [ChangeRow(*row) for row in rows]

    def due(self, now: str) -> list[ChangeRow]:
        """What waits no longer, in the order of its days."""
        rows = self._sql.all(
            f"select {_COLUMNS} from changes where state = 'waiting' and due_at <= ?"
            " order by due_at, id",
            now,
        )
        return [ChangeRow(*row) for row in rows]

    def postpone(self, id: str, due_at: str) -> None:
        """Not before that day."""
        self._sql.run(
            "update changes set due_at = ? where id = ? and state = 'waiting'", due_at, id
        )

    def end(self, id: str, state: str, reason: str, now: str) -> bool:
        """The change is `done` or `cancelled`: true for exactly one caller."""
        return self._sql.run(
            "update changes set state = ?, reason = ?, ended_at = ?"
            " where id = ? and state = 'waiting'",
            *(state, reason, now, id),
        ) == 1

    def notice(self, letter: str) -> tuple[str, str] | None:
        """The state of a letter that told of a change, and since when."""
        row = self._sql.one("select state, changed_at from letters where id = ?", letter)
        return (row[0], row[1]) if row else None
