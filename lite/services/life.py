"""Announce a life certificate: how it comes to the fund, and since when that is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.services.form import Answers, Choice, Level, Option, Reply, Service
from lite.text import T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

WAYS = {
    "post": T("Par la poste"),
    "agency": T("À l'agence"),
    "relay": T("Au point relais"),
}


def _ways(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(value, label) for value, label in WAYS.items()]


def _read_back(desk: Desk, answers: Answers) -> Sequence[Text]:
    return [T("Certificat de vie : {way}", way=WAYS[answers["way"]])]


def _answer(desk: Desk, answers: Answers) -> Reply:
    receipt = [T("Lite : certificat de vie annoncé. Référence :")]
    reference = desk.ask("life", {"way": answers["way"]}, receipt)
    told = T("Annonce reçue. À vous maintenant : envoyez ou déposez le certificat.")
    return Reply([told], "received", reference=reference)


SERVICE = Service(
    key="life",
    level=Level.T1,
    ussd="5*22",
    title=T("Annoncer un certificat de vie"),
    short=T("Certificat de vie"),
    words={"fr": ("CERTIFICAT", "VIE"), "ar": ("حياة", "الحياة", "7ayat")},
    fields=(
        Choice(
            name="way",
            ask=T("Comment le remettez-vous ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_ways,
        ),
    ),
    confirm=_read_back,
    answer=_answer,
    commits=True,
)
