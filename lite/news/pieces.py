"""What there is to tell one person now: read from their file, not from what a pull noted.

A move says that a record changed; the record says what is true. What changed back meanwhile, or is
told no more, is no news. The end of a right comes nearer without any change: it is looked for in
the records of those who asked, once a day, so that no date of it lies in the store in clear.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from lite.clock import instant
from lite.store import Store
from lite.store.moves import Move
from lite.store.people import Kept
from lite.vault import Vault

ENDING = timedelta(days=30)
DOSSIERS, RIGHTS = "dossiers", "rights"
# Other decisions than these are followed by a payment, which is the news.
_DECIDED = ("prise_en_charge", "entente_prealable", "ald")
# The most urgent first: what the person has to do something about, then what is good to know.
_DOSSIER = (
    "info_requested", "rejected", "returned_by_bank", "partly_approved", "approved", "paid",
)  # fmt: skip
URGENCY = (
    "info_requested", "rejected", "returned_by_bank", "closed", "suspended", "ending",
    "partly_approved", "approved", "paid", "payment",
)  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """One thing to tell. `wish` is what must have been asked for, `what` a key of URGENCY,
    `number` the dossier's, `codes` its reasons, `until` the last day of a right, `as_of` since
    when it is known. `once`: never told twice under this name. `at`: when it was learned."""

    wish: str
    what: str
    number: str = ""
    codes: tuple[str, ...] = ()
    until: date | None = None
    as_of: datetime | None = None
    once: str = ""
    at: str = ""


@dataclass(frozen=True)
class Reader:
    """Reads the news of one person after the other."""

    store: Store
    vault: Vault

    def moved(self, moves: Iterable[Move]) -> list[Piece]:
        """What these moves of a person come to; one thing told twice is one."""
        found = {}
        for move in moves:
            piece = self._piece(move)
            if piece:
                found[piece.wish, piece.number or move.key] = piece
        return list(found.values())

    def _piece(self, move: Move) -> Piece | None:
        kept = self.store.people.record(move.fund, move.kind, move.key)
        if kept is None:
            return None
        told, as_of = self._open(kept), self._as_of(kept)
        if move.kind == "payment":
            return self._payment(move, told, as_of)
        if told.get("status") != move.after:
            return None
        if move.kind == "right" and move.after in ("closed", "suspended"):
            return Piece(RIGHTS, move.after, as_of=as_of, at=move.at)
        if move.kind == "dossier" and _worth(told):
            codes = tuple(reason["code"] for reason in told.get("reasons") or ())
            return Piece(DOSSIERS, move.after, told["number"], codes, as_of=as_of, at=move.at)
        return None

    def _payment(self, move: Move, told: dict[str, Any], as_of: datetime | None) -> Piece | None:
        """Of a dossier that the fund tells of, its status is the news."""
        number = told.get("dossier") or ""
        key = self.vault.hash("record", f"{move.fund}/dossier/{number}")
        if number and self.store.people.record(move.fund, "dossier", key):
            return None
        what = "paid" if number else "payment"
        return Piece(DOSSIERS, what, number, as_of=as_of, at=move.at)

    def ending(self, person: str, today: date) -> Iterator[Piece]:
        """The rights of a person, and of the family that they insure, that end within 30 days and
        that they were not told of. A right that ends for several people is one piece."""
        said, found = self.store.news.said(person), set()
        for one in [person, *self.store.people.dependants(person)]:
            for kept in self.store.people.records(one, "right"):
                until = _last_day(self._open(kept))
                if until is None or not today <= until <= today + ENDING or until in found:
                    continue
                once = self.vault.hash("news", f"{person}/{until}")
                if once not in said:
                    found.add(until)
                    as_of = self._as_of(kept)
                    yield Piece(RIGHTS, "ending", until=until, as_of=as_of, once=once)

    def _open(self, kept: Kept) -> dict[str, Any]:
        place = f"records.sealed:{kept.fund}/{kept.kind}/{kept.key}"
        told: dict[str, Any] = json.loads(self.vault.open(place, kept.sealed))
        return told

    def _as_of(self, kept: Kept) -> datetime | None:
        """A record that its fund did not change is known as of that fund's last whole pull."""
        fund = self.store.funds.get(kept.fund)
        known = max(kept.as_of, (fund.as_of or "") if fund else "")
        return instant(known) if known else None


def _worth(told: dict[str, Any]) -> bool:
    status = told["status"]
    return status in _DOSSIER and (status != "approved" or told["kind"] in _DECIDED)


def _last_day(told: dict[str, Any]) -> date | None:
    if told.get("status") != "open" or not told.get("to"):
        return None
    try:
        return date.fromisoformat(str(told["to"])[:10])
    except ValueError:
        return None
