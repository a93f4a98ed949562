"""How a phone we do not know is enrolled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.services.form import Answers, Level, Reply, Service
from lite.text import T

if TYPE_CHECKING:
    from lite.desk.service import Desk


def _answer(desk: Desk, answers: Answers) -> Reply:
    return Reply(
        [
            T("Allez à une agence CNSS ou CNOPS avec votre carte d'identité."),
            T("Donnez-y votre numéro de téléphone : il ouvrira votre dossier."),
            T("Personne ne peut vous inscrire par téléphone."),
        ]
    )


SERVICE = Service(
    key="enrol",
    level=Level.T0,
    ussd="6",
    title=T("Inscrire mon téléphone"),
    short=T("Comment s'inscrire"),
    words={"fr": ("INSCRIPTION", "INSCRIRE"), "ar": ("تسجيل", "التسجيل", "tasjil")},
    answer=_answer,
)
