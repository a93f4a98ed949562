"""What fails on the way is sent again or not, by its class; what the gateway answered never is."""

from __future__ import annotations

import os
import random
import threading
from collections import defaultdict
from collections.abc import Sequence

import pytest
from gateway import FakeGateway
from test_sending import Room

from lite.app import House
from lite.clock import stamp
from lite.desk import post
from lite.outbox import Outbox
from lite.sms.africastalking import Gateway, carrier

LETTERS = 10_000 if os.environ.get("LITE_SLOW") else 150
TAKEN = ("ok", 100, 102)
LOST = ("reset", "html", "halfjson", "502", 777)
REFUSED = (403, 405, 409, 429, 500, "429", "500", "vague")
CODES = 5  # one letter in so many carries a code


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with FakeGateway() as gateway:
        yield gateway


def phone(number: int) -> str:
    return f"+2126{number:08}"


def worked(room: Room, seconds: float) -> None:
    """Workers carry what is due on several threads, and then time goes by."""
    office = room.house.office
    sdk = Gateway("sandbox", "key", room.url, timeout=(5.0, 5.0))
    stop = threading.Event()
    worker = Outbox(
        office.store, office.clock, {"sms": carrier(sdk, office, "")}, senders={"sms": 4}
    )
    thread = threading.Thread(target=worker.run, args=(stop, 0.02))
    thread.start()
    due = "select 1 from letters where state = 'sending' or state = 'waiting' and due_at <= ? and"
    due += " not exists (select 1 from lanes where failures >= 5) limit 1"
    now = stamp(office.clock.now())
    while room.house.store.sql.one(due, now):
        stop.wait(0.02)
    stop.set()
    thread.join()
    room.after(seconds)


def test_no_fault_doubles_what_was_answered(house: House, gateway: FakeGateway) -> None:
    chance = random.Random(2026)
    shapes: Sequence[str | int] = [
        chance.choice(chance.choices((TAKEN, LOST, REFUSED), (6, 2, 2))[0])
        for _ in range(LETTERS * 20)
    ]
    gateway.answers_next(*shapes)
    room = Room(house, gateway, gateway.url)
    codes = {phone(number) for number in range(0, LETTERS, CODES)}
    with house.store.transaction():
        for number in range(LETTERS):
            klass: post.Class = "code" if phone(number) in codes else "answer"
            room.post(klass=klass, to=phone(number))
    while house.store.sql.one("select 1 from letters where state in ('waiting', 'unknown')"):
        worked(room, 700)
    heard: dict[str, list[str | int]] = defaultdict(list)
    for message, shape in zip(gateway.messages, shapes, strict=False):
        heard[message["to"]].append(shape)
    assert set(heard) == {phone(number) for number in range(LETTERS)}
    for to, answers in heard.items():
        assert all(one not in TAKEN for one in answers[:-1]), (to, answers)
        lost = [one for one in answers if one in LOST]
        assert len(lost) <= 2
        if to in codes:
            assert all(one not in LOST for one in answers[:-1]), (to, answers)
