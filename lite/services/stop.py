"""No more optional messages to this phone, at once; `start` takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.services.form import Answers, Level, Reply, Service
from lite.text import Ltr, T

if TYPE_CHECKING:
    from lite.desk.service import Desk


def _answer(desk: Desk, answers: Answers) -> Reply:
    number = Ltr(desk.office.short_code)
    if desk.phone is None:
        return Reply([T("Depuis votre téléphone, envoyez STOP au {number}.", number=number)])
    desk.want_messages(False)
    return Reply(
        [
            T("C'est fait : plus de SMS d'information sur ce téléphone."),
            T("Ce que vous demandez continue d'arriver. Pour revenir : START au {number}.",
              number=number),
        ],
        "noted",
    )  # fmt: skip


SERVICE = Service(
    key="stop",
    level=Level.T0,
    ussd="5*9",
    title=T("Ne plus recevoir d'informations par SMS"),
    short=T("Arrêter les SMS"),
    words={"fr": ("STOP", "ARRET"), "ar": ("وقف", "توقف", "قف")},
    answer=_answer,
    commits=True,
)
