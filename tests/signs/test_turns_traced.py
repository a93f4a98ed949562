"""A word for each turn: in its line of the log, in its letters, in what came of them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from gateway import FakeGateway

from attack import canaries
from lite import trace
from lite.app import House
from lite.signs.logs import Allowed
from tests.callbacks import callback
from tests.phone import Phone

STRANGER = "+212600000099"


@pytest.fixture
def log() -> Iterator[canaries.Log]:
    with canaries.logged() as log:
        logging.getLogger().setLevel(logging.INFO)
        yield log


def lines(log: canaries.Log, says: str) -> list[dict[str, object]]:
    return [line for line in map(json.loads, log().splitlines()) if line["says"] == says]


def test_one_word_crosses_door_letter_and_report(house: House, log: canaries.Log) -> None:
    Phone(house, STRANGER).texts("ETAT")
    (turn,) = lines(log, "turn")
    assert (turn["door"], turn["service"], turn["letters"]) == ("sms", "status", 1)
    assert isinstance(turn["ms"], float), "so that what is slow can be asked for"
    with FakeGateway() as gateway:
        House(replace(house.settings, at_url=gateway.url, at_api_key="k")).outbox.run_once()
    callback(house, "delivery", {"id": "ATXid_1", "status": "Success", "phoneNumber": STRANGER})
    carried, delivered = lines(log, "letter")
    assert (carried["outcome"], delivered["outcome"]) == ("accepted", "delivered")
    assert turn["turn"] == carried["turn"] == delivered["turn"]
    assert carried["letter"] == delivered["letter"]


def test_each_turn_has_its_own(house: House, log: canaries.Log) -> None:
    for _ in range(2):
        Phone(house, STRANGER).texts("ETAT")
    one, other = lines(log, "turn")
    assert one["turn"] != other["turn"]
    stored = house.store.sql.all("select turn from letters order by created_at, id")
    assert [row[0] for row in stored] == [one["turn"], other["turn"]]


def test_the_refusal_of_a_request_goes_on_with_its_turn(house: House) -> None:
    """A letter posted while another one is carried belongs to the turn of that one."""
    with trace.turn("sms") as turn:
        pass
    with trace.turn("fund", turn.id):
        house.tell(STRANGER, [], "fr")
    assert house.store.sql.all("select turn from letters") == [(turn.id,)]


def test_a_turn_that_only_shows_leaves_no_line(house: House, log: canaries.Log) -> None:
    Phone(house, STRANGER).dials()
    assert lines(log, "turn") == []


def test_a_turn_that_fails_leaves_one(house: House, log: canaries.Log) -> None:
    callback(house, "ussd", {"sessionId": "", "phoneNumber": "nobody"})
    (turn,) = lines(log, "turn")
    assert (turn["door"], turn["outcome"]) == ("ussd", "refused")
    assert STRANGER not in log()


def test_a_word_is_never_cut_as_a_number_is() -> None:
    for _ in range(200):
        word = trace.drawn()
        record = logging.makeLogRecord({"turn": word, "pathname": "", "name": "lite"})
        assert json.loads(Allowed().format(record))["turn"] == word
    assert len({trace.drawn() for _ in range(1000)}) == 1000
