"""Somebody I trust follows my file from their own phone: so far and so long, and each use is told.

A helper never sees an amount and changes nothing precious; I end it with one word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.clock import hour
from lite.numbers import mask_phone
from lite.services.form import Answers, Choice, Level, Option, Reply, Service
from lite.services.phone import Again, Other, bars, mobile
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

SCOPES = {
    "dossiers": T("Voir mes dossiers"),
    "attestation": T("Demander attestation"),
    "rights": T("Voir mes droits AMO"),
}
_ALL = "all"
_EVERY = T("Les trois")
_MONTHS = {"1": T("Un mois"), "3": T("Trois mois"), "12": T("Douze mois")}


def _scopes(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [*(Option(value, label) for value, label in SCOPES.items()), Option(_ALL, _EVERY)]


def _months(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(months, label) for months, label in _MONTHS.items()]


def _bars(desk: Desk) -> Sequence[Text]:
    answer = desk.changes.may("helper")
    waiting = T("Un aidant est déjà prévu le {day} à {hour}.",
                day=answer.at, hour=Ltr(hour(answer.at)))  # fmt: skip
    return bars(answer, waiting)


def _read_back(desk: Desk, answers: Answers) -> Sequence[Text]:
    what = SCOPES.get(answers["scope"], _EVERY)
    return [
        T("Aidant : {phone}", phone=Ltr(mask_phone(answers["number"]))),
        T("{what}, {span}", what=what, span=_MONTHS[answers["months"]]),
        T("Ce sera fait dans 72 heures. Tous vos numéros sont prévenus."),
    ]


def _answer(desk: Desk, answers: Answers) -> Reply:
    scope = list(SCOPES) if answers["scope"] == _ALL else [answers["scope"]]
    answer = desk.changes.helper(answers["number"], scope, int(answers["months"]))
    return Reply(
        [
            T("C'est noté. {phone} sera votre aidant dès le {day} à {hour}.",
              phone=Ltr(mask_phone(answers["number"])), day=answer.at,
              hour=Ltr(hour(answer.at))),
            T("Pour annuler avant : ANNULER au {number}.", number=Ltr(desk.office.short_code)),
        ],
        "noted",
    )  # fmt: skip


SERVICE = Service(
    key="helper",
    level=Level.T3,
    ussd="5*17",
    title=T("Choisir un aidant de confiance"),
    short=T("Choisir un aidant"),
    words={"fr": ("AIDANT",), "ar": ("وكيل", "wakil")},
    fields=(
        Other(name="number", ask=T("Numéro de téléphone de l'aidant ?"), parse=mobile),
        Again(name="again", ask=T("Tapez-le encore une fois"), parse=mobile),
        Choice(
            name="scope",
            ask=T("Que peut-il faire ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_scopes,
        ),
        Choice(
            name="months",
            ask=T("Pendant combien de temps ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_months,
        ),
    ),
    confirm=_read_back,
    bars=_bars,
    answer=_answer,
    commits=True,
)
