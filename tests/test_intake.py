"""What a fund tells is seen whole or not at all, whatever happens on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bookfund import BookFund, dossier, insured, right, town

from lite import retention
from lite.app import House
from lite.clock import set_clock, stamp
from lite.config import Settings
from lite.desk import places
from lite.intake import Busy, Pulled
from lite.intake.lease import Lease
from lite.store.moves import Move
from lite.upstream import port


@pytest.fixture
def fund(house: House) -> BookFund:
    return BookFund(house.clock.now)


def told(house: House, number: int, kind: str = "dossier", scheme: str = "cnss") -> list[Any]:
    """What readers see of a person, opened."""
    person = house.store.people.of_key(house.vault.hash("key", f"{scheme}:{number:09d}"))
    return [
        house.office.open(f"records.sealed:{row.fund}/{row.kind}/{row.key}", row.sealed)
        for row in house.store.people.records(person or "", kind)
    ]


def later(house: House, **time: int) -> None:
    set_clock(house.settings.clock, house.clock.now() + timedelta(**time))


def rows(house: House, table: str) -> int:
    found = house.store.sql.one(f"select count(*) from {table} where fund = 'book'")
    return int(found[0]) if found else 0


def detail(house: House) -> str:
    row = house.store.funds.get("book")
    assert row
    return f"{row.state}: {row.detail}"


# One after the other


def test_a_second_full_pull_replaces_the_first(house: House, fund: BookFund) -> None:
    fund.told = town(30)
    assert house.intake.pull(fund) is Pulled.DONE
    fund.told = [*town(30, "approved")[:-1], dossier(777, 3)]
    later(house, hours=1)
    assert house.intake.pull(fund) is Pulled.DONE
    assert {one["status"] for one in told(house, 3)} == {"approved", "received"}
    assert [one["number"] for one in told(house, 29)] == ["0000000290"]
    assert rows(house, "records") == 30 * 3


def test_a_batch_that_comes_again_changes_nothing(house: House, fund: BookFund) -> None:
    fund.told, fund.as_of = town(10), house.clock.now()
    for _ in range(2):
        assert house.intake.pull(fund) is Pulled.DONE
    before = house.store.sql.all("select * from records where fund = 'book' order by key")
    house.intake.pull(fund)
    assert house.store.sql.all("select * from records where fund = 'book' order by key") == before
    assert house.store.moves.fresh() == []


def test_dossiers_may_come_before_their_people(house: House, fund: BookFund) -> None:
    fund.told, fund.page = list(reversed(town(40))), 7
    assert house.intake.pull(fund) is Pulled.DONE
    assert len(told(house, 0)) == len(told(house, 39)) == 2
    assert rows(house, "set_aside") == rows(house, "quarantine") == 0


def test_a_dossier_of_nobody_is_shown_to_nobody(house: House, fund: BookFund) -> None:
    fund.told = [*town(5), dossier(999, 888)]
    house.intake.pull(fund)
    assert rows(house, "quarantine") == 1
    assert rows(house, "records") == 15
    row = house.store.funds.get("book")
    assert row and (row.row_count, row.bad_count) == (16, 1)


def test_of_two_rows_with_one_key_the_last_counts(house: House, fund: BookFund) -> None:
    fund.told = [insured(1), dossier(5, 1, "received"), dossier(5, 1, "paid")]
    house.intake.pull(fund)
    assert [one["status"] for one in told(house, 1)] == ["paid"]
    fund.page = 1
    later(house, hours=1)
    fund.told = [dossier(5, 1, "rejected"), insured(1), dossier(5, 1, "paid")]
    house.intake.pull(fund)
    assert [one["status"] for one in told(house, 1)] == ["paid"]
    assert house.store.moves.fresh() == []


def test_a_tombstone_takes_one_away(house: House, fund: BookFund) -> None:
    fund.told = town(3)
    house.intake.pull(fund)
    gone = port.upsert(dossier(0, 0))
    fund.rows, fund.complete = [port.Change("delete", "dossier", gone.key, None, "")], False
    later(house, hours=1)
    house.intake.pull(fund)
    assert len(told(house, 0)) == 1
    assert len(told(house, 1)) == 2


def test_what_a_partial_telling_does_not_name_stays(house: House, fund: BookFund) -> None:
    fund.told = town(3)
    house.intake.pull(fund)
    fund.told, fund.bad = town(3)[:-1], 1
    later(house, hours=1)
    house.intake.pull(fund)
    assert len(told(house, 2)) == 2, "the row that could not be read may be this one"
    fund.bad = 0
    later(house, hours=1)
    house.intake.pull(fund)
    assert len(told(house, 2)) == 1


def known(house: House, number: int) -> dict[str, str]:
    """Dossier -> since when it is known, of one person."""
    person = house.store.people.of_key(house.vault.hash("key", f"cnss:{number:09d}"))
    assert person
    rows = house.store.people.records(person, "dossier")
    return {row.key: row.as_of for row in rows}


def pulled(house: House, fund: BookFund, hours: int) -> str:
    """Pull at a time of its own; the date that the fund vouches for."""
    later(house, hours=hours)
    fund.as_of = house.clock.now()
    house.intake.pull(fund)
    return stamp(fund.as_of)


@pytest.mark.parametrize("files", [True, False])
def test_a_row_that_is_never_readable_keeps_nobody_elses_date_back(
    house: House, fund: BookFund, files: bool
) -> None:
    fund.files, fund.told = files, town(3)
    first = pulled(house, fund, 1)
    fund.told, fund.bad = town(3)[:-1], 1
    fund.partial, fund.isolated, fund.complete = not files, True, False
    for _ in range(2):
        now = pulled(house, fund, 1)
        assert set(known(house, 0).values()) == {now}
        assert sorted(known(house, 2).values()) == [first, now], "one of them was not named"
    fund.told, fund.bad, fund.partial, fund.complete = town(3), 0, False, True
    now = pulled(house, fund, 1)
    assert set(known(house, 2).values()) == {now}


def test_a_stretch_that_was_not_read_leaves_every_date(house: House, fund: BookFund) -> None:
    fund.files, fund.told = False, town(3)
    first = pulled(house, fund, 1)
    fund.bad, fund.partial, fund.complete = 1, True, False
    pulled(house, fund, 1)
    assert set(known(house, 0).values()) == {first}


# Refused


@pytest.mark.parametrize(("wrong", "why"), [
    (lambda fund: setattr(fund, "as_of", fund.now() + timedelta(days=1)), "in the future"),
    (lambda fund: setattr(fund, "as_of", fund.now() - timedelta(days=1)), "before the last one"),
    (lambda fund: setattr(fund, "told", town(30, "paid")), "90 rows, where the last full one had"),
    (lambda fund: setattr(fund, "bad", 21), "21 bad rows of 141"),
    (lambda fund: setattr(fund, "told", [*fund.told, *fund.told]), "120 bad rows"),
    (lambda fund: setattr(fund, "told", [*fund.told, *(dossier(5000 + n, 999) for n in range(21))]),
     "21 bad rows of 141"),
])  # fmt: skip
def test_a_batch_that_cannot_be_believed_changes_nothing(
    house: House, fund: BookFund, wrong: Callable[[BookFund], None], why: str
) -> None:
    fund.told = town(40)
    house.intake.pull(fund)
    before = house.store.funds.get("book")
    later(house, hours=1)
    fund.told = town(40, "paid")
    wrong(fund)
    assert house.intake.pull(fund) is Pulled.FAILED
    assert why in detail(house)
    assert {one["status"] for one in told(house, 3)} == {"received"}
    after = house.store.funds.get("book")
    assert before and after and after.as_of == before.as_of
    assert rows(house, "records") == 120
    assert house.store.sql.one("select count(*) from records where died is not null") == (0,)


def test_a_live_fund_may_tell_less_and_worse(house: House, fund: BookFund) -> None:
    fund.told, fund.files = town(40), False
    house.intake.pull(fund)
    later(house, hours=1)
    fund.told, fund.bad = town(20), 30
    assert house.intake.pull(fund) is Pulled.DONE


# On the way


def test_nobody_sees_half_of_it(house: House, fund: BookFund) -> None:
    """A reader looks between any two pages: the old, and then at once the new."""
    fund.told, fund.page = town(60), 1_000
    house.intake.pull(fund)
    later(house, hours=1)
    fund.told, fund.page = [*town(60, "paid"), insured(500, "+212655555555")], 7
    seen = set()

    def look(number: int) -> None:
        seen.add(tuple(sorted(one["status"] for n in (0, 59) for one in told(house, n))))
        assert house.store.people.of_phone(house.office.index("+212655555555")) == []
        assert house.store.moves.fresh() == []

    fund.before_page = look
    house.intake.pull(fund)
    assert seen == {("received",) * 4}
    assert {one["status"] for one in told(house, 59)} == {"paid"}
    assert len(house.store.people.of_phone(house.office.index("+212655555555"))) == 1


def test_a_first_import_goes_on_where_it_stopped(house: House, fund: BookFund) -> None:
    fund.told, fund.page = town(1_000), 100

    def cut(number: int) -> None:
        if number == 25:
            raise port.FundDown(60)

    fund.before_page = cut
    assert house.intake.pull(fund) is Pulled.FAILED
    staged = rows(house, "records")
    assert staged >= 1_000
    assert told(house, 0) == told(house, 0, "insured") == []
    before = house.store.sql.all("select key, sealed from records where fund = 'book'")
    fund.before_page = lambda number: None
    fund.told = [one for one in town(1_000) if port.person_of(one).value != "000000000"]
    assert house.intake.pull(fund) is Pulled.DONE
    kept = dict(house.store.sql.all("select key, sealed from records where fund = 'book'"))
    assert sum(kept.get(key) == sealed for key, sealed in before) >= staged - 3
    assert rows(house, "records") == 2_997, "what is told no more, nor whose it was, is not kept"


def test_a_later_pull_that_was_cut_leaves_no_trace(house: House, fund: BookFund) -> None:
    fund.told = town(1_000)
    house.intake.pull(fund)
    later(house, hours=1)

    def cut(number: int) -> None:
        if number == 25:
            raise port.FundDown(60)

    fund.told, fund.before_page = town(1_000, "paid"), cut
    house.intake.pull(fund)
    later(house, hours=1)
    fund.told, fund.before_page = town(1_000), (lambda number: None)
    assert house.intake.pull(fund) is Pulled.DONE
    assert {one["status"] for one in told(house, 999)} == {"received"}
    assert rows(house, "records") == 3_000
    assert house.store.moves.fresh() == []


def test_two_at_once_are_one_too_many(house: House, fund: BookFund) -> None:
    with (
        Lease(house.store, house.clock, "pull book"),
        pytest.raises(Busy, match="Another process is at work"),
    ):
        house.intake.pull(fund)
    assert house.intake.pull(fund) is Pulled.DONE


def test_doors_wait_for_a_thousand_rows_at_most(
    house: House, fund: BookFund, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    write = house.store.staging.write

    def counted(fund: str, generation: int, plan: Any, tag: str, now: str) -> None:
        written.append(max(len(part) for part in vars(plan).values()))
        write(fund, generation, plan, tag, now)

    monkeypatch.setattr(house.store.staging, "write", counted)
    fund.told, fund.page = town(1_500), 100_000
    house.intake.pull(fund)
    assert sum(written) >= 4_500
    assert max(written) <= 1_000


# Whose, and what is new


def test_who_was_erased_stays_erased(house: House, fund: BookFund) -> None:
    fund.told = town(3)
    house.intake.pull(fund)
    person = house.store.people.of_key(house.vault.hash("key", "cnss:000000001"))
    assert person
    retention.erase(house.store, house.vault, person, house.clock.now())
    later(house, hours=1)
    fund.told = town(3, "paid")
    house.intake.pull(fund)
    assert told(house, 1) == []
    assert rows(house, "records") == 6
    assert rows(house, "quarantine") == rows(house, "set_aside") == 0


def test_one_person_of_two_funds(house: House, fund: BookFund) -> None:
    fund.told = [insured(1, "+212611111111", cin="AB1"), dossier(1, 1)]
    other = BookFund(house.clock.now, "book2", [
        insured(77, "+212611111111", cin="AB1", scheme="cnops"),
        dossier(2, 77, "paid", scheme="cnops"),
    ])  # fmt: skip
    house.intake.pull(fund)
    house.intake.pull(other)
    assert sorted(one["status"] for one in told(house, 1)) == ["paid", "received"]
    assert told(house, 77, scheme="cnops") == told(house, 1)
    index = house.office.index("+212611111111")
    assert len(house.store.people.of_phone(index)) == 1
    fund.told = [insured(1, cin="AB1"), dossier(1, 1)]
    later(house, hours=1)
    house.intake.pull(fund)
    assert len(house.store.people.of_phone(index)) == 1, "the other fund still vouches for it"


def test_what_changed_for_whom(house: House, fund: BookFund) -> None:
    fund.told = [insured(1), dossier(1, 1), dossier(2, 1), right(1, "2027-06-30")]
    house.intake.pull(fund)
    assert house.store.moves.fresh() == [], "whoever is new gets no news"
    fund.told = [
        insured(1), dossier(1, 1, "paid"), dossier(2, 1), dossier(3, 1), insured(2), dossier(4, 2),
        right(1, "2026-12-10"),
    ]  # fmt: skip
    later(house, hours=1)
    house.intake.pull(fund)
    moves = house.store.moves.fresh()
    assert sorted(move[2:3] + move[5:7] for move in moves) == [
        ("dossier", "", "received"), ("dossier", "received", "paid"), ("right", "open", "ending"),
    ]  # fmt: skip
    paid = next(move for move in moves if move.after == "paid")
    assert said(house, paid)["number"] == "0000000001"
    house.store.moves.consume(moves[:2])
    assert house.store.moves.fresh() == moves[2:]


def said(house: House, move: Move) -> Any:
    kept = house.store.people.record(move.fund, move.kind, move.key)
    assert kept
    return house.office.open(f"records.sealed:{kept.fund}/{kept.kind}/{kept.key}", kept.sealed)


def test_time_goes_by_and_a_right_comes_near_its_end(house: House, fund: BookFund) -> None:
    fund.told = [insured(1), right(1, "2027-01-10")]
    for days, news in ((0, 0), (10, 0), (10, 1), (3, 0)):
        later(house, days=days)
        house.store.moves.consume(house.store.moves.fresh())
        house.intake.pull(fund)
        assert len(house.store.moves.fresh()) == news


def test_a_store_that_is_read_holds_no_number(house: House, fund: BookFund, tmp_path: Path) -> None:
    fund.told = [*reversed(town(3)), dossier(123456, 987654)]
    house.intake.pull(fund)
    everything = json.dumps(house.store.sql.all("select * from set_aside"), default=str)
    everything += json.dumps(house.store.sql.all("select * from records"), default=str)
    everything += json.dumps(house.store.sql.all("select * from quarantine"), default=str)
    assert not any(number in everything for number in ("000000002", "000987654", "0000123456"))


def test_two_sources_of_one_fund_are_one_fund_to_people(house: House) -> None:
    one, two = (BookFund(house.clock.now, name, files=False) for name in ("cnops", "cnops#2"))
    one.told, two.told = [insured(1), dossier(10, 1)], [insured(1), dossier(20, 1)]
    first = pulled(house, one, 1)
    pulled(house, two, 1)
    assert {one["number"] for one in told(house, 1)} == {"0000000010", "0000000020"}
    states = {state.fund: state for state in places.funds(house.office, house.clock.now())}
    assert "cnops#2" not in states
    assert stamp(states["cnops"].as_of or house.clock.now()) == first, "as old as its oldest part"
    assert states["cnops"].down_since is None
    house.store.people.missed("cnops#2", "down", "", stamp(house.clock.now()))
    [state] = [one for one in places.funds(house.office, house.clock.now()) if one.fund == "cnops"]
    assert state.down_since is not None


def test_the_settings_may_name_a_fund_twice() -> None:
    settings = Settings(upstream="cnops=openimis+http://a/ cnops=filedrop:///srv/x cnss=pretend:")
    assert list(settings.funds) == ["cnops", "cnops#2", "cnss"]
