"""The person's paper card: which code is asked, and what is said of the one that was typed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from lite.clock import hour
from lite.desk.office import Office
from lite.identity import cards, enrolment
from lite.identity.cards import Challenge, NoCard, NoMore, Proved, WrongCode
from lite.identity.codes import Locked
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk


def number(office: Office, person: str) -> int | None:
    """The number of the code that is asked: the same one until it is answered."""
    asked = cards.challenge(office.store, person)
    return asked.number if asked else None


def prove(desk: Desk, person: str, typed: str) -> Text | None:
    """Consume a code, or say why not."""
    office = desk.office
    return _told(desk, person, cards.prove(office.store, office.vault, person, typed, desk.now))


def confirm(desk: Desk, person: str, typed: str) -> Text | None:
    """Consume a code to end the silence of the caller's phone, or say why not."""
    office = desk.office
    outcome = enrolment.confirm(office.store, office.vault, desk.index, person, typed, desk.now)
    return _told(desk, person, outcome)


def _told(desk: Desk, person: str, outcome: Proved | WrongCode | Locked | NoCard) -> Text | None:
    if not isinstance(outcome, Proved):
        return _said(outcome)
    _reorder(desk, person)
    return None


def unreadable(desk: Desk, person: str) -> Text:
    """Retire the code that is asked, and ask the next."""
    outcome = cards.unreadable(desk.office.store, person, desk.now)
    _reorder(desk, person)
    if isinstance(outcome, Challenge):
        return T("Bien. Un autre code vous est demandé.")
    return _said(outcome)


def lost(desk: Desk, person: str) -> bool:
    """Stop the person's card at once."""
    return cards.lost(desk.office.store, person, desk.now)


def _said(outcome: WrongCode | Locked | NoCard | NoMore) -> Text:
    match outcome:
        case WrongCode():
            return T("Ce code est faux. Vérifiez son numéro. Illisible : tapez 2")
        case Locked(until):
            return _locked(until)
        case NoMore():
            return T("Trop de codes illisibles. Demandez une nouvelle carte à l'agence.")
        case NoCard():
            return T("Il faut une carte de codes. Demandez-la à l'agence.")


def _locked(until: datetime) -> Text:
    return T("Trop d'essais. Réessayez le {day} à {hour}.", day=until, hour=Ltr(hour(until)))


def _reorder(desk: Desk, person: str) -> None:
    """Few codes are left: say so once, in the transaction that used one."""
    if cards.due_for_reorder(desk.office.store, person, desk.now):
        desk.text(
            [T("Lite : il reste peu de codes sur votre carte."),
             T("Demandez une nouvelle carte à l'agence.")],
            "notice",
        )  # fmt: skip
