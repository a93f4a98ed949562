"""A one-time access code for the web pages: six digits, ten minutes, once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lite.services.form import Answers, Level, Reply, Service
from lite.text import Ltr, T, Text, raw

if TYPE_CHECKING:
    from lite.desk.service import Desk

LIFE = timedelta(minutes=10)
_WARNING = T("Valable 10 minutes, une fois. Ne le donnez à personne.")


def lines(code: str, host: str = "") -> list[Text]:
    """The SMS that brings a code. The digits stand first, where a notice shows them; with the host
    of the page that asked, the last line binds them to it (sms-one-time-codes)."""
    told = [T("{code} : code Lite.", code=Ltr(code)), _WARNING]
    return [*told, raw(Ltr(f"@{host} #{code}"))] if host else told


def _answer(desk: Desk, answers: Answers) -> Reply:
    """On USSD the code is on the screen; elsewhere it goes to the enrolled phone by SMS."""
    code = desk.pages.code()
    if desk.door == "ussd":
        return Reply([T("Votre code : {code}", code=Ltr(code)), _WARNING])
    desk.text(lines(code), "code", life=LIFE)
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
    named=True,  # a code that nobody knowingly asked for teaches people to expect codes
)
