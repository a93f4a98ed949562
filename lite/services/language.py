"""French or Arabic, from now on, on every door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.services.form import Answers, Choice, Level, Option, Reply, Service
from lite.text import T, raw

if TYPE_CHECKING:
    from lite.desk.service import Desk

# Each language in its own words: whoever cannot read the rest can read that.
_NAMES = {"fr": "Français", "ar": "العربية"}


def _languages(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(value, raw(name)) for value, name in _NAMES.items()]


def _answer(desk: Desk, answers: Answers) -> Reply:
    desk.speak(answers["language"])
    return Reply([T("C'est noté : nous parlerons français.")], "noted")


SERVICE = Service(
    key="language",
    level=Level.T0,
    ussd="9",
    title=T("Langue"),
    short=T("Langue / 3arabiya"),
    words={
        "fr": ("LANGUE", "FR", "FRANCAIS"),
        "ar": ("AR", "لغة", "اللغة", "عربية", "العربية", "3arabia"),
    },
    fields=(
        Choice(
            name="language",
            ask=T("Quelle langue ?"),
            help=T("Tapez 1 ou 2."),
            choices=_languages,
        ),
    ),
    answer=_answer,
    commits=True,
)
