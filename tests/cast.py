"""Who is who among the pretend fund's people: the names the tests call them by."""

from __future__ import annotations

from lite.clock import CASABLANCA
from lite.upstream import pretend_people
from lite.upstream.pretend_dossiers import dossiers
from lite.upstream.pretend_people import Person
from lite.upstream.records import Dossier


def person(rank: int) -> Person:
    return pretend_people.heads()[rank]


def phone_of(rank: int) -> str:
    return person(rank).insured.phones[0]


# Numbers of dossiers; the language is the person's own.
AR_FOUR, AR_ONE, FR_NONE, FR_THIRTY = (phone_of(rank) for rank in (0, 1, 2, 3))
AR_LONG, FR_SIX, FR_LONG = phone_of(4), phone_of(6), phone_of(7)
SHARED = phone_of(pretend_people.SHARED)
STRANGER = "+212655512345"


def enrolled() -> list[str]:
    """Every phone that one person alone answers."""
    owners: dict[str, int] = {}
    for head in pretend_people.heads():
        for phone in head.insured.phones:
            owners[phone] = owners.get(phone, 0) + 1
    return [phone for phone, count in owners.items() if count == 1]


def owner(phone: str) -> Person:
    return next(head for head in pretend_people.heads() if phone in head.insured.phones)


def dossiers_of(phone: str, house: object) -> list[Dossier]:
    """What the fund says of a person on the house's day."""
    keys = {owner(phone).key}
    day = house.clock.now().astimezone(CASABLANCA).date()  # type: ignore[attr-defined]
    return [one for one in dossiers(day) if one.insured in keys]
