"""A person who lost their handset stops it without it; nobody else can, and nobody gets in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cards import card_of
from cast import FR_SIX, FR_THIRTY, STRANGER
from houses import START
from phone import Phone
from visitor import Visitor

from lite.app import House
from lite.clock import set_clock
from lite.identity import cards
from lite.numbers import with_check

STOP = "*384*3939*5*20#"
OTHER = "+212611223344"
DONE = "C'est fait : vos autres téléphones n'ouvrent plus votre dossier."
WRONG = "Ce numéro de carte ou ce code est faux."
NOBODYS = with_check("5000000000")


def person_of(house: House, number: str = FR_THIRTY) -> str:
    (person,) = house.store.people.of_phone(house.office.index(number))
    return person


def printed(house: House, number: str = FR_THIRTY) -> str:
    """The number on a person's card."""
    ((card,),) = house.store.sql.all(
        "select card from cards where person = ? and state = 'active'", person_of(house, number)
    )
    return str(card)


def asked(house: House, number: str = FR_THIRTY) -> str:
    """The code that their card is asked for."""
    challenge = cards.challenge(house.store, person_of(house, number))
    assert challenge
    return card_of(house, number)[challenge.number]


def opens(house: House, number: str = FR_THIRTY) -> bool:
    return "Numéro non inscrit" not in Phone(house, number).dials().screen


def test_from_a_strangers_phone_with_the_card(house: House) -> None:
    card, code = printed(house), asked(house)
    Phone(house, STRANGER).dials(STOP).types(card).sees("de cette carte").types(code).sees(DONE)
    assert not opens(house)
    assert not opens(house, STRANGER)


def test_by_sms_from_a_strangers_phone(house: House) -> None:
    card, code = printed(house), asked(house)
    other = Phone(house, STRANGER).texts(f"TELPERDU {card}").gets("de cette carte")
    other.texts(code).gets(DONE)
    assert not opens(house)


def test_on_a_page_that_nobody_signed_in_to(house: House) -> None:
    card, code = printed(house), asked(house)
    visitor = Visitor(house).opens("/fr/services/lost_phone").types(card)
    visitor.sees("de cette carte").types(code).sees(DONE)
    assert not opens(house)


def test_the_lost_phone_is_told_and_so_is_whoever_found_it(house: House) -> None:
    lost = Phone(house, FR_THIRTY).waits()
    Phone(house, STRANGER).dials(STOP).types(printed(house), asked(house)).sees(DONE)
    lost.gets("ce téléphone n'ouvre plus le dossier", "Ce n'est pas vous ?")


def test_the_pages_that_were_open_are_closed(house: House) -> None:
    visitor = Visitor(house).signs_in(Phone(house, FR_THIRTY)).opens("/fr/services/dossiers")
    Phone(house, STRANGER).dials(STOP).types(printed(house), asked(house)).sees(DONE)
    visitor.opens("/fr/services/dossiers").sees_not("1030787185")


def test_the_phone_one_speaks_from_stays_when_it_is_ones_own(house: House) -> None:
    office = house.office
    house.store.enrolments.bind(office.index(OTHER), person_of(house), "2026-11-01T00:00:00.000Z")
    card, code = printed(house), asked(house)
    Phone(house, OTHER).dials(STOP).types(card, code).sees(DONE)
    assert opens(house, OTHER)
    assert not opens(house)


def test_who_shares_the_phone_keeps_it(house: House) -> None:
    house.store.enrolments.bind(
        house.office.index(FR_THIRTY), person_of(house, FR_SIX), "2026-11-01T00:00:00.000Z"
    )
    (first, second) = house.store.people.of_phone(house.office.index(FR_THIRTY))
    owner = next(one for one in (first, second) if one != person_of(house, FR_SIX))
    challenge = cards.challenge(house.store, owner)
    assert challenge
    code = card_of(house, FR_THIRTY)[challenge.number]
    ((card,),) = house.store.sql.all("select card from cards where person = ?", owner)
    Phone(house, STRANGER).dials(STOP).types(str(card), code).sees(DONE)
    assert house.store.people.of_phone(house.office.index(FR_THIRTY)) == [person_of(house, FR_SIX)]


