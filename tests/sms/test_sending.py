"""The real SDK against a gateway on a real socket: what each answer makes of a letter."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from gateway import FakeGateway

from lite.app import House
from lite.clock import set_clock
from lite.desk import post, reports
from lite.fit import cost
from lite.numbers import with_check
from lite.outbox import Outbox
from lite.sms.africastalking import Gateway, carrier, judged
from lite.text import Ltr, T, Text

PHONE = "+212612345678"
KEY = "secret-key-0123456789"


@dataclass
class Room:
    """A house whose letters go to a gateway of our own."""

    house: House
    gateway: FakeGateway
    url: str

    def __post_init__(self) -> None:
        office = self.house.office
        sdk = Gateway("sandbox", KEY, self.url, timeout=(1.0, 0.3))
        self.outbox = Outbox(
            office.store, office.clock, {"sms": carrier(sdk, office, "3939")},
            taken=lambda message_id: reports.catch_up(office, message_id),
            chance=lambda low, high: 1.0,
        )  # fmt: skip

    def post(
        self, *lines: Text, klass: post.Class = "answer", language: str = "fr", to: str = PHONE
    ) -> str:
        return post.sms(self.house.office, to, lines or [T("Bonjour")], language, klass)

    def after(self, seconds: float) -> None:
        now = self.house.clock.now()
        set_clock(Path(self.house.settings.clock), now + timedelta(seconds=seconds))

    def of(self, id: str) -> tuple[str, str]:
        row = self.house.store.sql.one("select state, reason from letters where id = ?", id)
        assert row is not None
        return row[0], row[1]


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGateway]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    with FakeGateway() as gateway:
        yield gateway


@pytest.fixture
def room(house: House, gateway: FakeGateway) -> Room:
    return Room(house, gateway, gateway.url)


@pytest.mark.parametrize(
    ("shape", "state", "reason"),
    [
        ("ok", "accepted", ""),
        ("charset", "accepted", ""),
        ("plusless", "accepted", ""),
        ("nameless", "accepted", ""),
        (100, "accepted", ""),
        (102, "accepted", ""),
        (401, "refused", "RiskHold"),
        (402, "refused", "InvalidSenderId"),
        (403, "refused", "InvalidPhoneNumber"),
        (404, "refused", "UnsupportedNumberType"),
        (405, "waiting", "InsufficientBalance"),
        (406, "refused", "UserInBlacklist"),
        (407, "refused", "CouldNotRoute"),
        (409, "waiting", "DoNotDisturbRejection"),
        (429, "waiting", "TooManyRequests"),
        (500, "waiting", "InternalServerError"),
        (501, "waiting", "GatewayError"),
        (502, "waiting", "RejectedByGateway"),
        (777, "unknown", "an answer we cannot read"),
        ("empty", "refused", "InvalidSenderId"),
        ("vague", "waiting", "InternalServerError"),
        ("400", "waiting", "HTTP 400"),
        ("401", "waiting", "the key is refused"),
        ("409", "waiting", "DoNotDisturbRejection"),
        ("429", "waiting", "TooManyRequests"),
        ("500", "waiting", "HTTP 500"),
        ("502", "unknown", "HTTP 502"),
        ("504", "unknown", "HTTP 504"),
        ("redirect", "waiting", "HTTP 302"),
        ("html", "unknown", "JSONDecodeError"),
        ("halfjson", "unknown", "JSONDecodeError"),
        ("list", "unknown", "an answer we cannot read"),
        ("slow", "unknown", "ReadTimeout"),
        ("reset", "unknown", "ConnectionError"),
    ],
)
def test_what_an_answer_makes_of_a_letter(
    room: Room, shape: str | int, state: str, reason: str
) -> None:
    room.gateway.answers_next(shape)
    letter = room.post()
    assert room.outbox.run_once() == 1
    assert room.of(letter) == (state, reason)
    assert room.outbox.run_once() == 0
    assert len(room.gateway.messages) == 1


@pytest.mark.parametrize("shape", [405, "500", "429", "empty", "slow"])
def test_the_next_letter_leaves_whatever_became_of_this_one(room: Room, shape: str | int) -> None:
    room.gateway.answers_next(shape)
    first = room.post()
    second = room.post(to="+212612345679")
    room.outbox.run_once()
    assert room.of(first)[0] != "accepted"
    assert room.of(second)[0] == "accepted"


def test_nobody_listens(house: House, gateway: FakeGateway) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    room = Room(house, gateway, f"http://127.0.0.1:{port}")
    letter = room.post()
    room.outbox.run_once()
    assert room.of(letter) == ("waiting", "ConnectionError")


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1", "http://", "https://no.such.host.invalid"])
def test_an_address_that_is_none(house: House, gateway: FakeGateway, url: str) -> None:
    room = Room(house, gateway, url)
    letter = room.post()
    room.outbox.run_once()
    assert room.of(letter)[0] == "waiting"


def test_a_lost_answer_goes_once_more_and_a_code_never(room: Room) -> None:
    room.gateway.answers_next("slow", "reset", "reset")
    answer, code = room.post(), room.post(klass="code")
    for _ in range(4):
        room.outbox.run_once()
        room.after(601)
    assert (room.of(answer)[0], room.of(code)[0]) == ("dead", "expired")
    assert len(room.gateway.messages) == 3


# What is posted


def test_what_is_posted(room: Room) -> None:
    room.post(T("Reçu : {reference}", reference=Ltr(with_check("2000000000"))), T("Merci…"))
    room.outbox.run_once()
    [message] = room.gateway.messages
    text, _, contact = message.pop("message").rpartition("\n")
    assert text == f"Recu : {with_check('2000000000')}\nMerci..."
    assert re.fullmatch("SMS [0-9]{6}", contact)
    assert message == {
        "username": "sandbox",
        "to": PHONE,
        "bulkSMSMode": "1",
        "from": "3939",
    }
    assert room.gateway.keys == [KEY]


def test_arabic_is_left_as_it_is_and_counted_in_units(room: Room) -> None:
    text = "مرحبا " * 20
    letter = room.post(T("{value}", value=text), language="ar")
    room.outbox.run_once()
    sent = room.gateway.messages[0]["message"]
    assert sent.startswith(text)
    row = room.house.store.sql.one("select segments, cost from letters where id = ?", letter)
    assert row == (cost(sent).segments, "MAD 0.4800")


def test_a_redirect_does_not_carry_the_key_away(room: Room) -> None:
    with FakeGateway() as thief:
        room.gateway.elsewhere = thief.url
        room.gateway.answers_next("redirect")
        room.post()
        room.outbox.run_once()
        assert thief.keys == []


def test_neither_key_nor_phone_nor_text_is_logged_or_stored(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shapes = ["ok", "401", "500", "empty", "html", "slow", "reset", 403, 407, "list"]
    room.gateway.answers_next(*shapes)
    for _ in shapes:
        room.post(T("Le secret de Zineb"))
    room.outbox.run_once()
    ours = [record for record in caplog.records if record.name.startswith("lite")]
    said = " ".join(str(record.__dict__) for record in ours)
    kept = str(room.house.store.sql.all("select * from letters"))
    kept += str(room.house.store.sql.all("select * from attempts"))
    assert len(ours) >= len(shapes)
    for secret in (KEY, PHONE, PHONE[4:], "Zineb"):
        assert secret not in said
        assert secret not in kept


# Whom we no longer write to


def test_a_phone_that_opted_out_gets_nothing_more(room: Room) -> None:
    room.gateway.answers_next(406)
    room.post()
    room.outbox.run_once()
    letter = room.post()
    room.outbox.run_once()
    assert room.of(letter) == ("refused", "UserInBlacklist")
    assert len(room.gateway.messages) == 1


@pytest.mark.parametrize(("klass", "left"), [("notice", 0), ("answer", 1), ("code", 1)])
def test_a_quiet_phone_gets_what_it_asked_for(room: Room, klass: post.Class, left: int) -> None:
    office = room.house.office
    office.store.talks.set_quiet(office.index(PHONE), True, "")
    room.post(klass=klass)
    room.outbox.run_once()
    assert len(room.gateway.messages) == left


@pytest.mark.parametrize("to", ["3939", "CNSS", "", "0612345678", "+212612345678\n"])
def test_what_is_no_phone_is_never_posted(room: Room, to: str) -> None:
    letter = room.post(to=to)
    room.outbox.run_once()
    assert room.of(letter) == ("refused", "InvalidPhoneNumber")
    assert room.gateway.messages == []


# Judging


def test_each_recipient_is_judged_by_its_own_code() -> None:
    recipients = [
        {"number": "254711000111", "statusCode": 403},
        {"number": "+212612345678", "statusCode": "101"},
    ]
    answer = {"SMSMessageData": {"Message": "Sent to 1/2", "Recipients": recipients}}
    assert judged(answer, PHONE)[0] == 101
    assert judged(answer, "+254711000111")[0] == 403
    assert judged(answer, "+212600000000")[0] == 0


@pytest.mark.parametrize(
    "answer",
    [None, "", [], {}, {"SMSMessageData": None}, {"SMSMessageData": {"Recipients": None}},
     {"SMSMessageData": {"Recipients": [None]}}, {"SMSMessageData": {"Recipients": [{}]}},
     {"SMSMessageData": {"Recipients": [{"number": PHONE, "statusCode": "Sent"}]}}],
)  # fmt: skip
def test_an_answer_of_another_shape_says_nothing(answer: object) -> None:
    assert judged(answer, PHONE)[0] == 0
