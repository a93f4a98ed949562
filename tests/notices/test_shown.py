"""A stop is seen on every door: before the menu, on every page, by ETAT."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from board import INSTEAD, KEYS, WORDS, announce, draft, incident
from cast import AR_FOUR, FR_SIX, STRANGER
from phone import Phone
from visitor import Visitor

from lite import notices
from lite.app import House
from lite.clock import set_clock, short
from lite.fit import cost
from lite.signs import findings
from lite.text import LANGUAGES, T, say
from lite.words import folded

HOURS = timedelta(hours=1)
MENU = "Mes dossiers"


def later(house: House, hours: float) -> None:
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(hours=hours))


# USSD


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_a_screen_of_its_own_before_the_menu(house: House, language: str) -> None:
    made = announce(house)
    phone = Phone(house, FR_SIX).speaks(language).dials()
    first = phone.sees(WORDS["stops"][language].split()[0]).sees_not(MENU).screen
    assert short(made.starts_at) in first
    phone.sees("Continuer").presses("1").sees(MENU)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rest_is_read_page_by_page(house: House, language: str) -> None:
    incident(house)
    phone = Phone(house, FR_SIX).speaks(language).dials()
    read = phone.reads().replace(f" 1 {phone.says('Continuer')}", "")
    for name, both in {**WORDS, **INSTEAD}.items():
        assert " ".join(phone.says(both[language]).split()) in read, name
    assert phone.options == {"1": phone.says("Continuer")}
    phone.presses("1").sees(MENU)


def test_it_is_shown_once_a_session(house: House) -> None:
    incident(house)
    phone = Phone(house, FR_SIX).dials().presses("1").sees(MENU)
    phone.presses("3").sees("droits").presses("00").sees(MENU)
    phone.drops().dials().sees_not(MENU)


def test_what_is_no_answer_to_it_is_said_so(house: House) -> None:
    incident(house)
    phone = Phone(house, FR_SIX).dials().presses("4").sees("Tapez 1 pour continuer.")
    phone.presses("5").presses("5").sees("Être rappelé par un agent").presses("0").sees(MENU)


def test_a_repeat_gets_the_same_screen(house: House) -> None:
    incident(house)
    Phone(house, FR_SIX).dials().repeats().presses("7").repeats().presses("1").repeats()


def test_whoever_dials_deep_sees_only_what_stops_there(house: House) -> None:
    incident(house, services=("attestation",))
    phone = Phone(house, FR_SIX)
    phone.dials("*384*3939*3#").sees("droits").sees_not(WORDS["stops"]["fr"])
    phone.dials("*384*3939*2*2#").sees(WORDS["stops"]["fr"]).sees_not("Confirmer")
    phone.presses("1").sees("Oui")


def test_what_was_dialled_waits_behind_it_and_is_done_once(house: House) -> None:
    incident(house, services=("attestation",))
    phone = Phone(house, FR_SIX).dials("*384*3939*2*2*1#").sees(WORDS["stops"]["fr"])
    assert house.store.sql.all("select 1 from requests") == []
    phone.presses("1")
    assert phone.ended
    assert len(house.store.sql.all("select 1 from requests")) == 1


def test_what_is_to_come_holds_up_no_deep_dial(house: House) -> None:
    announce(house)
    Phone(house, FR_SIX).dials("*384*3939*1#").sees_not(WORDS["stops"]["fr"])


def test_what_is_public_goes_on_without_the_fund(house: House) -> None:
    incident(house)
    Phone(house, FR_SIX).dials("*384*3939*5*3#").sees("Votre ville")
    incident(house, fund="", services=("agencies",))
    Phone(house, FR_SIX).dials("*384*3939*5*3#").sees_not("Votre ville")


def test_a_form_that_was_left_is_offered_behind_it(house: House) -> None:
    phone = Phone(house, FR_SIX).dials("*384*3939*5*2#").presses("1").drops()
    incident(house)
    phone.dials().sees(WORDS["stops"]["fr"]).drops()
    phone.dials().presses("1").sees("Vous aviez commencé :").presses("1")
    phone.sees_not(MENU)


def test_people_of_another_fund_are_not_alarmed(house: House) -> None:
    now = house.clock.now()
    theirs = draft(now, timedelta(0), kind="incident", fund="cnss")
    notices.announce(house.store, theirs, now, KEYS, ("cnss",))
    Phone(house, FR_SIX).dials().sees(MENU)
    Phone(house, STRANGER).dials().sees(WORDS["stops"]["fr"])


def test_a_planned_stop_is_over_at_its_hour(house: House) -> None:
    announce(house)
    later(house, 8 * 24 + 9.9)
    Phone(house, FR_SIX).dials().sees(WORDS["stops"]["fr"])
    later(house, 0.2)
    Phone(house, FR_SIX).dials().sees(MENU)


def test_an_incident_lasts_until_somebody_says_that_it_is_over(house: House) -> None:
    made = incident(house)
    later(house, 24)
    Phone(house, FR_SIX).dials().sees(WORDS["stops"]["fr"])
    notices.close(house.store, made.id, house.clock.now())
    Phone(house, FR_SIX).dials().sees(MENU)


def test_an_hour_that_passed_is_not_promised_any_more(house: House) -> None:
    incident(house)
    assert [one for one in findings(house) if one.says.startswith("notice ")] == []
    later(house, 11)
    phone = Phone(house, FR_SIX).dials().sees("toujours à l'arrêt")
    assert "L'heure annoncée est passée." in phone.reads()
    (look,) = [one for one in findings(house) if one.says.startswith("notice ")]
    assert not look.well


# SMS


@pytest.mark.parametrize(("number", "word", "most"), [(FR_SIX, "ETAT", 4), (AR_FOUR, "حالة", 6)])
def test_the_state_says_it_by_sms(house: House, number: str, word: str, most: int) -> None:
    incident(house)
    phone = Phone(house, number, "ar" if word != "ETAT" else "fr").texts(word)
    said = phone.news
    for name in ("stops", "contact", "hours", "pending"):
        assert phone.says(WORDS[name][phone.language]) in said
    assert phone.says(INSTEAD["all"][phone.language]) in said
    assert cost(phone.inbox[-1]).segments <= most
    assert phone.says("Lite fonctionne.") not in said


@pytest.mark.parametrize(("number", "word", "most"), [(FR_SIX, "ETAT", 4), (AR_FOUR, "حالة", 6)])
def test_of_a_stop_to_come_the_state_says_its_end_too(
    house: House, number: str, word: str, most: int
) -> None:
    made = announce(house)
    assert made.ends_at
    phone = Phone(house, number, "ar" if word != "ETAT" else "fr").texts(word)
    assert short(made.starts_at) in phone.news and short(made.ends_at) in phone.news
    assert cost(phone.inbox[-1]).segments <= most


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_several_functions_each_alternative_says_which(house: House, language: str) -> None:
    """« Go to the agency » and « read what is known » mean nothing without their function."""
    instead = {"attestation": {"fr": "Allez à l'agence.", "ar": "اذهبوا إلى الوكالة."},
               "rights": {"fr": "Lisez ceux d'hier.", "ar": "اقرؤوا ما كان أمس."},
               "all": {"fr": "Patientez.", "ar": "انتظروا."}}  # fmt: skip
    incident(house, services=("attestation", "rights", "dossiers"), instead=instead)
    wanted = ["Attestation", "Mes droits AMO", "Autres services"]
    page = Visitor(house, language).opens(f"/{language}/status").page.text
    sms = Phone(house, FR_SIX).speaks(language).texts("ETAT" if language == "fr" else "حالة").news
    for name, both in zip(wanted, instead.values(), strict=True):
        function = say(T(name), language)
        line = f"{function}{' : ' if language == 'fr' else ': '}{both[language]}"
        assert folded(line) in folded(page) and folded(line) in folded(sms)


# Pages


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["", "services/", "services/agencies", "verify", "sign-in"])
def test_a_line_stands_on_every_page(house: House, path: str, language: str) -> None:
    made = incident(house)
    assert made.ends_at
    visitor = Visitor(house, language).opens(f"/{language}/{path}")
    visitor.sees(WORDS["stops"][language], short(made.ends_at), "Que faire ?")
    visitor.choose("Que faire ?").sees(WORDS["works"][language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_the_state_says_everything(house: House, language: str) -> None:
    incident(house)
    visitor = Visitor(house, language).opens(f"/{language}/status")
    for both in [*WORDS.values(), *INSTEAD.values()]:
        visitor.sees(both[language])
    assert visitor.page.text.count(visitor.says(WORDS["stops"][language])) == 1


def test_the_return_that_was_promised_first_is_not_hidden(house: House) -> None:
    from test_drafts import revised

    made = incident(house)
    assert made.ends_at
    revised(house, made.id, ends_at=made.ends_at + 3 * HOURS)
    Visitor(house).opens("/fr/status").sees(
        f"D'abord annoncé : retour le {short(made.ends_at)}.", "Dernière nouvelle le 24/11/2026"
    )