def test_a_used_code_stops_nothing(house: House) -> None:
    card, code = printed(house), asked(house)
    Phone(house, STRANGER).dials(STOP).types(card, code).sees(DONE)
    Phone(house, STRANGER).dials(STOP).types(card, code).sees(WRONG)


@pytest.mark.parametrize("typed", ["000000", "٠٠٠٠٠٠", "000 000"])
def test_without_the_code_nothing_stops(house: House, typed: str) -> None:
    if asked(house) == "000000":
        pytest.skip("one card in a million")
    Phone(house, STRANGER).dials(STOP).types(printed(house), typed).sees(WRONG)
    assert opens(house)


def screens_of(house: House, card: str, tries: int) -> list[str]:
    phone = Phone(house, STRANGER)
    said = []
    for _ in range(tries):
        phone.dials(STOP).types(card)
        number = phone.finds(r"code (\d+) de cette carte")
        said.append(phone.screen.replace(f"code {number} ", "code N "))
        phone.types("123123")
        said.append(phone.screen.replace(f"code {number} ", "code N "))
        phone.drops()
    return said


def test_a_card_that_exists_looks_like_one_that_does_not(house: House) -> None:
    assert screens_of(house, printed(house), 4) == screens_of(house, NOBODYS, 4)


def test_a_card_that_does_not_exist_is_asked_one_and_the_same_code(house: House) -> None:
    phone = Phone(house, STRANGER)
    first = phone.dials(STOP).types(NOBODYS).finds(r"code (\d+) de cette carte")
    again = phone.drops().dials(STOP).types(NOBODYS).finds(r"code (\d+) de cette carte")
    assert first == again
    assert 1 <= int(first) <= cards.CODES


def guesses(house: House, card: str, tries: int) -> None:
    for hour in range(tries):
        set_clock(house.settings.clock, START + timedelta(hours=hour))  # type: ignore[arg-type]
        Phone(house, STRANGER).dials(STOP).types(card, "123123").drops()


def test_a_guesser_gets_ten_tries_a_day_and_closes_nothing_of_the_owners(house: House) -> None:
    guesses(house, printed(house), 12)
    Phone(house, STRANGER).dials(STOP).types(printed(house), asked(house)).sees("Trop d'essais.")
    assert opens(house)
    owner = Phone(house, FR_THIRTY).dials("*384*3939*5*15#")
    owner.types(asked(house)).sees("Personne d'autre que vous")


def test_an_owner_whose_card_is_locked_by_a_thief_still_stops_the_phone(house: House) -> None:
    thief = Phone(house, FR_THIRTY)
    for hour in range(11):
        set_clock(house.settings.clock, START + timedelta(hours=hour))  # type: ignore[arg-type]
        thief.dials("*384*3939*5*15#").types("123123").drops()
    thief.dials("*384*3939*5*15#").types(asked(house)).sees("Trop d'essais.").drops()
    Phone(house, STRANGER).dials(STOP).types(printed(house), asked(house)).sees(DONE)
    assert not opens(house)


def test_what_is_no_card_number_is_told_apart_from_a_slip(house: House) -> None:
    card = printed(house)
    slip = card[:-1] + str((int(card[-1]) + 1) % 10)
    phone = Phone(house, STRANGER).dials(STOP)
    phone.types("1234").sees("12 chiffres sur la carte").types(slip).sees("Un chiffre est faux")


def test_a_lost_card_stops_no_phone(house: House) -> None:
    card, code = printed(house), asked(house)
    cards.lost(house.store, person_of(house), house.clock.now())
    Phone(house, STRANGER).dials(STOP).types(card, code).sees(WRONG)
    assert opens(house)
