"""What waits, for a scrape: each question costs a bounded number of rows, however large the store.

No index serves "how many letters were delivered since the beginning", so that is not asked here:
workers count what they carry (see `Beats`). What has not left is found by an index and counted up
to `MOST`.
"""

from __future__ import annotations

from typing import NamedTuple

from lite.store.engine import Asked

KINDS = ("sms", "wish", "fund")
STATES = ("waiting", "sending", "unknown", "dead")
MOST = 100_000
# Of the letters that have been due longest, so many are asked since when they wait.
_LOOKED_AT = 500


class Pile(NamedTuple):
    """Letters of a kind in a state: how many (`MOST` at most), and since when the oldest."""

    kind: str
    state: str
    number: int
    oldest: str


class Backlog:
    """Asked a few times a minute."""

    def __init__(self, sql: Asked) -> None:
        self._sql = sql

    def piles(self) -> list[Pile]:
        """Every kind and state, the empty ones too."""
        return [self._pile(kind, state) for kind in KINDS for state in STATES]

    def _pile(self, kind: str, state: str) -> Pile:
        # The state stands in the text: the partial index of what waits is known by it.
        of = f"from letters where kind = ? and state = '{state}'"
        counted = self._sql.one(
            f"select count(*) from (select 1 {of} limit {MOST}) as found", kind
        )
        first = self._sql.one(
            "select coalesce(min(created_at), '') from"
            f" (select created_at {of} order by due_at limit {_LOOKED_AT}) as found",
            kind,
        )
        return Pile(kind, state, counted[0] if counted else 0, first[0] if first else "")
