"""Cards of one-time codes: the codes as keyed hashes only, each consumed at most once.

States of a card: `active` (one a person at most), `lost`, `replaced`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from lite.store.engine import Sql

_UNUSED = "used_at is null and retired_at is null"


class CardRow(NamedTuple):
    """A card in use. `asked` is the number that must be answered next, `unreadable` how many
    were retired unread."""

    card: str
    asked: int | None
    unreadable: int


class Cards:
    """`person` is whose card it is; what changes a card happens in one transaction."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def begin(self, card: str, person: str, hashes: Sequence[tuple[int, str]], now: str) -> bool:
        """Make a card the person's active one, with its (number, hash) pairs. False, and nothing
        kept, when a card of this name exists. The one before must have been ended."""
        with self._sql.transaction(f"card:{card}"):
            if self._sql.one("select 1 from cards where card = ?", card):
                return False
            self._sql.run(
                "insert into cards (card, person, state, issued_at) values (?, ?, 'active', ?)",
                *(card, person, now),
            )
            self._sql.each(
                "insert into card_codes (card, number, hash, of_person) values (?, ?, ?, ?)",
                [(card, number, hash, person) for number, hash in hashes],
            )
        return True

    def end(self, person: str, state: str, now: str) -> bool:
        """End the active card as `lost` or `replaced`. False when there was none."""
        return bool(
            self._sql.run(
                "update cards set state = ?, ended_at = ? where person = ? and state = 'active'",
                *(state, now, person),
            )
        )

    def owner(self, card: str) -> str | None:
        """Whose active card this is; None for a card that ended, or that never was."""
        row = self._sql.one("select person from cards where card = ? and state = 'active'", card)
        return str(row[0]) if row else None

    def active(self, person: str) -> CardRow | None:
        """The active card, as it is now."""
        row = self._sql.one(
            "select card, asked, unreadable from cards where person = ? and state = 'active'",
            person,
        )
        return CardRow(*row) if row else None

    def hold(self, person: str) -> CardRow | None:
        """The active card, held until the transaction ends: the doors that try a code of one
        person take turns, on every engine, so that no failure goes uncounted."""
        found = self._sql.all(
            "update cards set state = state where person = ? and state = 'active'"
            " returning card, asked, unreadable",
            person,
        )
        return CardRow(*found[0]) if found else None

    def unused(self, person: str) -> list[int]:
        """The numbers of the active card that can still be asked."""
        rows = self._sql.all(
            "select number from card_codes join cards on cards.card = card_codes.card"
            f" where person = ? and state = 'active' and {_UNUSED} order by number",
            person,
        )
        return [row[0] for row in rows]

    def ask(self, card: str, number: int) -> None:
        """Keep the number that must be answered next."""
        self._sql.run("update cards set asked = ? where card = ?", number, card)

    def use(self, card: str, number: int, hash: str, now: str) -> bool:
        """Consume the code that was asked: true for exactly one caller, whatever the door."""
        with self._sql.transaction():
            answered = self._sql.run(
                "update cards set asked = null where card = ? and asked = ? and state = 'active'"
                " and exists (select 1 from card_codes where card_codes.card = cards.card"
                f" and number = ? and hash = ? and {_UNUSED})",
                *(card, number, number, hash),
            )
            if answered:
                self._sql.run(
                    "update card_codes set used_at = ? where card = ? and number = ?",
                    *(now, card, number),
                )
        return answered == 1

    def retire(self, card: str, number: int, now: str) -> None:
        """The number asked cannot be read: it is never asked again, and no other is asked yet."""
        with self._sql.transaction():
            self._sql.run(
                "update card_codes set retired_at = ? where card = ? and number = ?",
                *(now, card, number),
            )
            self._sql.run(
                "update cards set asked = null, unreadable = unreadable + 1 where card = ?", card
            )

    def reorder(self, person: str, now: str) -> bool:
        """Note that the next card is on order: true for the first caller only."""
        return bool(
            self._sql.run(
                "update cards set reorder_at = ?"
                " where person = ? and state = 'active' and reorder_at is null",
                *(now, person),
            )
        )
