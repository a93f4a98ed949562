"""How the caller's phone comes to speak for somebody, and why it does not, or no longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lite.clock import hour
from lite.desk import card
from lite.identity import enrolment
from lite.identity.codes import Locked, Wrong
from lite.identity.enrolment import Activated, Expired, Nothing
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

_WRONG = T("Ce code est faux. Vérifiez-le et recommencez.")


@dataclass(frozen=True)
class Enrolling:
    """What one caller's own phone was deposited for, and how it is activated."""

    desk: Desk

    @property
    def waits(self) -> bool:
        """Whether an activation code is awaited from this phone."""
        desk = self.desk
        return desk.proven and enrolment.waits(desk.office.store, desk.index, desk.now)

    @property
    def silent(self) -> bool:
        """Whether this phone spoke for somebody, and was not heard for a year."""
        return bool(self.desk.heard.silent)

    @property
    def card(self) -> int | None:
        """The number of the card's code that would end the silence; None where only a counter
        can: several people, or no card."""
        silent = self.desk.heard.silent
        return card.number(self.desk.office, silent[0]) if len(silent) == 1 else None

    @property
    def deposited(self) -> bool:
        """Whether this phone was ever deposited at a counter: some code was given for it."""
        desk = self.desk
        return desk.proven and desk.office.store.enrolments.deposited(desk.index)

    def activate(self, code: str) -> Text | None:
        """Use an activation code, on the phone it is for; why not, in a sentence."""
        desk = self.desk
        store, vault, phone = desk.office.store, desk.office.vault, desk.phone
        if phone is None or not desk.proven:
            return _said(Nothing())
        outcome = enrolment.activate(store, vault, phone, code, desk.now)
        return None if isinstance(outcome, Activated) else _said(outcome)

    def confirm(self, code: str) -> Text | None:
        """End the silence of this phone by a code of the card that `card` asks for; why not, in a
        sentence."""
        return card.confirm(self.desk, self.desk.heard.silent[0], code)

    def cannot_read_card(self) -> Text:
        """The code that `card` asks for cannot be read: another one is asked."""
        return card.unreadable(self.desk, self.desk.heard.silent[0])


def _said(outcome: Wrong | Expired | Locked | Nothing) -> Text:
    match outcome:
        case Wrong():
            return _WRONG
        case Expired():
            return T("Ce code a déjà servi ou est trop vieux. Demandez-en un autre à l'agence.")
        case Locked(until):
            return T("Trop d'essais. Réessayez le {day} à {hour}.",
                     day=until, hour=Ltr(hour(until)))  # fmt: skip
        case Nothing():
            return T("Aucun code n'est attendu de ce téléphone.")
