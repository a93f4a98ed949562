"""A spoilt row takes nothing from anybody: what it may have been about stays, with its old date."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bookfund import BookFund, dossier, insured, right

from lite.app import House
from lite.clock import set_clock, stamp
from lite.intake import Pulled
from lite.upstream import port


@pytest.fixture
def fund(house: House) -> BookFund:
    return BookFund(house.clock.now, told=village())


def village() -> list[port.Record]:
    """Nine people, each with a right and two dossiers."""
    return [
        row for of in range(9)
        for row in (insured(of), right(of, None), dossier(10 * of, of), dossier(10 * of + 1, of))
    ]  # fmt: skip


def pulled(house: House, fund: BookFund) -> str:
    """The batch of the next night; its date."""
    fund.as_of = house.clock.now() + timedelta(days=1)
    set_clock(house.settings.clock, fund.as_of)
    assert house.intake.pull(fund) is Pulled.DONE
    return stamp(fund.as_of)


def dates(house: House, of: int, kind: str, scheme: str = "cnss") -> list[str]:
    """Since when each record of a person is known."""
    person = house.store.people.of_key(house.vault.hash("key", f"{scheme}:{of:09d}"))
    assert person
    return sorted(row.as_of for row in house.store.people.records(person, kind))


def spoilt(record: port.Right) -> port.Right:
    """The same, its person's number hit by an accident."""
    return replace(record, insured=port.PersonKey("cnss", "923456789"))


def with_one_spoilt() -> list[port.Record]:
    return [spoilt(one) if one == right(1, None) else one for one in village()]  # type: ignore[arg-type]


def test_a_right_whose_number_was_spoilt_stays_with_its_old_date(
    house: House, fund: BookFund
) -> None:
    first = pulled(house, fund)
    fund.told = with_one_spoilt()
    now = pulled(house, fund)
    assert dates(house, 1, "right") == [first]
    assert dates(house, 0, "right") == dates(house, 1, "insured") == [now]
    fund.told = village()
    now = pulled(house, fund)
    assert dates(house, 1, "right") == [now]


def test_what_a_fund_says_twice_is_believed(house: House, fund: BookFund) -> None:
    pulled(house, fund)
    fund.told = with_one_spoilt()
    pulled(house, fund)
    now = pulled(house, fund)
    assert dates(house, 1, "right") == []
    assert dates(house, 0, "right") == [now]


def test_what_two_pulls_lack_is_gone_though_each_brings_a_new_stranger(
    house: House, fund: BookFund
) -> None:
    pulled(house, fund)
    for number in ("923456789", "923456788"):
        assert dates(house, 1, "right")
        stranger = replace(right(50, None), insured=port.PersonKey("cnss", number))
        fund.told = [one for one in village() if one != right(1, None)] + [stranger]
        now = pulled(house, fund)
    assert dates(house, 1, "right") == []
    assert dates(house, 0, "right") == [now]
    assert house.store.sql.one("select count(*) from doubts") == (0,)


def test_a_right_that_was_unreadable_first_and_a_strangers_next_stays(
    house: House, fund: BookFund
) -> None:
    first = pulled(house, fund)
    fund.told, fund.bad = [one for one in village() if one != right(1, None)], 1
    pulled(house, fund)
    fund.told, fund.bad = with_one_spoilt(), 0
    pulled(house, fund)
    assert dates(house, 1, "right") == [first]


def test_news_of_others_makes_no_doubtful_right_younger(house: House, fund: BookFund) -> None:
    fund.deltas, fund.cursor = "complete", "1"
    first = pulled(house, fund)
    fund.told = with_one_spoilt()
    pulled(house, fund)
    fund.complete = False
    fund.told = [dossier(90, 0)]
    now = pulled(house, fund)
    assert dates(house, 1, "right") == [first]
    assert dates(house, 0, "right") == [now]
    fund.told = [right(1, "2027-01-31")]
    now = pulled(house, fund)
    assert dates(house, 1, "right") == [now]


def test_a_refused_batch_has_said_nothing(house: House, fund: BookFund) -> None:
    first = pulled(house, fund)
    fund.told, fund.as_of = with_one_spoilt(), house.clock.now() - timedelta(days=9)
    assert house.intake.pull(fund) is Pulled.FAILED
    pulled(house, fund)
    assert dates(house, 1, "right") == [first]


def test_a_row_of_nobody_keeps_its_own_kind_alone(house: House, fund: BookFund) -> None:
    pulled(house, fund)
    fund.told = [one for one in with_one_spoilt() if one != dossier(10, 1)]
    pulled(house, fund)
    assert len(dates(house, 1, "right")) == len(dates(house, 1, "dossier")) == 1


def test_whoever_has_dossiers_is_somebody(house: House, fund: BookFund) -> None:
    first = pulled(house, fund)
    fund.told = [one for one in village() if one != insured(1)]
    now = pulled(house, fund)
    assert dates(house, 1, "insured") == [first]
    assert dates(house, 1, "dossier") == [now, now]
    assert dates(house, 0, "insured") == [now]
    fund.told = [one for one in village() if port.person_of(one).value != "000000001"]
    pulled(house, fund)
    assert dates(house, 1, "insured") == dates(house, 1, "dossier") == []


def test_a_person_who_got_another_number_keeps_one_name(house: House, fund: BookFund) -> None:
    fund.told = [insured(1, cin="AB1"), dossier(1, 1)]
    pulled(house, fund)
    fund.told = [insured(7, cin="AB1"), dossier(1, 7)]
    now = pulled(house, fund)
    assert dates(house, 7, "insured") == [now]
    assert dates(house, 7, "dossier") == [now]
    assert house.store.sql.one("select count(*) from doubts") == (0,)


def test_a_live_fund_that_answers_with_nobody_takes_nothing(
    house: House, fund: BookFund
) -> None:
    fund.files = False
    first = pulled(house, fund)
    fund.told, fund.as_of = [], house.clock.now() + timedelta(days=1)
    set_clock(house.settings.clock, fund.as_of)
    assert house.intake.pull(fund) is Pulled.FAILED
    assert dates(house, 1, "right") == dates(house, 1, "insured") == [first]
    row = house.store.funds.get("book")
    assert row
    assert (row.state, row.detail) == (
        "refused", "it tells of nobody, where the last full one had 36 rows")  # fmt: skip
