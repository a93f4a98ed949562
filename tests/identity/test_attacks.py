"""Somebody attacks: small versions of what `make attack` plays at length."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cast import AR_ONE, FR_SIX, FR_THIRTY, STRANGER, enrolled
from phone import Phone
from worker import grants_wishes

from attack import guessing, innocents, spraying, typos
from attack.figures import ks
from lite.app import House
from lite.clock import set_clock
from lite.config import Settings
from lite.fit import cost
from lite.identity import codes, throttle
from lite.identity.codes import Closed, Elsewhere, Locked, Signed, Spent, Wrong
from lite.outbox import Outbox
from lite.signs import findings
from lite.sms import wishes
from lite.store import file
from tools.hasty import hasty

DAY = timedelta(hours=24)


@pytest.fixture
def quick(house: House) -> House:
    """A house that waits for no disk."""
    return hasty(house)


def code_for(house: House, phone: str, browser: str = "") -> str:
    index = house.office.index(phone)
    (person,) = house.store.people.of_phone(index)
    return codes.issue(house.store, house.vault, index, person, house.clock.now(), browser)


def tries(house: House, code: str, browser: str = "", budget: int = throttle.BUDGET) -> object:
    index = house.office.index(FR_THIRTY)
    return codes.check(house.store, house.vault, index, code, house.clock.now(), browser, budget)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def later(house: House, span: timedelta) -> None:
    set_clock(house.settings.clock, house.clock.now() + span)


# One account


def test_ten_guesses_a_day_are_the_most_even_where_the_owner_comes_and_goes(quick: House) -> None:
    made = guessing.guess(quick, FR_THIRTY, days=2)
    assert guessing.most_in_a_day(made) == 10
    assert len(made) <= 20


def test_a_success_ends_the_waits_and_gives_no_new_tries(quick: House) -> None:
    for _ in range(3):
        assert tries(quick, wrong(code_for(quick, FR_THIRTY))) == Wrong()
        later(quick, timedelta(seconds=31))
    assert isinstance(tries(quick, code_for(quick, FR_THIRTY)), Signed)
    for _ in range(2):  # at once, as if nothing had been typed before
        assert tries(quick, wrong(code_for(quick, FR_THIRTY))) == Wrong()
    for _ in range(5):
        later(quick, timedelta(hours=1))
        assert tries(quick, wrong(code_for(quick, FR_THIRTY))) == Wrong()
    later(quick, timedelta(hours=1))
    assert isinstance(tries(quick, code_for(quick, FR_THIRTY)), Locked)


def test_the_waits_grow_and_a_new_code_shortens_none(quick: House) -> None:
    waits = []
    for _ in range(throttle.MOST):
        assert tries(quick, wrong(code_for(quick, FR_THIRTY))) == Wrong()
        before = throttle.web_locked_until(
            quick.store, quick.office.index(FR_THIRTY), quick.clock.now()
        )
        waits.append(before - quick.clock.now() if before else timedelta())
        if before:
            code_for(quick, FR_THIRTY)
            assert tries(quick, code_for(quick, FR_THIRTY)) == Locked(before)
            later(quick, before - quick.clock.now())
    assert waits == sorted(waits)
    assert waits[-1] > timedelta(hours=20)


# All accounts


def test_a_spray_is_cut_off_and_noticed_at_once(quick: House) -> None:
    found = spraying.spray(quick, quick.clock.now(), pace=10.0, budget=60)
    assert found.guesses == 60
    assert found.noticed is not None
    assert found.noticed <= 60
    assert found.told


def test_a_patient_spray_is_cut_off_too_and_noticed_when_it_is(quick: House) -> None:
    found = spraying.spray(quick, quick.clock.now(), pace=1 / 60, budget=30)
    assert found.guesses == 30
    assert found.noticed == 29 * 60


def test_the_default_budget_opens_less_than_one_account_a_year() -> None:
    assert Settings().guess_budget == throttle.BUDGET
    assert throttle.BUDGET * 1e-6 * 365 < 1
    assert spraying.ACCOUNTS / throttle.BUDGET > 365


def test_the_doctor_says_how_much_is_spent(quick: House) -> None:
    def told() -> tuple[bool, str]:
        return next(one for one in findings(quick) if "wrong codes" in one.says)

    assert told() == (True, "wrong codes typed on the web: 0 in 24 hours, of 2000")
    for _ in range(2000):
        quick.store.access.fail("web", "2026-11-24T08:00:00.000000Z")
    assert told()[0] is False
    assert "of 2000; signing in by a typed code is closed, by text it is open" in told()[1]


def test_the_budget_closes_typing_for_everybody_and_opens_again_a_day_later(quick: House) -> None:
    spraying.spray(quick, quick.clock.now(), pace=10.0, budget=5)
    assert tries(quick, code_for(quick, FR_THIRTY), budget=5) == Closed()
    later(quick, DAY + timedelta(minutes=1))
    assert isinstance(tries(quick, code_for(quick, FR_THIRTY), budget=5), Signed)


def test_who_is_locked_at_one_account_spends_nothing_of_the_others(quick: House) -> None:
    for _ in range(50):
        tries(quick, "000000")
    assert throttle.guesses(quick.store, quick.clock.now()).count == 3


def test_guessing_is_logged_once_a_minute_without_a_word_about_anybody(
    quick: House, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2 * throttle.SPATE):
        throttle.web_fail(quick.store, "phone", quick.clock.now(), budget=10**6)
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert record.__dict__["why"] == f"{throttle.SPATE} wrong codes within a minute"


# Those who stand beside


def test_an_attacker_blocks_nobody_behind_the_same_address(quick: House) -> None:
    victim, *others = enrolled()
    found = innocents.crowd(quick, others[:30], victim)
    assert found.blocked == 0
    assert 0 < found.guesses <= 10


# Codes and the page that asked


def test_a_code_works_in_the_browser_that_asked_alone(quick: House) -> None:
    code = code_for(quick, FR_THIRTY, browser="mine")
    assert tries(quick, code, "other") == Elsewhere()
    assert tries(quick, code) == Elsewhere()
    assert isinstance(tries(quick, code, "mine"), Signed)
    assert tries(quick, code, "mine") == Spent()


def test_a_code_of_a_screen_works_in_any_browser(quick: House) -> None:
    assert isinstance(tries(quick, code_for(quick, FR_THIRTY), "any"), Signed)


def test_a_code_asked_for_on_a_page_is_typed_there_and_nowhere_else(quick: House) -> None:
    phone, mine, other = Phone(quick, FR_THIRTY), *(quick.web.test_client() for _ in range(2))
    mine.post("/fr/sign-in", data={"phone": FR_THIRTY})
    grants_wishes(quick)
    data = {"phone": FR_THIRTY, "code": phone.news.split()[0]}
    assert "demandé sur un autre écran" in other.post("/fr/sign-in", data=data).text
    assert mine.post("/fr/sign-in", data=data).status_code == 303


# What the SMS of a code says


def granted(house: House, phone: str, url: str, language: str) -> str:
    """The SMS of a code that a page at this address asked for."""
    office = replace(house.office, public_url=url)
    house.web.test_client().post(f"/{language}/sign-in", data={"phone": phone})
    Outbox(house.store, house.clock, {"wish": wishes.carrier(office)}).run_once()
    return Phone(house, phone).news


def test_a_code_is_bound_to_the_page_in_its_last_line_and_stays_one_segment(quick: House) -> None:
    said = granted(quick, FR_THIRTY, "https://dossier.assurance-maladie.example.ma", "fr")
    code = said.split()[0]
    assert re.fullmatch(r"\d{6}", code)
    assert said.split("\n")[-1] == f"@dossier.assurance-maladie.example.ma #{code}"
    assert cost(said).segments == 1


@pytest.mark.parametrize(
    ("phone", "url", "language"),
    [(FR_THIRTY, "http://127.0.0.1:8000", "fr"), (AR_ONE, "https://lite.example.ma", "ar")],
)
def test_no_line_for_a_browser_where_none_reads_it(
    quick: House, phone: str, url: str, language: str
) -> None:
    assert "@" not in granted(quick, phone, url, language)


def test_a_code_asked_for_by_sms_has_no_line_for_a_browser(quick: House) -> None:
    assert "@" not in Phone(quick, FR_SIX).texts("CODE").news


# Known and unknown


def statements(house: House, data: dict[str, str]) -> list[str]:
    """Every statement that one post of the sign-in page runs, without its values."""
    seen: list[str] = []

    def noted(connection: Any, sql: str, values: Sequence[object] = ()) -> Any:
        seen.append(sql)
        return file.ask(connection, sql, values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lite.store.sqlite.ask", noted)
        house.web.test_client().post("/fr/sign-in", data=data)
    assert seen
    return seen


@pytest.mark.sqlite("statements are overheard on SQLite's connection")
@pytest.mark.parametrize("code", ["", "000000"], ids=["asking for a code", "typing a wrong one"])
def test_a_page_does_the_same_work_for_every_phone(quick: House, code: str) -> None:
    known = statements(quick, {"phone": FR_THIRTY, "code": code})
    assert len(known) > 5
    assert known == statements(quick, {"phone": STRANGER, "code": code})
    assert not any(table in " ".join(known) for table in ("phones", "people", "records"))


def test_the_measure_of_two_samples_tells_them_apart() -> None:
    chance = random.Random(5)
    one, other = ([chance.gauss(mean, 1) for _ in range(2000)] for mean in (0, 0))
    assert ks(one, other) > 0.05
    assert ks(one, [value + 0.2 for value in other]) < 0.001
    assert ks([1.0] * 50, [1.0] * 50) == 1.0


# Slips


def test_no_slip_of_the_thumb_silences_a_phone() -> None:
    assert typos.words(5_000).destructive == {}
    assert typos.refusals(500) == 0
    assert typos.digits(500) == 500

