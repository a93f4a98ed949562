"""A port to the operators: asked by the worker, answered later, off unless it is turned on."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from cards import card_of
from cast import FR_THIRTY
from houses import START
from phone import Phone

from lite.app import House
from lite.clock import CASABLANCA, set_clock
from lite.config import SettingError, Settings
from lite.desk.changes import rules
from lite.identity import cards, enrolment
from lite.identity.changes import DELAY
from lite.identity.sim import PATIENCE, Off
from lite.signs import findings
from lite.sms.africastalking import Refused
from lite.sms.insights import Insights

NEW = "0611223344"
DUE = START + DELAY + timedelta(minutes=1)


@dataclass
class Operators:
    """Takes what is asked, and begins a check of each number unless told otherwise."""

    asked: list[Sequence[str]] = field(default_factory=list)
    begins: bool = True
    breaks: bool = False

    def ask(self, numbers: Sequence[str]) -> Mapping[str, str]:
        if self.breaks:
            raise ConnectionError
        self.asked.append(numbers)
        return {number: f"check-{number}" for number in numbers} if self.begins else {}


@pytest.fixture
def owner(house: House) -> Phone:
    """A person who asked for a new number; the notices arrived."""
    owner = Phone(house, FR_THIRTY).dials("*384*3939*5*16#").types(NEW, NEW).presses("1")
    (person,) = house.store.people.of_phone(house.office.index(FR_THIRTY))
    challenge = cards.challenge(house.store, person)
    assert challenge
    owner.types(card_of(house, FR_THIRTY)[challenge.number]).sees("C'est noté.").drops()
    house.store.sql.run("update letters set state = 'delivered'")
    return owner


def runs(house: House, operators: object, at: datetime = DUE) -> int:
    set_clock(house.settings.clock, at)
    return rules(house.office, operators).run_due(at)  # type: ignore[arg-type]


def answers(house: House, status: str, on: str, check: str = f"check-{FR_THIRTY}") -> None:
    house.sms.sim({"requestId": check, "status": status, "lastSimSwapDate": on})


def state(house: House) -> tuple[str, str]:
    ((state, reason),) = house.store.sql.all("select state, reason from changes")
    return state, reason


# While it is on


def test_a_change_waits_for_the_operators_and_is_done(house: House, owner: Phone) -> None:
    operators = Operators()
    assert runs(house, operators) == 0
    assert operators.asked == [[FR_THIRTY]]
    assert state(house) == ("waiting", "")
    answers(house, "NotSwapped", "01-01-1900")
    assert runs(house, operators, DUE + timedelta(minutes=11)) == 1
    assert len(operators.asked) == 1


@pytest.mark.parametrize("day", ["26-11-2026", "27-11-2026", "nonsense", ""])
def test_a_sim_that_was_changed_calls_it_off(house: House, owner: Phone, day: str) -> None:
    operators = Operators()
    runs(house, operators)
    answers(house, "Swapped", day)
    assert runs(house, operators, DUE + timedelta(minutes=11)) == 0
    assert state(house) == ("cancelled", "unsettled")


def test_one_changed_long_ago_is_no_reason(house: House, owner: Phone) -> None:
    operators = Operators()
    runs(house, operators)
    answers(house, "Swapped", "20-11-2026")
    (person,) = house.store.people.of_phone(house.office.index(FR_THIRTY))
    end = datetime(2026, 11, 21, tzinfo=CASABLANCA)
    assert enrolment.settled_from(house.store, person) == end + timedelta(hours=72)
    assert runs(house, operators, DUE + timedelta(minutes=11)) == 1


def test_operators_that_never_answer_hold_up_nothing_for_long(house: House, owner: Phone) -> None:
    operators = Operators()
    assert runs(house, operators) == 0
    assert runs(house, operators, DUE + PATIENCE - timedelta(minutes=1)) == 0
    assert runs(house, operators, DUE + PATIENCE + timedelta(minutes=10)) == 1


def test_numbers_that_no_operator_checks_hold_up_nothing(house: House, owner: Phone) -> None:
    assert runs(house, Operators(begins=False)) == 1


def test_while_nobody_can_be_asked_nothing_is_done(house: House, owner: Phone) -> None:
    assert runs(house, Operators(breaks=True)) == 0
    assert state(house) == ("waiting", "")
    assert runs(house, Off(), DUE + timedelta(minutes=1)) == 1


def test_an_answer_that_was_not_asked_for_changes_nothing(house: House, owner: Phone) -> None:
    answers(house, "Swapped", "24-11-2026")
    answers(house, "Swapped", "24-11-2026", check="")
    assert house.store.sql.all("select * from sim_changes") == []
    operators = Operators()
    runs(house, operators)
    answers(house, "NotSwapped", "")
    answers(house, "Swapped", "27-11-2026")  # the second answer to one check
    assert house.store.sql.all("select * from sim_changes") == []


# Off, and what is said of it


def test_it_is_off_by_default_and_the_doctor_says_so(house: House) -> None:
    assert Settings().sim_check == "off"
    assert isinstance(house.changes.sims, Off)
    (told,) = [one for one in findings(house) if "SIM" in one.says]
    assert told.well
    assert "nobody asks the operators" in told.says


def test_the_doctor_counts_what_was_not_answered(house: House, owner: Phone) -> None:
    asking = House(Settings(**{**vars(house.settings), "sim_check": "insights"}))
    runs(house, Operators())
    set_clock(house.settings.clock, DUE + timedelta(hours=2))
    (told,) = [one for one in findings(asking) if "SIM" in one.says]
    assert not told.well
    assert "without an answer: 1" in told.says


def test_a_setting_that_nobody_knows_is_told(house: House) -> None:
    with pytest.raises(SettingError, match="LITE_SIM_CHECK=on"):
        House(Settings(**{**vars(house.settings), "sim_check": "on"})).changes  # noqa: B018


# The SDK's call


@dataclass
class Server:
    """Stands where Insights stands: one answer for every call."""

    url: str
    calls: list[tuple[str, Any]]
    answer: Any
    status: int = 200


@pytest.fixture
def insights() -> Iterator[Server]:
    server = Server("", [], {})

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.calls.append((self.path, json.loads(body)))
            content = json.dumps(server.answer).encode()
            self.send_response(server.status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True).start()
    server.url = f"http://127.0.0.1:{listener.server_port}"
    yield server
    listener.shutdown()
    listener.server_close()


def response(number: str, status: str = "Queued", id: str = "ATSwpid_1") -> dict[str, Any]:
    return {"phoneNumber": {"number": number}, "status": status, "requestId": id}


def test_a_check_is_begun_by_the_sdks_own_call(insights: Server) -> None:
    insights.answer = {"status": "Processed", "responses": [response("+212612345678")]}
    begun = Insights("sandbox", "key", insights.url).ask(["+212612345678", "+212612345679"])
    assert begun == {"+212612345678": "ATSwpid_1"}
    ((path, asked),) = insights.calls
    assert path == "/v1/sim-swap"
    assert asked == {"username": "sandbox", "phoneNumbers": ["+212612345678", "+212612345679"]}


@pytest.mark.parametrize(
    "answer",
    [
        {}, [], None, "", {"responses": None}, {"responses": [None, {}, {"phoneNumber": "x"}]},
        {"responses": [response("+212612345678", "Failed")]},
        {"responses": [response("+212612345678", id="")]},
        {"responses": [response("+212699999999")]},
    ],
)  # fmt: skip
def test_an_answer_that_begins_nothing_is_read_as_such(insights: Server, answer: object) -> None:
    insights.answer = answer
    assert Insights("sandbox", "key", insights.url).ask(["+212612345678"]) == {}


def test_a_refusal_and_a_silence_are_faults(insights: Server) -> None:
    insights.status = 401
    with pytest.raises(Refused):
        Insights("sandbox", "key", insights.url).ask(["+212612345678"])
    with pytest.raises(requests.RequestException):
        Insights("sandbox", "key", "http://127.0.0.1:9").ask(["+212612345678"])


def test_it_stands_beside_the_gateways_address() -> None:
    live = Insights("lite", "key", "https://api.africastalking.com")
    assert live._make_url("/sim-swap") == "https://insights.africastalking.com/v1/sim-swap"


def test_an_answer_posted_as_json_is_read_at_the_gate(house: House, owner: Phone) -> None:
    runs(house, Operators())
    body = json.dumps(
        {"status": "Swapped", "lastSimSwapDate": "27-11-2026", "requestId": f"check-{FR_THIRTY}"}
    )
    assert posted(house, body) == 200
    assert len(house.store.sql.all("select * from sim_changes")) == 1
    for nonsense in ("[]", "{", "[" * 100_000, "null"):
        assert posted(house, nonsense) == 200


def posted(house: House, body: str) -> int:
    from werkzeug.test import Client

    return Client(house.wsgi).post(
        "/at/secret/sim", data=body, content_type="application/json"
    ).status_code  # fmt: skip
