"""What `lite doctor` says of each source's last batch: numbers and reasons, nothing of a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bookfund import BookFund, dossier, town

from lite.app import House
from lite.clock import set_clock
from lite.intake import Pulled
from lite.signs import findings

_BEFORE = "fund book: rows set aside in 24 hours: "


@pytest.fixture
def fund(house: House) -> BookFund:
    return BookFund(house.clock.now, told=town(40))


def said(house: House, words: str) -> list[tuple[bool, str]]:
    """Of a house that names this fund in its settings."""
    named = House(replace(house.settings, upstream="book=pretend:"))
    return [(one.well, one.says) for one in findings(named) if words in one.says]


def pulled(house: House, fund: BookFund) -> Pulled:
    fund.as_of = house.clock.now() + timedelta(hours=1)
    set_clock(house.settings.clock, fund.as_of)
    return house.intake.pull(fund)


def test_a_good_batch_is_told_with_its_rows(house: House, fund: BookFund) -> None:
    pulled(house, fund)
    ((well, says),) = said(house, "last batch")
    assert well and says.startswith("fund book: last batch batch-")
    assert says.endswith(": 120 rows, 0 set aside")


def test_rows_set_aside_are_counted_by_reason_and_once(house: House, fund: BookFund) -> None:
    fund.told, fund.bad = [*town(40), dossier(900_001, 777), dossier(900_002, 778)], 3
    pulled(house, fund)
    ((well, says),) = said(house, "last batch")
    assert not well
    assert says.endswith(": 125 rows, 5 set aside; 3: bad; 2: nobody we know")
    assert "900" not in says and "777" not in says
    assert said(house, "set aside in 24 hours") == []


def test_what_an_earlier_batch_lacked_is_told_for_a_day(house: House, fund: BookFund) -> None:
    fund.bad = 3
    pulled(house, fund)
    fund.bad = 0
    pulled(house, fund)
    assert said(house, "last batch")[0][0]
    assert said(house, "in 24 hours: 3") == [(False, f"{_BEFORE}3: bad")]


def test_a_refused_batch_is_not_the_last_one(house: House, fund: BookFund) -> None:
    pulled(house, fund)
    fund.bad = 30
    assert pulled(house, fund) is Pulled.FAILED
    ((well, says),) = said(house, "last batch")
    assert well and says.endswith(": 120 rows, 0 set aside")
    assert said(house, "in 24 hours: 3") == [(False, f"{_BEFORE}30: bad")]
