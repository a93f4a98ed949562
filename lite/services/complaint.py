"""Complain: what about, a few words, a reference. Nobody needs to be enrolled for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from lite.services import reach
from lite.services.form import Answers, Choice, Level, Option, Reply, Service, Words
from lite.text import T, Text

if TYPE_CHECKING:
    from lite.desk.facts import Request
    from lite.desk.service import Desk

_ONE_A = timedelta(days=1)
SUBJECTS = {
    "delay": T("Un retard"),
    "refusal": T("Un refus"),
    "payment": T("Un paiement"),
    "welcome": T("L'accueil"),
    "other": T("Autre chose"),
}


def _subjects(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(value, label) for value, label in SUBJECTS.items()]


def _read_back(desk: Desk, answers: Answers) -> Sequence[Text]:
    return [
        T("Réclamation : {subject}", subject=SUBJECTS[answers["subject"]]),
        T("Réponse au {phone}", phone=reach.number(desk, answers)),
    ]


def _answer(desk: Desk, answers: Answers) -> Reply:
    if said := _said(desk, answers):
        told = T("Nous avons déjà cette réclamation. La caisse vous répondra.")
        return Reply([told], "received", reference=said.reference)
    details = {name: answers[name] for name in ("subject", "words", "phone") if name in answers}
    receipt = [T("Lite : réclamation reçue. Référence :")]
    reference = desk.ask("complaint", details, receipt)
    told = T("Réclamation reçue. La caisse vous répondra.")
    proof = T("Gardez la référence : elle prouve la date.")
    return Reply([told, proof], "received", reference=reference)


def _said(desk: Desk, answers: Answers) -> Request | None:
    """The same, of the last day: one is enough."""
    return next(
        (
            one
            for one in desk.requests()
            if one.kind == "complaint"
            and one.state != "cancelled"
            and desk.now - one.asked_at < _ONE_A
            and one.details.get("words") == answers["words"]
        ),
        None,
    )


SERVICE = Service(
    key="complaint",
    level=Level.T0,
    ussd="5*21",
    title=T("Faire une réclamation"),
    short=T("Réclamation"),
    words={"fr": ("RECLAMATION", "PLAINTE"), "ar": ("شكاية", "شكوى", "chikaya")},
    fields=(
        reach.PHONE,
        Choice(
            name="subject",
            ask=T("À quel sujet ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_subjects,
        ),
        Words(
            name="words",
            ask=T("Dites-le en quelques mots :"),
            help=T("Écrivez 80 caractères au plus."),
        ),
    ),
    confirm=_read_back,
    answer=_answer,
    commits=True,
)
