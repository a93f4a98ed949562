"""A phone that was deposited at a counter begins to speak for its person: one code, once.

A phone that was silent for a year says so here too, with a code of the card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lite.services.form import Answers, Field, Invalid, Level, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

_ACTIVATION, _CARD = 8, 6  # digits
_UNREADABLE = "2"
_ENROL = T("Pour vous inscrire, allez à l'agence avec votre carte d'identité.")


@dataclass(frozen=True, kw_only=True)
class Digits(Field):
    """The eight digits of a deposit; or the six of a card, where they end a silence. Right, the
    phone is activated; they are never kept."""

    card: Text = T("Tapez le code {number} de votre carte")

    def asks(self, desk: Desk, answers: Answers) -> Text:
        number = desk.enrolment.card
        if number is None or desk.enrolment.waits:
            return self.ask
        return Text(self.card.id, {"number": number})

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        digits = "".join(sign for sign in typed if sign not in " .-")
        if wrong := self._use(digits if digits.isdecimal() else "", desk):
            raise Invalid(wrong)
        return ""

    def _use(self, digits: str, desk: Desk) -> Text | None:
        phone = desk.enrolment
        if len(digits) == _ACTIVATION:
            return phone.activate(digits)
        if phone.card is None or (len(digits) != _CARD and digits != _UNREADABLE):
            return self.help
        return phone.confirm(digits) if len(digits) == _CARD else phone.cannot_read_card()


def _hopeful(desk: Desk, answers: Answers) -> bool:
    """Whether any code could be right."""
    return desk.enrolment.deposited or desk.enrolment.silent


def _answer(desk: Desk, answers: Answers) -> Reply:
    if not desk.proven:
        dial = f"{desk.office.service_code.rstrip('#')}*{SERVICE.ussd}#"
        return Reply([
            T("Un téléphone s'active lui-même : avec lui, composez {code}", code=Ltr(dial)),
            _ENROL,
        ])  # fmt: skip
    if "digits" not in answers:
        return Reply([T("Aucun code n'est attendu de ce téléphone."), _ENROL])
    return Reply([
        T("C'est fait : ce téléphone ouvre maintenant votre dossier."),
        T("Composez {code}", code=Ltr(desk.office.service_code)),
    ], "noted")  # fmt: skip


SERVICE = Service(
    key="activate",
    level=Level.T0,
    ussd="8",
    title=T("Activer mon téléphone"),
    short=T("Activer ce téléphone"),
    words={"fr": ("ACTIVER", "ACTIVATION"), "ar": ("تفعيل", "فعل")},
    fields=(
        Digits(
            name="digits",
            ask=T("Tapez les 8 chiffres de votre code"),
            help=T("Recopiez tous les chiffres du code."),
            when=_hopeful,
        ),
    ),
    answer=_answer,
    commits=True,
)
