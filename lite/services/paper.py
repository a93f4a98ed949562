"""What my attestation says: its dates, its total, its reference; the whole paper is on the web."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from lite.services import names
from lite.services.form import Answers, Choice, Level, Option, Reply, Service
from lite.text import Money, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import OwnPaper, Request
    from lite.desk.service import Desk

# A paper that was handed over, or whose day is past, can still be looked at.
_DONE = ("ready", "collected", "expired")

def _choices(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [
        Option(one.reference, T("{kind} {day}", kind=_kind(one.kind), day=one.changed_at))
        for one in _ready(desk)
    ]


def _ready(desk: Desk) -> list[Request]:
    asked = [one for one in desk.requests() if one.kind in names.ATTESTATIONS]
    return [one for one in asked if one.state in _DONE or _revoked(desk, one)]


def _revoked(desk: Desk, one: Request) -> bool:
    """Whether it was a paper once: one that was cancelled is told as such."""
    return one.state == "cancelled" and desk.paper(one.reference) is not None


def _kind(kind: str) -> Text:
    return names.PAPERS.get(kind, names.OTHER_REQUEST)


def _several(desk: Desk, answers: Answers) -> bool:
    return len(_ready(desk)) > 1


def _answer(desk: Desk, answers: Answers) -> Reply:
    found = desk.own_papers()
    wanted = answers.get("paper", found[0].reference if found else "")
    one = next((one for one in found if one.reference == wanted), None)
    if one is None:
        return Reply([T("Aucune attestation prête. Demandez-la : tapez 2 au menu.")], "known")
    return Reply(list(_lines(one)), "known", reference=one.reference)


def _lines(one: OwnPaper) -> list[Text]:
    lines = [T("Attestation : {kind}", kind=_kind(one.kind))]
    if one.revoked:
        return [*lines, T("Annulée le {day}. Demandez-en une autre.", day=one.revoked)]
    if one.total is not None:
        lines.append(T("Total : {amount}", amount=Money(one.total, one.currency)))
    until = date.fromisoformat(one.valid_until)
    return [*lines, T("Valable jusqu'au {day}", day=until), _where(one)]


def _where(one: OwnPaper) -> Text:
    if one.replaced:
        return T("Une plus récente existe, du {day} : demandez-la.", day=one.replaced)
    return T("Donnez la référence : elle suffit pour vérifier. À imprimer : page web.")


SERVICE = Service(
    key="paper",
    level=Level.T2,
    scope="attestation",
    ussd="5*24",
    title=T("Mes attestations prêtes"),
    short=T("Attestations prêtes"),
    words={
        "fr": ("PAPIER", "PAPIERS"),
        "ar": ("ورقة", "ورقتي", "وثيقة", "wara9a"),
    },
    fields=(
        Choice(
            name="paper",
            moves=True,
            ask=T("Quelle attestation ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_choices,
            when=_several,
        ),
    ),
    answer=_answer,
)
