"""Nothing stays longer than its period, and nothing that is needed leaves before."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cast import FR_NONE, FR_THIRTY
from phone import Phone
from visitor import Visitor

from lite import retention
from lite.app import House
from lite.clock import stamp
from lite.config import SettingError, Settings
from lite.identity import audit, cards
from lite.store.retention import KEPT, RULES


def purge(house: House, **after: float) -> dict[str, int]:
    """What a purge removes, so long after."""
    later = house.clock.now() + timedelta(**after)
    return retention.purge(house.store, house.vault, house.settings.keep, later)


def rows(house: House, table: str) -> int:
    found = house.store.sql.one(f"select count(*) from {table}")
    assert found
    return int(found[0])


def tables(house: House) -> set[str]:
    return set(house.store.sql.tables())


def test_every_table_has_a_period_or_a_reason(house: House) -> None:
    ruled = {rule.table for rule in RULES}
    assert ruled | set(KEPT) == tables(house), "say in store/retention.py how long it is kept"
    assert not ruled & set(KEPT)


def test_every_period_is_a_setting(house: House) -> None:
    assert {rule.keep for rule in RULES} | {"audit"} == set(house.settings.keep)
    with pytest.raises(SettingError, match="LITE_KEEP_TEXTS: write 1 day or more"):
        Settings(keep_texts=0).keep  # noqa: B018


@pytest.fixture
def busy(house: House) -> House:
    """Somebody called, wrote, signed in, ordered a paper and failed at a code."""
    phone = Phone(house, FR_THIRTY)
    phone.dials().choose("Attestation", "Immatriculation", "Oui").drops()
    phone.texts("ETAT").texts("ALERTE")
    Visitor(house).signs_in(phone)
    Phone(house, FR_NONE).dials("*384*3939*4#").drops()
    visitor = Visitor(house).opens("/fr/sign-in")
    visitor.fills(phone=FR_NONE, code="000000").presses("Entrer")
    return house


def test_a_purge_on_the_same_day_takes_nothing(busy: House) -> None:
    assert purge(busy) == {}


# What is there at noon, and after how many days it is gone.
@pytest.mark.parametrize(
    ("table", "days"),
    [("web_sessions", 1), ("talks", 2), ("codes", 2), ("failures", 2), ("inbox", 30),
     ("contacts", 31)],
)  # fmt: skip
def test_each_thing_goes_at_the_end_of_its_period(busy: House, table: str, days: int) -> None:
    assert rows(busy, table)
    purge(busy, days=days, minutes=-1)
    assert rows(busy, table)
    purge(busy, days=days, minutes=15)
    assert rows(busy, table) == 0


def test_what_a_message_said_goes_before_that_it_was_sent(busy: House) -> None:
    busy.store.sql.run("update letters set state = 'delivered' where kind = 'sms'")
    number = rows(busy, "letters")
    purge(busy, days=31)
    assert rows(busy, "letters") == number
    said = busy.store.sql.all("select distinct sealed from letters where kind = 'sms'")
    assert said == [("",)]
    purge(busy, days=396)
    assert busy.store.sql.all("select distinct kind from letters") == [("fund",)]


def test_what_has_not_left_waits_as_long_as_it_must(busy: House) -> None:
    purge(busy, days=4000)
    ((sealed, id),) = busy.store.sql.all("select sealed, id from letters where kind = 'fund'")
    assert busy.office.open(f"letters.sealed:{id}", sealed)["type"] == "registration"
    assert rows(busy, "requests") == 1


def test_the_codes_of_a_card_that_was_replaced_go(house: House) -> None:
    key = house.store.sql.one("select person from cards where state = 'active'")
    assert key
    before = rows(house, "card_codes")
    cards.issue(house.store, house.vault, key[0], house.clock.now())
    assert rows(house, "card_codes") == before + cards.CODES
    purge(house, days=31)
    assert rows(house, "card_codes") == before


def test_wishes_and_records_stay(busy: House) -> None:
    Phone(busy, FR_NONE).speaks("ar").texts("STOP")
    kept = {table: rows(busy, table) for table in ("callers", "records", "people", "phones")}
    purge(busy, days=4000)
    assert {table: rows(busy, table) for table in kept} == kept


def test_a_purge_is_written_in_the_audit_log(busy: House) -> None:
    removed = purge(busy, days=3)
    last = busy.store.audit.after(0, 1000)[-1]
    assert (last.who, last.act, last.detail) == (
        audit.SYSTEM, "purged", f"rows={sum(removed.values())}",
    )  # fmt: skip
    assert audit.verify(busy.store, busy.vault) == []


@pytest.mark.sqlite("the file itself is read: PostgreSQL's old rows go with its vacuum")
def test_what_was_purged_is_in_no_file(busy: House) -> None:
    sealed = busy.store.sql.all("select state from talks")
    marks = [re.sub(r"^[^:]*:", "", state).encode() for (state,) in sealed]
    folder = busy.settings.folder
    busy.store.sql.scrub()
    assert all(mark in (folder / "lite.db").read_bytes() for mark in marks)
    purge(busy, days=4000)
    files = b"".join(file.read_bytes() for file in folder.glob("lite.db*"))
    assert not any(mark in files for mark in marks)


def test_days_are_counted_from_now(house: House) -> None:
    house.store.access.fail("somebody", stamp(house.clock.now() - timedelta(hours=47)))
    assert "failures" not in purge(house)
    assert purge(house, hours=2) == {"failures": 1}
