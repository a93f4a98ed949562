"""Amounts, after one code of the paper card."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from cards import card_of
from cast import FR_LONG, FR_SIX, FR_THIRTY, dossiers_of
from phone import Phone

from lite.app import House
from lite.clock import set_clock
from lite.desk import file
from lite.desk.facts import Dossier, Known


@pytest.fixture
def phone(house: House) -> Phone:
    return Phone(house, FR_THIRTY)


def with_amount(house: House) -> list[str]:
    """Dossiers of the person that hold a sum."""
    return [one.number for one in dossiers_of(FR_THIRTY, house) if one.claimed]


def asked(phone: Phone) -> int:
    return int(re.findall(r"code (\d+) de votre carte", phone.reads())[0])


def test_no_amount_before_a_code(house: House, phone: Phone) -> None:
    for number in with_amount(house)[:5]:
        phone.dials().choose("Mes dossiers", number)
        assert " DH" not in phone.reads()


def test_the_right_code_shows_the_amount_for_the_rest_of_the_call(
    house: House, phone: Phone
) -> None:
    first, second = with_amount(house)[:2]
    phone.dials().choose("Mes dossiers", first)
    phone.presses(card_of(house, FR_THIRTY)[asked(phone)])
    assert " DH" in phone.reads()
    phone.presses("00").choose("Mes dossiers", second)
    assert " DH" in phone.reads()


def test_another_call_asks_another_code(house: House, phone: Phone) -> None:
    number = with_amount(house)[0]
    phone.dials().choose("Mes dossiers", number)
    first = asked(phone)
    phone.presses(card_of(house, FR_THIRTY)[first])
    phone.dials().choose("Mes dossiers", number)
    assert " DH" not in phone.reads()
    assert asked(phone) != first


def test_the_same_number_is_asked_until_it_is_answered_right(house: House, phone: Phone) -> None:
    number = with_amount(house)[0]
    phone.dials().choose("Mes dossiers", number)
    first = asked(phone)
    phone.presses("000000").sees("code est faux")
    phone.dials().choose("Mes dossiers", number)
    assert asked(phone) == first


def test_a_code_of_another_number_is_wrong(house: House, phone: Phone) -> None:
    phone.dials().choose("Mes dossiers", with_amount(house)[0])
    codes = card_of(house, FR_THIRTY)
    other = next(code for number, code in codes.items() if number != asked(phone))
    phone.presses(other).sees("code est faux")


def test_a_code_of_another_persons_card_is_wrong(house: House, phone: Phone) -> None:
    phone.dials().choose("Mes dossiers", with_amount(house)[0])
    phone.presses(card_of(house, FR_SIX)[asked(phone)]).sees("code est faux")


def test_a_code_that_cannot_be_read_is_passed_over(house: House, phone: Phone) -> None:
    phone.dials().choose("Mes dossiers", with_amount(house)[0])
    first = asked(phone)
    said = phone.presses("2").reads()
    assert "Un autre code" in said
    assert f"code {first} de" not in said


def test_after_three_wrong_codes_one_must_wait(house: House, phone: Phone) -> None:
    number = with_amount(house)[0]
    for _ in range(3):
        phone.dials().choose("Mes dossiers", number).presses("000000")
    phone.dials().choose("Mes dossiers", number)
    phone.presses(card_of(house, FR_THIRTY)[asked(phone)]).sees("Trop d'essais")
    set_clock(house.settings.clock, house.clock.now() + timedelta(minutes=1))
    phone.dials().choose("Mes dossiers", number)
    phone.presses(card_of(house, FR_THIRTY)[asked(phone)])
    assert " DH" in phone.reads()


def test_reading_a_status_leaves_nothing_to_continue(house: House, phone: Phone) -> None:
    phone.dials().choose("Mes dossiers", with_amount(house)[0]).drops()
    phone.dials().sees("1 Mes dossiers")


def test_a_repeated_turn_uses_no_second_code(house: House, phone: Phone) -> None:
    phone.dials().choose("Mes dossiers", with_amount(house)[0])
    phone.presses(card_of(house, FR_THIRTY)[asked(phone)])
    seen = phone.screen
    phone.repeats()
    assert phone.screen == seen
    used = house.store.sql.one("select count(*) from card_codes where used_at is not null")
    assert used == (1,)


def test_without_a_card_the_status_is_told_all_the_same(house: House) -> None:
    house.store.sql.run("update cards set state = 'lost'")
    phone = Phone(house, FR_LONG)
    phone.dials().choose("Mes dossiers")
    numbers = [one.number for one in dossiers_of(FR_LONG, house)]
    if len(numbers) > 1:
        phone.choose(numbers[0])
    phone.sees("Statut :").sees_not("carte")


def test_a_question_that_was_not_shown_yet_takes_no_answer(house: House, phone: Phone) -> None:
    """A digit pressed on the first of two pages is no wrong code, and retires none."""
    for number in with_amount(house):
        phone.dials().choose("Mes dossiers", number)
        if not phone.more:
            continue
        phone.presses("1").sees("Tapez 7 pour la suite")
        phone.presses("2").sees_not("Un autre code")
        used = "select count(*) from card_codes where used_at is not null or retired_at is not null"
        assert house.store.sql.one(used) == (0,)
        return
    pytest.fail("no dossier fills more than a screen")


def test_a_digit_means_what_stood_behind_it_when_it_was_shown(
    house: House, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone.dials().presses("1")
    digit, label = next(iter(phone.options.items()))
    told = file.dossiers

    def another_order(*asked: Any) -> Known[list[Dossier]]:
        known = told(*asked)
        return Known(known.value[::-1], known.as_of)

    monkeypatch.setattr(file, "dossiers", another_order)
    assert label.rpartition(" ")[2] in phone.presses(digit).reads()
