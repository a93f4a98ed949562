"""The letters as an operator finds them: counted, listed, sent again, given up."""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Asked, Sql


class Shelved(NamedTuple):
    """What may be said of a letter without opening it."""

    id: str
    kind: str
    klass: str
    route: str
    state: str
    reason: str
    attempts: int
    created_at: str
    due_at: str
    expires_at: str | None
    turn: str


class Attempt(NamedTuple):
    """One try, and how it ended."""

    number: int
    started_at: str
    outcome: str
    detail: str


_SELECT = (
    "select id, kind, class, route, state, reason, attempts, created_at, due_at, expires_at,"
    " turn from letters"
)
# Whatever a retry may bring back; the last is its own end for what cannot.
OVER = ("dead", "refused", "dropped")


class Shelf:
    """Nothing here opens a letter. Counts and lists may be some seconds old."""

    def __init__(self, sql: Sql, aged: Asked) -> None:
        self._sql, self._aged = sql, aged

    def counts(self) -> list[tuple[str, str, str, int, str]]:
        """(kind, route, state, how many, the oldest of them)."""
        return [
            (kind, route, state, number, oldest)
            for kind, route, state, number, oldest in self._aged.all(
                "select kind, route, state, count(*), min(created_at) from letters"
                " group by kind, route, state order by 1, 2, 3"
            )
        ]

    def find(self, states: tuple[str, ...], kind: str, reason: str, most: int) -> list[Shelved]:
        """The letters in some states, the oldest first; of a kind and for a reason, if given."""
        marks = ", ".join("?" * len(states))
        rows = self._sql.all(
            f"{_SELECT} where state in ({marks}) and (? = '' or kind = ?)"
            " and (? = '' or reason = ?) order by created_at, id limit ?",
            *(*states, kind, kind, reason, reason, most),
        )
        return [Shelved(*row) for row in rows]

    def get(self, id: str) -> Shelved | None:
        row = self._sql.one(f"{_SELECT} where id = ?", id)
        return Shelved(*row) if row else None

    def content(self, id: str) -> tuple[str, str, str]:
        """(language, sealed content, address) of a letter that is there."""
        row = self._sql.one("select language, sealed, address from letters where id = ?", id)
        assert row is not None
        return row[0], row[1], row[2]

    def reasons(self, state: str) -> list[tuple[str, str, int]]:
        """(kind, reason, how many) of the letters in a state."""
        return [
            (kind, reason, number)
            for kind, reason, number in self._aged.all(
                "select kind, reason, count(*) from letters where state = ?"
                " group by kind, reason order by 1, 2",
                state,
            )
        ]

    def attempts(self, id: str) -> list[Attempt]:
        rows = self._sql.all(
            "select number, started_at, outcome, detail from attempts where letter = ?"
            " order by number",
            id,
        )
        return [Attempt(*row) for row in rows]

    def revive(self, id: str, now: str) -> bool:
        """A letter that was given up waits again; not one whose time is over, nor whose words are
        forgotten."""
        return self._sql.run(
            "update letters set state = 'waiting', reason = '', due_at = ?, changed_at = ?"
            " where id = ? and state in ('dead', 'refused', 'dropped')"
            " and sealed <> '' and (expires_at is null or expires_at > ?)",
            *(now, now, id, now),
        ) == 1  # fmt: skip

    def drop(self, id: str, reason: str, now: str) -> bool:
        """A letter that has not left is given up."""
        return self._sql.run(
            "update letters set state = 'dropped', reason = ?, changed_at = ?"
            " where id = ? and state in ('waiting', 'unknown', 'dead', 'refused')",
            *(reason, now, id),
        ) == 1  # fmt: skip
