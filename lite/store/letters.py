"""Letters: written in the transaction of their cause, carried later, never silently doubled.

States: `waiting` (also between two tries), `sending` (an attempt is out), `unknown` (the outcome
was lost), `accepted` (the carrier took it), then what the delivery reports say: `delivered`,
`undelivered`; or `refused`, `expired`, `dead`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lite.store.engine import Sql

_COLUMNS = (
    "id, kind, class, state, address, language, sealed, due_at, expires_at, attempts, created_at,"
    " route, turn"
)
# Each partial index is named by its own words: `state = 'waiting'`, and what follows it.
_ROUTED = " and route = ? and route <> ''"
_CLAIMABLE = (
    "kind = ?{routed} and state = 'waiting' and due_at <= ?"
    " and not exists (select 1 from letters earlier where earlier.kind = 'fund'"
    " and earlier.state in ('waiting', 'sending', 'unknown')"
    " and earlier.kind = letters.kind and earlier.address = letters.address"
    " and earlier.route = letters.route"
    " and (earlier.created_at, earlier.id) < (letters.created_at, letters.id))"
)


def claiming(routed: bool, free: Callable[[str], str] = str) -> str:
    """The statement that claims letters: of one route, or of any; `free` is the engine's own way
    to pass over what another one is taking. Its condition stands twice, in
    the choice and in the update, so that two workers on any engine never take the same letter."""
    claimable = _CLAIMABLE.format(routed=_ROUTED if routed else "")
    due = free(f"select id from letters where {claimable} order by due_at, id limit ?")
    return (
        "update letters set state = 'sending', lease_until = ?, attempts = attempts + 1,"
        f" changed_at = ? where id in ({due}) and {claimable} returning {_COLUMNS}"
    )


class LetterRow(NamedTuple):
    """A letter. `kind` chooses the carrier, `class` the policy for a lost outcome; `address` is
    the blind index of the phone or the person it is for, `route` the fund it goes to, `turn` the
    word of the turn that it was written in."""

    id: str
    kind: str
    klass: str
    state: str
    address: str
    language: str
    sealed: str
    due_at: str
    expires_at: str | None
    attempts: int
    created_at: str
    route: str = ""
    turn: str = ""


class Letters:
    """Claims stand on a lease; an attempt is written before anything leaves."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql
        self._claim = {one: claiming(one, sql.free) for one in (False, True)}

    def post(self, row: LetterRow) -> None:
        """Write a letter, in the transaction of what caused it."""
        self._sql.run(
            f"insert into letters ({_COLUMNS}, changed_at)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            *row,
            row.created_at,
        )

    def claim(
        self, kind: str, route: str, now: str, lease_until: str, most: int
    ) -> list[LetterRow]:
        """Take letters of a kind that are due, each for one worker, the longest due first: their
        attempts are written with it, before anything leaves. `route` empty: to wherever.

        Of the letters of one person to one fund, only the first that has not left may be taken.
        """
        where = (kind, route, now) if route else (kind, now)
        with self._sql.transaction():
            rows = self._sql.all(
                self._claim[bool(route)], *(lease_until, now, *where, most, *where)
            )
            claimed = [LetterRow(*row) for row in rows]
            claimed.sort(key=lambda row: (row.created_at, row.id))
            self._sql.each(
                "insert into attempts (letter, number, started_at, address) values (?, ?, ?, ?)",
                [(row.id, row.attempts, now, row.address) for row in claimed],
            )
        return claimed

    def settle(
        self, row: LetterRow, state: str, now: str, *, detail: str = "",
        due_at: str | None = None, message_id: str | None = None,
        segments: int | None = None, cost: str | None = None,
    ) -> None:  # fmt: skip
        """Write how an attempt ended: the letter's next state, and when it is due again. An
        attempt that ends after its lease was lost to another one changes nothing."""
        with self._sql.transaction():
            self._sql.run(
                "update attempts set outcome = ?, detail = ? where letter = ? and number = ?",
                *(state, detail, row.id, row.attempts),
            )
            self._sql.run(
                "update letters set state = ?, reason = ?, due_at = coalesce(?, due_at),"
                " message_id = coalesce(?, message_id), segments = coalesce(?, segments),"
                " cost = coalesce(?, cost), lease_until = null, changed_at = ?"
                " where id = ? and state in ('sending', 'unknown') and attempts = ?",
                *(state, detail, due_at, message_id, segments, cost, now, row.id, row.attempts),
            )

    def give_back(self, row: LetterRow, now: str) -> None:
        """A letter that was claimed and not tried: as if it had not been claimed."""
        with self._sql.transaction():
            self._sql.run(
                "delete from attempts where letter = ? and number = ?", row.id, row.attempts
            )
            self._sql.run(
                "update letters set state = 'waiting', attempts = attempts - 1,"
                " lease_until = null, changed_at = ?"
                " where id = ? and state = 'sending' and attempts = ?",
                *(now, row.id, row.attempts),
            )

    def abandoned(self, now: str) -> int:
        """Letters whose worker vanished in mid-attempt: the outcome is unknown."""
        return self._sql.run(
            "update letters set state = 'unknown', lease_until = null, changed_at = ?,"
            " reason = 'the worker stopped in mid-attempt'"
            " where state = 'sending' and lease_until < ?",
            *(now, now),
        )

    def set_back(self, now: str, ahead: str) -> int:
        """Letters written `ahead` of now, by a clock that was set back since: none waits until the
        clock is there again. How many."""
        late = self._sql.run(
            "update letters set due_at = ?, changed_at = ?"
            " where state = 'waiting' and due_at > ? and changed_at > ?",
            *(now, now, ahead, ahead),
        )
        late += self._sql.run(
            "update letters set changed_at = ? where state = 'unknown' and changed_at > ?",
            *(now, ahead),
        )
        return late + self._sql.run(
            "update letters set lease_until = ? where state = 'sending' and changed_at > ?",
            *(now, ahead),
        )

    def unknown(self, before: str) -> list[LetterRow]:
        """Letters whose outcome has been unknown since that time or before."""
        rows = self._sql.all(
            f"select {_COLUMNS} from letters where state = 'unknown' and changed_at <= ?"
            " order by created_at, id",
            before,
        )
        return [LetterRow(*row) for row in rows]

    def times_lost(self, id: str) -> int:
        """How many attempts of a letter ended nobody knows how."""
        row = self._sql.one(
            "select count(*) from attempts where letter = ? and outcome in ('sending', 'unknown')",
            id,
        )
        return int(row[0]) if row else 0

    def conclude(self, id: str, state: str, reason: str, due_at: str, now: str) -> None:
        """What becomes of a letter whose outcome stayed unknown: sent again, or given up."""
        self._sql.run(
            "update letters set state = ?, reason = ?, due_at = ?, changed_at = ?"
            " where id = ? and state = 'unknown'",
            *(state, reason, due_at, now, id),
        )

    def expire(self, now: str) -> int:
        """Letters whose time is over (a code of ten minutes) never leave."""
        return self._sql.run(
            "update letters set state = 'expired', changed_at = ?"
            " where state in ('waiting', 'unknown') and expires_at is not null"
            " and expires_at <= ?",
            *(now, now),
        )

    def withdraw(self, id: str, now: str) -> bool:
        """Take back a letter that has not left; whether it was still here."""
        return self._sql.run(
            "update letters set state = 'withdrawn', changed_at = ?"
            " where id = ? and state = 'waiting'",
            *(now, id),
        ) == 1

    def left(self, id: str) -> bool:
        """Whether a letter may have come to where it goes."""
        row = self._sql.one("select state from letters where id = ?", id)
        return row is not None and row[0] in ("sending", "unknown", "accepted", "delivered")

    def sent_to(self, address: str, klass: str, since: str) -> int:
        """How many SMS of one class were written to an address since then."""
        row = self._sql.one(
            "select count(*) from letters where kind = 'sms' and address = ? and class = ?"
            " and created_at >= ?",
            *(address, klass, since),
        )
        return int(row[0]) if row else 0

    def written_to(self, address: str, since: str) -> list[LetterRow]:
        """The SMS written to an address since then, in order."""
        rows = self._sql.all(
            f"select {_COLUMNS} from letters where kind = 'sms' and address = ?"
            " and created_at >= ? order by created_at, id",
            *(address, since),
        )
        return [LetterRow(*row) for row in rows]
