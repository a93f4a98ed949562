"""Agencies and relay points: type the first letters of the town, or its keypad digits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.services.form import Answers, Choice, Level, LongChoice, Option, Reply, Service
from lite.text import Ltr, T, Text, raw

if TYPE_CHECKING:
    from lite.desk.facts import Place
    from lite.desk.service import Desk


def _towns(desk: Desk, typed: str) -> Sequence[Option]:
    column = 1 if desk.language == "ar" else 0
    return [Option(town[0], raw(town[column])) for town in desk.towns(typed)]


def _places(desk: Desk, answers: Answers) -> Sequence[Option]:
    found = desk.places(answers["town"])
    return [Option(str(index), raw(place.name)) for index, place in enumerate(found)]


def _several(desk: Desk, answers: Answers) -> bool:
    return "town" in answers and len(desk.places(answers["town"])) > 1


def _answer(desk: Desk, answers: Answers) -> Reply:
    found = desk.places(answers["town"])
    if not found:
        return Reply([T("Aucune agence connue à {town}.", town=answers["town"])])
    chosen = int(answers.get("place", 0))
    return Reply(_lines(found[min(chosen, len(found) - 1)]))


def _lines(place: Place) -> list[Text]:
    lines = [raw(place.name), raw(place.address), raw(place.hours), raw(Ltr(place.phone))]
    return [*lines, T("(exemple de démonstration)")] if place.demo else lines


def dialled(code: str) -> str:
    """What is dialled to come here, the service code being `code`."""
    return f"{code.rstrip('#')}*{SERVICE.ussd}#"


SERVICE = Service(
    key="agencies",
    level=Level.T0,
    ussd="5*3",
    title=T("Agences et points relais"),
    short=T("Agences"),
    words={"fr": ("AGENCE", "AGENCES"), "ar": ("وكالة", "وكالات", "wikala")},
    fields=(
        LongChoice(
            name="town",
            ask=T("Votre ville ? Tapez ses 3 premières lettres, ou leurs touches : Fès = 337"),
            help=T("Ville introuvable. Tapez ses premières lettres."),
            find=_towns,
        ),
        Choice(
            name="place",
            ask=T("Laquelle ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_places,
            when=_several,
        ),
    ),
    answer=_answer,
)
