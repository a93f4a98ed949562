"""What is old is called old, on every door, with what to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bookfund import BookFund, insured
from cast import AR_FOUR, FR_SIX
from phone import Phone
from test_services import DOORS, SCRIPTS, Script, played
from visitor import Visitor

from lite.app import House
from lite.clock import day, set_clock
from lite.services.freshness import LIMITS, old
from lite.text import T, say
from lite.words import folded

DAYS = timedelta(days=1)
FACTS = [one for one in SCRIPTS if one.service in ("dossiers", "rights", "statement")]


def later(house: House, span: timedelta) -> str:
    """Time goes by and the fund says nothing; the day of what is known."""
    known = day(house.clock.now())
    set_clock(Path(house.settings.clock), house.clock.now() + span)
    return known


@pytest.mark.parametrize("about", LIMITS)
def test_a_limit_is_the_last_moment(about: str) -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert not old(now - LIMITS[about], now, about)
    assert old(now - LIMITS[about] - timedelta(seconds=1), now, about)


@pytest.mark.parametrize(("key", "word", "span"), [
    ("1", "DOSSIER", LIMITS["dossiers"]), ("3", "DROITS", LIMITS["rights"]),
])  # fmt: skip
def test_it_is_said_on_the_phone_and_by_sms(
    house: House, key: str, word: str, span: timedelta
) -> None:
    known = later(house, span - timedelta(hours=1))
    phone = Phone(house, FR_SIX)
    phone.dials(f"*384*3939*{key}#")
    if key == "1":
        phone.presses("1")
    assert f"Connu le {known}" in phone.reads()
    later(house, timedelta(hours=2))
    phone.dials(f"*384*3939*{key}#")
    if key == "1":
        phone.presses("1")
    said = phone.reads()
    assert f"Ancien : connu le {known}. Rien de la caisse depuis." in said
    assert "Si c'est urgent : agence." in said
    phone.texts(word)
    if key == "1":
        phone.texts("1")
    phone.gets(f"Ancien : connu le {known}. Rien de la caisse depuis.")


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "script", FACTS, ids=[f"{script.service}: {script.called}" for script in FACTS]
)
def test_every_answer_of_the_fund_is_dated_on_every_door(
    house: House, script: Script, door: str, language: str
) -> None:
    known = house.clock.now()
    dated, aged = (
        say(sentence, language)
        for sentence in (T("Connu le {day}", day=known),
                         T("Ancien : connu le {day}. Rien de la caisse depuis.", day=known))
    )  # fmt: skip
    told = folded(played(script, house, language, door))
    assert folded(dated) in told and folded(aged) not in told
    later(house, LIMITS["rights"] + DAYS)
    assert folded(aged) in folded(played(script, house, language, door))


@pytest.mark.parametrize("span", [timedelta(0), 8 * DAYS])
@pytest.mark.parametrize(("number", "language"), [(FR_SIX, "fr"), (AR_FOUR, "ar")])
def test_the_first_screen_of_a_fact_bears_its_date(
    house: House, number: str, language: str, span: timedelta
) -> None:
    """A small screen may need several: who reads no further knows how old it is all the same."""
    known = later(house, span)
    assert known in Phone(house, number, language).dials("*384*3939*3#").screen


def test_it_is_said_in_arabic(house: House) -> None:
    known = later(house, 8 * DAYS)
    phone = Phone(house, AR_FOUR, "ar").dials("*384*3939*3#")
    assert f"قديم: تحيين {known}" in phone.reads()


def test_the_state_of_the_service_says_since_when(house: House) -> None:
    known = later(house, 4 * DAYS)
    said = f"Caisse (démo), données anciennes : du {known}"
    Visitor(house).opens("/fr/status").sees(said)
    Phone(house, FR_SIX).texts("ETAT").gets(said)
    assert said in Phone(house, FR_SIX).dials("*384*3939*5*5#").reads()


def test_each_fund_has_its_own_date(house: House) -> None:
    """CNSS told us this morning, CNOPS went dark four days ago."""
    cnops = BookFund(house.clock.now, "cnops", [insured(7, scheme="cnops")])
    house.intake.pull(cnops)
    known = later(house, 4 * DAYS)
    house.intake.pull(BookFund(house.clock.now, "cnss", [insured(1)]))
    fresh = day(house.clock.now())
    said = (f"CNSS répond. Données du {fresh}", f"CNOPS, données anciennes : du {known}")
    Visitor(house).opens("/fr/status").sees(*said)
    screen = Phone(house, FR_SIX).dials("*384*3939*5*5#").reads()
    assert [one for one in said if one not in screen] == []
    Phone(house, FR_SIX).texts("ETAT").gets(*said)
