"""What is kept of a person, for how long, and whom to ask (law 09-08)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.services.form import Answers, Level, Reply, Service
from lite.text import T

if TYPE_CHECKING:
    from lite.desk.service import Desk


def _answer(desk: Desk, answers: Answers) -> Reply:
    return Reply(
        [
            T("Lite garde une copie de votre dossier, chiffrée, tant que vous êtes inscrit."),
            T("Nous ne gardons pas le texte de vos messages."),
            T("Loi 09-08 : vous pouvez voir, corriger ou faire effacer vos données."),
            T("Demandez-le à votre agence ou par rappel."),
        ]
    )


SERVICE = Service(
    key="privacy",
    level=Level.T0,
    ussd="5*8",
    title=T("Vos données personnelles"),
    short=T("Mes données"),
    words={"fr": ("DONNEES", "PRIVE"), "ar": ("معطيات", "معطياتي", "خصوصية")},
    answer=_answer,
)
