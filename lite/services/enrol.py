"""How a phone we do not know is enrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.services import activate
from lite.services.form import Answers, Level, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk


def _answer(desk: Desk, answers: Answers) -> Reply:
    if desk.enrolment.silent:
        return Reply(_silent(desk))
    return Reply(
        [
            T("Allez à une agence CNSS ou CNOPS avec votre carte d'identité."),
            T("Donnez-y votre numéro de téléphone : il ouvrira votre dossier."),
            T("Personne ne peut vous inscrire par téléphone."),
        ]
    )


def _silent(desk: Desk) -> list[Text]:
    """A number that nobody called from for a year may be somebody else's by now."""
    dial = f"{desk.office.service_code.rstrip('#')}*{activate.SERVICE.ussd}#"
    return [
        T("Ce numéro est resté un an sans nous appeler : confirmez qu'il est à vous."),
        T("Avec votre carte de codes, composez {code}", code=Ltr(dial)),
        T("ou allez à l'agence avec votre carte d'identité."),
    ]


SERVICE = Service(
    key="enrol",
    level=Level.T0,
    ussd="6",
    title=T("Inscrire mon téléphone"),
    short=T("Comment s'inscrire"),
    words={"fr": ("INSCRIPTION", "INSCRIRE"), "ar": ("تسجيل", "التسجيل", "tasjil")},
    answer=_answer,
)
