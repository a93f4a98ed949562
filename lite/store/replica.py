"""Questions that bear an answer some seconds old are asked of a standby, while it follows closely.

What a turn reads it may be about to write: that is asked of the store itself, always.
"""

from __future__ import annotations

from time import monotonic

from lite.store.engine import Row, Sql, StoreError

# How old an answer may be (s); how often a standby is asked how far it is, and one that is away
# whether it is back. A worker's sign of life every 15 s keeps a standby young that follows at all.
OLDEST, _LOOK, _AGAIN = 30.0, 1.0, 60.0
# The age of the last commit that it has: an upper bound, whatever became of its connection. None
# of a server that is no standby, any more or yet.
_AGE = (
    "select case when pg_is_in_recovery() then"
    " extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 end"
)


class Aged:
    """Asks the standby, or the store itself: when the standby is away, far behind, was promoted,
    or cancels a question because the store moved on."""

    def __init__(self, store: Sql, standby: Sql, oldest: float = OLDEST) -> None:
        """`oldest`: how old an answer may be, in seconds."""
        self._store, self._standby, self.oldest = store, standby, oldest
        self._close, self._look_at = False, 0.0

    def all(self, sql: str, *values: object) -> list[Row]:
        """Every row of a query."""
        if self._follows():
            try:
                return self._standby.all(sql, *values)
            except StoreError:
                self._left()
        return self._store.all(sql, *values)

    def one(self, sql: str, *values: object) -> Row | None:
        """The first row of a query, or None."""
        return next(iter(self.all(sql, *values)), None)

    def behind(self) -> float | None:
        """Seconds since the last commit that the standby has; None of one that is none. Raises
        `StoreError` when it cannot be reached."""
        row = self._standby.one(_AGE)
        return float(row[0]) if row and row[0] is not None else None

    def _follows(self) -> bool:
        if monotonic() >= self._look_at:
            try:
                age = self.behind()
                self._close = age is not None and age <= self.oldest
                self._look_at = monotonic() + _LOOK
            except StoreError:
                self._left()
        return self._close

    def _left(self) -> None:
        self._close, self._look_at = False, monotonic() + _AGAIN
