"""A one-time access code for the web pages: six digits, ten minutes, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lite.services.form import Answers, Level, Reply, Service
from lite.text import Ltr, T

if TYPE_CHECKING:
    from lite.desk.service import Desk

_LIFE = timedelta(minutes=10)


def _answer(desk: Desk, answers: Answers) -> Reply:
    """On USSD the code is on the screen; elsewhere it goes to the enrolled phone by SMS."""
    code = Ltr(desk.access_code())
    warning = T("Valable 10 minutes, une fois. Ne le donnez à personne.")
    if desk.door == "ussd":
        return Reply([T("Votre code : {code}", code=code), warning])
    desk.text([T("{code} : code Lite.", code=code), warning], "code", life=_LIFE)
    return Reply([] if desk.door == "sms" else [T("Le code part par SMS vers votre téléphone.")])


SERVICE = Service(
    key="code",
    level=Level.T1,
    ussd="4",
    title=T("Code d'accès aux pages web"),
    short=T("Code pour le web"),
    words={"fr": ("CODE",), "ar": ("رمز", "الرمز", "كود", "ramz")},
    answer=_answer,
    commits=True,
)
