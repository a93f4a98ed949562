"""My card of codes is lost or stolen: it stops at once, from any door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.services.form import Answers, Level, Reply, Service
from lite.text import T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk


def _read_back(desk: Desk, answers: Answers) -> Sequence[Text]:
    return [T("Arrêter votre carte de codes ? Ses codes ne marcheront plus.")]


def _answer(desk: Desk, answers: Answers) -> Reply:
    stopped = desk.lose_card()
    return Reply(
        [
            T("C'est fait : votre carte de codes est arrêtée.")
            if stopped
            else T("Vous n'avez pas de carte de codes en service."),
            T("Pour une nouvelle carte, allez à l'agence avec votre carte d'identité."),
        ],
        "noted",
    )


SERVICE = Service(
    key="lost",
    level=Level.T1,
    ussd="5*13",
    title=T("Carte perdue"),
    short=T("Carte perdue"),
    words={"fr": ("PERDU", "PERDUE", "CARTE PERDUE"), "ar": ("ضاع", "ضياع", "ضاعت")},
    confirm=_read_back,
    answer=_answer,
    commits=True,
)
