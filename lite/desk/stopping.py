"""A lost handset, stopped at any desk by the card of its owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lite.clock import hour
from lite.desk import post
from lite.identity import stopping
from lite.identity.codes import Locked
from lite.identity.stopping import Stopped
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

_WRONG = T("Ce numéro de carte ou ce code est faux. Vérifiez les deux.")


@dataclass(frozen=True)
class Stopping:
    """What anybody who holds a card may do about the phones of its owner."""

    desk: Desk

    def asked(self, card: str) -> int:
        """The number of the code that is asked of a card (its twelve digits)."""
        office = self.desk.office
        return stopping.asked(office.store, office.vault, card)

    def stop(self, card: str, code: str) -> Text | None:
        """Stop every phone of the card's owner but the one that speaks here, if it is theirs, and
        tell each; or why not, in a sentence that is the same for a card that does not exist."""
        desk, office = self.desk, self.desk.office
        keep = desk.index if desk.proven else ""
        outcome = stopping.stop(office.store, office.vault, card, code, keep, desk.now)
        if isinstance(outcome, Locked):
            return T("Trop d'essais. Réessayez le {day} à {hour}.",
                     day=outcome.until, hour=Ltr(hour(outcome.until)))  # fmt: skip
        if not isinstance(outcome, Stopped):
            return _WRONG
        self._tell(outcome)
        return None

    def _tell(self, stopped: Stopped) -> None:
        office = self.desk.office
        lines = [
            T("Lite : ce téléphone n'ouvre plus le dossier, comme demandé avec la carte."),
            T("Ce n'est pas vous ? Allez à votre agence."),
        ]
        for one in stopped.phones:
            language = office.store.talks.caller(one.index).language or "fr"
            post.sms(office, one.phone, lines, language, "notice")
