"""My phone is lost or stolen: it stops at once, from any other phone or a page, by my card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lite import numbers
from lite.services.form import Answers, Field, Invalid, Level, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk


@dataclass(frozen=True, kw_only=True)
class CardNumber(Field):
    """The twelve digits that stand on a card and nowhere else; never in an address."""

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        value = numbers.reference(typed)
        if value is None or not (value.startswith("5") and len(value) == 12):
            raise Invalid(self.help)
        if not numbers.has_check(value):
            raise Invalid(T("Un chiffre est faux dans {typed}. Vérifiez.", typed=Ltr(value)))
        return value


@dataclass(frozen=True, kw_only=True)
class StopCode(Field):
    """The code that is asked of the card just named: right, it stops the phones of its owner."""

    def asks(self, desk: Desk, answers: Answers) -> Text:
        return Text(self.ask.id, {"number": desk.stopping.asked(answers["number"])})

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        if wrong := desk.stopping.stop(answers["number"], typed):
            raise Invalid(wrong)
        return "stopped"


def _effect(desk: Desk, answers: Answers) -> Sequence[Text]:
    return [T("Ce code arrête vos autres téléphones.")]


def _answer(desk: Desk, answers: Answers) -> Reply:
    return Reply(
        [
            T("C'est fait : vos autres téléphones n'ouvrent plus votre dossier."),
            T("Pour en inscrire un, allez à l'agence avec votre carte d'identité."),
        ],
        "noted",
    )


SERVICE = Service(
    key="lost_phone",
    level=Level.T0,
    ussd="5*20",
    title=T("Téléphone perdu ou volé"),
    short=T("Téléphone perdu"),
    words={
        "fr": ("TELPERDU", "TELEPHONE PERDU", "PERDU TELEPHONE"),
        "ar": ("هاتف ضائع", "ضاع هاتفي", "سرق هاتفي"),
    },
    fields=(
        CardNumber(
            name="number",
            ask=T("Le numéro de votre carte de codes ?"),
            help=T("« Carte n° » : 12 chiffres sur la carte. Sans carte : allez à l'agence."),
        ),
        StopCode(
            name="code",
            ask=T("Tapez le code {number} de cette carte"),
            help=T("Un code a 6 chiffres."),
            tell=_effect,
        ),
    ),
    answer=_answer,
    commits=True,
)
