"""Being told by SMS what changes in my file: only if I ask, only what I ask, on this phone.

An attestation that was asked for is announced anyway: it is an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.services.form import Answers, Choice, Level, Option, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

_WISHES = {
    "all": frozenset({"dossiers", "rights"}),
    "dossiers": frozenset({"dossiers"}),
    "rights": frozenset({"rights"}),
    "none": frozenset[str](),
}
_LABELS = {
    "all": T("Tout"),
    "dossiers": T("Dossiers et paiements"),
    "rights": T("Fin de mes droits AMO"),
    "none": T("Rien"),
}


def _choices(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(value, label) for value, label in _LABELS.items()]


def _now(desk: Desk, answers: Answers) -> Sequence[Text]:
    held = desk.wishes.now
    chosen = [T("Choisi : {what}", what=_LABELS[one]) for one in _WISHES if _WISHES[one] == held]
    about = T("Un SMS par jour au plus, sans nom ni montant.")
    return [about, *(chosen if held else ())]


def _answer(desk: Desk, answers: Answers) -> Reply:
    wanted = _WISHES[answers["what"]]
    desk.wishes.ask(wanted)
    if not wanted:
        return Reply([T("C'est fait : ce téléphone n'est plus prévenu.")], "noted")
    return Reply(
        [
            T("C'est noté. SMS sur ce téléphone : {what}", what=_LABELS[answers["what"]]),
            T("Pour arrêter : STOP au {number}.", number=Ltr(desk.office.short_code)),
        ],
        "noted",
    )


SERVICE = Service(
    key="news",
    level=Level.T1,
    ussd="5*26",
    title=T("Être prévenu par SMS"),
    short=T("Être prévenu par SMS"),
    words={"fr": ("PREVENIR", "AVIS", "NOUVELLES"), "ar": ("إشعار", "إشعارات", "ich3ar")},
    fields=(
        Choice(
            name="what",
            ask=T("De quoi vous prévenir ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_choices,
            tell=_now,
        ),
    ),
    answer=_answer,
    commits=True,
)
