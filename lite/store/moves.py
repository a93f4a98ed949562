"""What changed for whom: the news that a pull brought, until it is told or too old."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lite.store.engine import Sql


class Move(NamedTuple):
    """A record of a person changed: `before` and `after` are statuses (`before` is empty for a
    new one). `key` is the record's own: `store.people.record(fund, kind, key)` reads it.

    dossier: a DossierStatus. right: a RightStatus, and after `open` also `ending`, once, when
    its last day is less than 30 days away. payment: '' to `executed`.
    """

    fund: str
    generation: int
    kind: str
    key: str
    person: str
    before: str
    after: str
    at: str


_COLUMNS = ", ".join(Move._fields)


class Moves:
    """News is seen when the records are, and consumed once it is told."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def fresh(self, since: str = "", person: str | None = None, most: int = 1_000) -> list[Move]:
        """News nobody consumed yet, the oldest first; of one person if given."""
        whose, values = (" and person = ?", (person,)) if person is not None else ("", ())
        rows = self._sql.all(
            f"select {_COLUMNS} from current_moves where at >= ?{whose}"
            " order by at, person, fund, kind, key limit ?",
            *(since, *values, most),
        )
        return [Move(*row) for row in rows]

    def consume(self, moves: Iterable[Move]) -> None:
        """These were told, or need not be. In the transaction of what tells them."""
        self._sql.each(
            "delete from moves where fund = ? and generation = ? and kind = ? and key = ?",
            [move[:4] for move in moves],
        )
