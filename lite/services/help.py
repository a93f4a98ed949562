"""Who we are, what it costs, and what we never ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.services.form import Answers, Level, Reply, Service
from lite.text import Ltr, T

if TYPE_CHECKING:
    from lite.desk.service import Desk


def _answer(desk: Desk, answers: Answers) -> Reply:
    return Reply(
        [
            T("Lite : votre dossier CNSS ou CNOPS sur tout téléphone."),
            T("Composez {code}", code=Ltr(desk.office.service_code)),
            T("ou SMS au {number} : DOSSIER, ATTEST, DROITS, CODE, AGENCE, RAPPEL, STOP.",
              number=Ltr(desk.office.short_code)),
            T("Prix : celui de votre opérateur."),
            T("Nous ne demandons jamais votre RIB."),
        ]
    )  # fmt: skip


SERVICE = Service(
    key="help",
    level=Level.T0,
    ussd="5*6",
    title=T("Aide"),
    short=T("Aide"),
    words={"fr": ("AIDE", "INFO"), "ar": ("مساعدة", "المساعدة", "mosa3ada")},
    answer=_answer,
)
