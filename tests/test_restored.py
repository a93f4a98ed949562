"""A backup was put back: what left meanwhile is unknown, what came in meanwhile is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from gateway import FakeGateway

from lite import restoring
from lite.app import House
from lite.cli import main
from lite.clock import set_clock, stamp
from lite.identity import audit
from lite.text import T
from tests.phone import Phone

STRANGER = "+212600000099"


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    with FakeGateway() as gateway:
        yield gateway


@pytest.fixture
def there(house: House, gateway: FakeGateway) -> House:
    return House(replace(house.settings, at_url=gateway.url, at_api_key="k"))


def passes(house: House, **time: float) -> None:
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(**time))


def doubts(house: House) -> int:
    now = house.clock.now()
    return restoring.doubt(house.store, house.vault, now, now)[0]


def states(house: House) -> list[str]:
    return [row[0] for row in house.store.sql.all("select state from letters order by id")]


def test_an_answer_waits_for_a_report_and_goes_once_more(
    there: House, gateway: FakeGateway
) -> None:
    Phone(there, STRANGER).texts("ETAT")
    assert doubts(there) == 1
    there.outbox.run_once()
    assert (states(there), gateway.messages) == (["unknown"], [])
    passes(there, seconds=601)
    there.outbox.run_once()
    assert (states(there), len(gateway.messages)) == (["accepted"], 1)


def test_a_report_proves_that_it_had_left(there: House, gateway: FakeGateway) -> None:
    from tests.callbacks import callback

    Phone(there, STRANGER).texts("ETAT")
    doubts(there)
    callback(there, "delivery", {"id": "before", "status": "Success", "phoneNumber": STRANGER})
    passes(there, seconds=601)
    there.outbox.run_once()
    assert (states(there), gateway.messages) == (["delivered"], [])


def test_a_code_is_never_sent_again(there: House, gateway: FakeGateway) -> None:
    from lite.desk import post

    post.sms(there.office, STRANGER, [T("Oui")], "fr", "code", timedelta(minutes=60))
    doubts(there)
    passes(there, seconds=601)
    there.outbox.run_once()
    assert (states(there), gateway.messages) == (["expired"], [])


def test_a_letter_twice_in_doubt_is_given_up(there: House, gateway: FakeGateway) -> None:
    Phone(there, STRANGER).texts("ETAT")
    for _ in range(2):
        doubts(there)
        passes(there, seconds=601)
        there.outbox._settling.tidy()
    assert (states(there), gateway.messages) == (["dead"], [])


def test_what_was_not_due_yet_had_not_left(there: House) -> None:
    Phone(there, STRANGER).texts("ETAT")
    there.store.sql.run("update letters set due_at = ?", stamp(there.clock.now() + timedelta(1)))
    assert (doubts(there), states(there)) == (0, ["waiting"])


# What came in


def kept(house: House, id: int, text: str, ago: float = -1, sender: str = STRANGER) -> Any:
    date = (house.clock.now() - timedelta(seconds=ago)).isoformat(timespec="milliseconds")
    return {
        "id": id, "from": sender, "to": "3939", "text": text, "linkId": "",
        "date": date.replace("+00:00", "Z"),
    }  # fmt: skip


def fetched(house: House, at: datetime | None = None) -> restoring.Found:
    return restoring.hear_again(
        house.store, house.office.index, house.gateway.fetch_messages, house.sms.inbound,
        at or house.clock.now(),
    )  # fmt: skip


def test_messages_of_the_gap_are_heard_once(there: House, gateway: FakeGateway) -> None:
    gateway.kept += [kept(there, number, "ETAT") for number in range(11, 16)]
    assert fetched(there) == (5, 5)
    assert len(Phone(there, STRANGER).inbox) == 5
    assert fetched(there) == (0, 0), "it goes on from the last one"
    there.store.places.set_fact("fetched", "0")
    assert fetched(there).new == 0, "and each is known by its id"
    assert len(Phone(there, STRANGER).inbox) == 5


def test_what_the_copy_has_is_not_heard_again(there: House, gateway: FakeGateway) -> None:
    Phone(there, STRANGER).texts("ETAT", id="ATXid_of_the_callback")
    passes(there, seconds=5)
    gateway.kept += [kept(there, 20, "ETAT", ago=4), kept(there, 21, "ETAT", ago=86_400)]
    assert fetched(there) == (1, 0)
    assert len(Phone(there, STRANGER).inbox) == 1


def test_a_second_message_of_the_same_minute_is_not_lost(
    there: House, gateway: FakeGateway
) -> None:
    Phone(there, STRANGER).texts("ETAT", id="one")
    at = there.clock.now()
    passes(there, seconds=5)
    gateway.kept.append(kept(there, 30, "AIDE", ago=1))
    assert fetched(there, at) == (1, 1)


# The command


def runs(house: House, *words: str) -> Result:
    settings = house.settings
    environ = {f"LITE_{name.upper()}": str(getattr(settings, name)) for name in (
        "database", "key_file", "upstream", "clock", "at_url", "at_api_key", "at_username",
    )}  # fmt: skip
    return CliRunner().invoke(main, ["restored", *words], env=environ | {"LITE_DEMO": "1"})


def test_the_command_does_all_of_it(there: House, gateway: FakeGateway) -> None:
    Phone(there, STRANGER).texts("ETAT")
    gateway.kept.append(kept(there, 40, "ETAT", sender="+212600000098"))
    ran = runs(there, "--at", (there.clock.now() - timedelta(seconds=5)).isoformat())
    assert ran.exit_code == 0, ran.output
    assert "1 letters are in doubt" in ran.output
    assert "1 messages heard again, of 1" in ran.output
    assert "fund pretend: done" in ran.output
    last = there.store.sql.one("select act from audit order by seq desc limit 1")
    assert last == ("restored",)
    assert audit.verify(there.store, there.vault) == []


def test_a_gateway_that_is_away_is_told_without_words_of_anybody(there: House) -> None:
    away = House(replace(there.settings, at_url="http://127.0.0.1:9"))
    ran = runs(away, "--at", there.clock.now().isoformat())
    assert ran.exit_code == 1
    assert "or --no-gateway" in ran.output
    assert runs(away, "--at", "yesterday").exit_code == 1
    assert runs(away, "--at", there.clock.now().isoformat(), "--no-gateway").exit_code == 0
