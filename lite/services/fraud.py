"""Report a fake: somebody calls, writes or comes in our name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.services.form import Answers, Choice, Level, Option, Reply, Service, Words
from lite.text import T

if TYPE_CHECKING:
    from lite.desk.service import Desk

KINDS = {
    "call": T("Un appel"),
    "sms": T("Un SMS"),
    "visit": T("Une visite"),
    "other": T("Autre chose"),
}
_HAS_NUMBER = ("call", "sms")


def _kinds(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(value, label) for value, label in KINDS.items()]


def _knowledge(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option("known", T("Je le tape")), Option("unknown", T("Je ne sais pas"))]


def _had_number(desk: Desk, answers: Answers) -> bool:
    return answers["kind"] in _HAS_NUMBER


def _knows(desk: Desk, answers: Answers) -> bool:
    return answers.get("seen") == "known"


def _answer(desk: Desk, answers: Answers) -> Reply:
    kept = desk.report_fraud(answers["kind"], answers.get("caller", ""))
    return Reply(
        [
            T("Merci, c'est noté.") if kept else T("Merci. Vous l'avez déjà signalé aujourd'hui."),
            T("Ne donnez jamais votre RIB ni un code, même à un agent."),
        ],
        "noted",
    )


SERVICE = Service(
    key="fraud",
    level=Level.T0,
    ussd="5*12",
    title=T("Signaler une fraude"),
    short=T("Signaler une fraude"),
    words={"fr": ("FRAUDE", "ARNAQUE"), "ar": ("احتيال", "نصب", "nasb")},
    fields=(
        Choice(
            name="kind",
            ask=T("Qu'avez-vous reçu ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_kinds,
        ),
        Choice(
            name="seen",
            ask=T("De quel numéro ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_knowledge,
            when=_had_number,
        ),
        Words(
            name="caller",
            ask=T("Tapez le numéro ou le nom affiché"),
            help=T("C'est trop long. Tapez le numéro seul."),
            when=_knows,
            most=40,
        ),
    ),
    answer=_answer,
    commits=True,
)
