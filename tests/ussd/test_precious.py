"""What is asked for with a code of the card: one code for one act, on every door."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cards import card_of
from cast import FR_THIRTY
from houses import START
from phone import Phone
from visitor import Visitor

from lite.app import House
from lite.clock import set_clock
from lite.desk.door import Door
from lite.identity import cards, enrolment
from lite.identity.changes import DELAY

PAID, NEW = "1030787185", "0611223344"
ASKED = "Pour confirmer, tapez le code"


def person(house: House) -> str:
    (one,) = house.store.people.of_phone(house.office.index(FR_THIRTY))
    return one


def code(house: House) -> str:
    challenge = cards.challenge(house.store, person(house))
    assert challenge
    return card_of(house, FR_THIRTY)[challenge.number]


def filled(house: House) -> Phone:
    phone = Phone(house, FR_THIRTY).dials("*384*3939*5*16#")
    return phone.types(NEW, NEW).presses("1").sees(ASKED, "06******44")


def waiting(house: House) -> list[object]:
    return house.store.sql.all("select kind from changes where state = 'waiting'")


def test_a_code_given_before_in_the_call_is_not_enough(house: House) -> None:
    phone = Phone(house, FR_THIRTY).dials().choose("Mes dossiers", PAID)
    phone.types(code(house)).sees("Payé").presses("00", "5")
    phone.choose("Mon numéro").types(NEW, NEW).presses("1").sees(ASKED)
    assert waiting(house) == []
    phone.types(code(house)).sees("C'est noté.")
    assert waiting(house) == [("phone",)]


def test_the_code_of_one_act_opens_nothing_else(house: House) -> None:
    phone = filled(house).types(code(house)).sees("C'est noté.").presses("00")
    phone.choose("Mes dossiers", PAID).sees("Tapez le code").sees_not("Payé :")


def test_a_wrong_code_changes_nothing_and_is_asked_again(house: House) -> None:
    phone = filled(house)
    wrong = f"{(int(code(house)) + 1) % 10**6:06d}"
    phone.types(wrong).sees("Ce code est faux.")
    assert waiting(house) == []
    phone.types(code(house)).sees("C'est noté.")


def test_two_numbers_that_differ_are_told(house: House) -> None:
    phone = Phone(house, FR_THIRTY).dials("*384*3939*5*16#").types(NEW, "0611223345")
    phone.sees("Ce n'est pas le premier numéro.").types(NEW).sees("Et votre numéro actuel ?")


@pytest.mark.parametrize("typed", ["0522334455", "0612", "zz", "+212 5 22 33 44 55"])
def test_only_a_mobile_takes_a_code(house: House, typed: str) -> None:
    phone = Phone(house, FR_THIRTY).dials("*384*3939*5*16#").types(typed)
    phone.sees("Tapez un numéro de mobile")


def test_ones_own_number_is_no_other(house: House) -> None:
    own = "0" + FR_THIRTY.removeprefix("+212")
    Phone(house, FR_THIRTY).dials("*384*3939*5*16#").types(own).sees("C'est le numéro de ce")


@pytest.mark.parametrize("digits", ["5*16", "5*17"])
def test_without_a_card_it_is_said_at_once(house: House, digits: str) -> None:
    cards.lost(house.store, person(house), START)
    phone = Phone(house, FR_THIRTY).dials(f"*384*3939*{digits}#")
    phone.sees("Il faut une carte de codes.")


def test_within_72_hours_of_a_new_sim_it_is_said_at_once(house: House) -> None:
    enrolment.sim_changed(house.store, house.office.index(FR_THIRTY), START)
    phone = Phone(house, FR_THIRTY).dials("*384*3939*5*16#")
    phone.sees("attendez le 27/11/2026 à 10:00")
    set_clock(house.settings.clock, START + DELAY)
    phone.dials("*384*3939*5*16#").sees("Nouveau numéro de téléphone ?")


def test_a_phone_that_refuses_our_messages_is_sent_to_the_agency(house: House) -> None:
    house.store.talks.set_blocked(house.office.index(FR_THIRTY), True, "2026-11-24")
    Phone(house, FR_THIRTY).dials("*384*3939*5*16#").sees("Votre téléphone refuse nos SMS.")


def test_the_desk_asks_for_nothing_precious_without_a_code_for_it(house: House) -> None:
    one = person(house)
    desk = Door(house.office, "ussd").desk(FR_THIRTY, "turn", "fr", proved=one)
    assert desk.level == 2
    for act in (
        lambda: desk.changes.number("+212611223344", False),
        lambda: desk.changes.helper("+212611223344", ["dossiers"], 1),
    ):
        with pytest.raises(PermissionError):
            act()
    with house.store.transaction():
        assert desk.prove(code(house), act=True) is None
    assert desk.level == 3
    assert desk.changes.number("+212611223344", False).state == "asked"


def test_a_code_sent_along_by_sms_is_not_read_before_what_it_is_for(house: House) -> None:
    phone = Phone(house, FR_THIRTY)
    phone.texts(f"NUMERO {NEW} {NEW} 1 {code(house)}").gets(ASKED, "06******44")
    assert waiting(house) == []
    phone.texts(code(house)).gets("C'est noté.")


def test_a_page_sent_twice_asks_once(house: House) -> None:
    visitor = Visitor(house).signs_in(Phone(house, FR_THIRTY))
    visitor.opens("/fr/services/phone").types(NEW).types(NEW).choose("Il s'arrête")
    right = code(house)
    visitor.sees("06******44").types(right).sees("C'est noté.")
    assert waiting(house) == [("phone",)]
    assert right not in visitor.page.text


def test_the_new_number_is_activated_by_its_own_call(house: House) -> None:
    filled(house).types(code(house)).drops()
    house.store.sql.run("update letters set state = 'delivered'")
    set_clock(house.settings.clock, START + DELAY + timedelta(minutes=1))
    assert house.changes.run_due(house.clock.now()) == 1
    new = Phone(house, "+212611223344")
    new.gets("code d'activation Lite.")
    (digits,) = re.findall(r"(\d{4} \d{4}) : code", new.news)
    new.dials("*384*3939*8#").types(digits).sees("C'est fait")
    new.dials().choose("Mes dossiers", PAID).sees("payé")


def test_the_worker_looks_every_minute(house: House) -> None:
    [chore] = [chore for chore in house.chores if chore.name == "changes"]
    assert chore.every == 60
    assert chore.do() == 0
