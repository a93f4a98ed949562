"""Optional messages are welcome again on this phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.services.form import Answers, Level, Reply, Service
from lite.text import Ltr, T

if TYPE_CHECKING:
    from lite.desk.service import Desk


def _answer(desk: Desk, answers: Answers) -> Reply:
    number = Ltr(desk.office.short_code)
    if desk.phone is None:
        return Reply([T("Depuis votre téléphone, envoyez START au {number}.", number=number)])
    desk.want_messages(True)
    return Reply([T("C'est fait : nous vous préviendrons de nouveau par SMS.")], "noted")


SERVICE = Service(
    key="start",
    level=Level.T0,
    ussd="5*10",
    title=T("Recevoir de nouveau les informations par SMS"),
    short=T("Reprendre les SMS"),
    words={"fr": ("START", "REPRENDRE"), "ar": ("استئناف", "بداية")},
    answer=_answer,
    commits=True,
)
