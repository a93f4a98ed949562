"""Opening one's file on a web page: the page shows six digits, the enrolled phone sends them.

No code is ever guessed at here. The danger is another one: somebody who talks a person into sending
the digits of *his* screen. So the phone is told what will happen, and asked, before it does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lite import numbers
from lite.clock import hour
from lite.services.form import SURE, Answers, Field, Invalid, Level, Reply, Service, YesNo
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

_CLOSE = "0"
_NOBODY = T("Aucune page n'attend ce numéro. Vérifiez-le, ou demandez-en un autre à la page.")


@dataclass(frozen=True, kw_only=True)
class Shown(Field):
    """The digits that a page shows; zeros alone close what is open."""

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        digits = "".join(sign for sign in typed if sign not in " .-")
        if digits in (_CLOSE, "000000"):
            return _CLOSE
        if len(digits) != 6 or not digits.isdecimal():
            raise Invalid(self.help)
        if not numbers.has_digit(digits):
            raise Invalid(T("Un chiffre est faux dans {typed}. Vérifiez.", typed=Ltr(digits)))
        if desk.pages.asked_at(digits) is None:
            raise Invalid(_NOBODY)
        return digits


def _on_a_phone(desk: Desk, answers: Answers) -> bool:
    return desk.proven


def _opens(desk: Desk, answers: Answers) -> bool:
    return desk.proven and answers["digits"] != _CLOSE


def _warned(desk: Desk, answers: Answers) -> Sequence[Text]:
    asked_at = desk.pages.asked_at(answers["digits"])
    if asked_at is None:
        return [_NOBODY]
    return [
        T("Un écran web, demandé à {hour}, va ouvrir VOTRE dossier.", hour=Ltr(hour(asked_at))),
        T("Demandé par un autre ? Répondez NON."),
    ]


def _answer(desk: Desk, answers: Answers) -> Reply:
    if not desk.proven:
        return Reply([T("Ces chiffres s'envoient du téléphone inscrit, par SMS ou par appel.")])
    if answers["digits"] == _CLOSE:
        desk.pages.close()
        return Reply([T("C'est fait : toutes vos pages web sont fermées.")])
    if not desk.pages.open(answers["digits"]):
        return Reply([_NOBODY], "kept")
    return Reply([
        T("C'est fait : revenez à la page et appuyez sur « J'ai envoyé »."),
        T("Ce n'était pas vous ? Envoyez WEB 0 : tout se ferme."),
    ])  # fmt: skip


SERVICE = Service(
    key="web",
    level=Level.T1,
    ussd="5*14",
    title=T("Ouvrir mon dossier sur une page web"),
    short=T("Ouvrir une page web"),
    # Every page shows it so: a word of both languages is answered in the person's own.
    words={"fr": ("WEB",), "ar": ("موقع", "ويب", "WEB")},
    fields=(
        Shown(
            name="digits",
            ask=T("Les 6 chiffres que montre la page web ?"),
            help=T("Tapez les 6 chiffres que montre la page."),
            when=_on_a_phone,
        ),
        YesNo(name=SURE, ask=T("Répondez OUI pour confirmer."), tell=_warned, when=_opens),
    ),
    answer=_answer,
    commits=True,
)
