"""A beneficiary registry of the SPDCI standard on a real socket, strict about what it is asked.

    with Spdci() as server:
        server.rows[3] = {...}          # its people
        server.change = spoil           # each answer, before it is sent
        server.url()                    # spdci+http://lite:word@127.0.0.1:…/ns/v1.0.0/?…

What it is asked and what it answers are held against the standard's schemas; `broken` lists what
was not as it should be. It honours the two kinds of search that are spoken here, sorting, pages,
and answers that are only announced.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import jsonschema

from tests.upstream.listening import Listening
from tests.upstream.openimis_server import send

SCHEMAS = json.loads((Path(__file__).parent / "data" / "spdci_schemas.json").read_text())
ROOT = "/ns/v1.0.0/"
USER, PASSWORD = "lite", "s3cret-word"
Json = dict[str, Any]


def sound(name: str, value: object) -> None:
    """Raises jsonschema's ValidationError when a part is not as the standard has it."""
    _validator(name).validate(value)


@cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    schema = {"$ref": f"#/$defs/{name}", "$defs": SCHEMAS["$defs"]}
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


def member(number: str, name: str, born: str, **more: object) -> Json:
    given, _, surname = name.partition(" ")
    person = {"identifier": [{"identifier_type": "UIN", "identifier_value": number}],
              "name": {"given_name": given, "second_name": "", "surname": surname},
              "sex": "female", "birth_date": f"{born}T00:00:00", "phone_number": ""}  # fmt: skip
    held = [{"identifier_type": "UIN", "identifier_value": number}]
    return {"member_identifier": held, "demographic_info": {"person": person}, **more}


def beneficiary(who: Json, programme: str, function: str, **enrolment: object) -> Json:
    named = {"programme_identifier": programme, "programme_name": f"Programme {programme}",
             "social_protection_functions": [function]}  # fmt: skip
    told = {"programme": named, "enrolment_date": "2024-04-12T00:00:00Z", "enrolment_status": "1"}
    return {"@type": "Beneficiary", "assistance_unit": "1", "member": who,
            "registration_date": "2024-04-01T00:00:00Z",
            "programme_identifier": [told | enrolment]}  # fmt: skip


def cash(day: str, value: object, **payment: object) -> Json:
    return {"benefit_type": "1", "benefit_date": f"{day}T00:00:00Z", "benefit_value": value,
            **payment}  # fmt: skip


def paid(day: str, amount: str, status: str = "1") -> Json:
    return {"payment_credit_date": f"{day}T00:00:00Z", "payment_credit_amount": amount,
            "payment_status": status}  # fmt: skip


def people() -> list[Json]:
    """Five rows about four adults and a child: two of the rows are about one woman."""
    amina = member("CNSS0001", "Amina Benali", "1985-03-02")
    child = {"household_member": member("CNSS0009", "Sara Idrissi", "2015-09-21",
                                        relationship_head="daughter")}  # fmt: skip
    head = member("CNSS0003", "Fatima Idrissi", "1979-12-01", relationship_head="self")
    group = {"group_identifier": "HS0205202401", "group_head_info": head, "member_list": [
        {"household_member": head}, child]}  # fmt: skip
    household = beneficiary(head, "ALLOC", "Family", benefits=[cash("2026-10-05", "600.00")])
    household = {"group": group, **{k: v for k, v in household.items() if k != "member"}}
    return [
        beneficiary(amina, "ALLOC", "5", benefits=[
            cash("2026-09-05", "MAD 600", **paid("2026-09-07", "600.00")),
            cash("2026-10-05", "600", **paid("2026-10-08", "600", "2"))]),
        beneficiary(amina, "AMO-T", "9"),
        beneficiary(member("CNSS0002", "Omar Tazi", "1950-01-01"), "RETRAITE", "1", benefits=[
            cash("2026-10-01", {"amount": "3150.50", "currency": "MAD"},
                 **paid("2026-10-02", "3150.50"))]),
        household,
        beneficiary(member("CNSS0004", "Driss Alami", "1990-06-15"), "AMO-T", "9",
                    enrolment_status="4"),
    ]  # fmt: skip


class Spdci(Listening):
    """The registry. `asked` are the messages it was sent, in order; `change` alters each answer;
    `slow` is how many looks an announced answer takes; `fault` answers in its place."""

    def __init__(self, rows: list[Json] | None = None) -> None:
        self.rows = people() if rows is None else rows
        self.asked: list[Json] = []
        self.broken: list[str] = []
        self.change: Callable[[Json], Any] | None = None
        self.fault: Callable[[BaseHTTPRequestHandler], bool] | None = None
        self.largest, self.total, self.slow, self.tokens = 1000, True, 0, 1_000_000
        self.acknowledges = False
        self.logins, self._left, self._waiting = 0, 0, dict[str, list[Any]]()

    def url(self, **options: object) -> str:
        told = {"scheme": "cnss", "login": "oauth2/token", "sender": "lite.example",
                "receiver": "ibr.example", "page": 3, **options}  # fmt: skip
        query = "&".join(f"{name}={value}" for name, value in told.items())
        return f"spdci+http://{USER}:{PASSWORD}@127.0.0.1:{self.port}{ROOT}?{query}"

    def be(self, mood: str) -> None:
        """ok; down: no answer; wrong: one row in three lacks what makes it one; partial: the rows
        after the first page are refused."""
        counter = count()

        def gone(http: BaseHTTPRequestHandler) -> bool:
            http.close_connection = True
            return True

        def spoil(told: Json) -> Json:
            for one in told["message"].get("search_response", ()):
                for row in one.get("data", {}).get("reg_records", ()):
                    if next(counter) % 3 == 0:
                        row.pop("member", None), row.pop("group", None)
            return told

        self.fault = gone if mood == "down" else None
        self.change = spoil if mood == "wrong" else refuse_later if mood == "partial" else None

    def answer(self, http: BaseHTTPRequestHandler) -> None:
        body = http.rfile.read(int(http.headers.get("Content-Length") or 0))
        if self.fault and self.fault(http):
            return
        status, told = self._answered(http, body)
        send(http, status, json.dumps(told).encode())

    def _answered(self, http: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any]:
        path = http.path.removeprefix(ROOT)
        if path == "oauth2/token":
            return self._login(http, body)
        self._left -= 1
        if http.headers["Authorization"] != f"Bearer token-{self.logins}" or self._left < 0:
            return 401, {"errors": [{"code": "401", "message": "who are you?"}]}
        told = json.loads(body)
        self.asked.append(told)
        made = {"registry/sync/search": self._searched, "registry/sync/txn/status": self._status}
        if path not in made:
            return 404, {"errors": [{"code": "404", "message": "no such place"}]}
        answer = made[path](told)
        return 200, self.change(answer) if self.change else answer

    def _login(self, http: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any]:
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if (http.headers["Authorization"], body) != (
            f"Basic {pair}", b"grant_type=client_credentials"):  # fmt: skip
            return 401, {"error": "invalid_client"}
        self.logins, self._left = self.logins + 1, self.tokens
        return 200, {"access_token": f"token-{self.logins}", "token_type": "Bearer"}

    def _searched(self, told: Json) -> Json:
        self._sound("header", told["header"])
        self._sound("search_request", told["message"])
        message, one = told["message"], told["message"]["search_request"][0]
        if self.slow or self.acknowledges:
            self._waiting[message["transaction_id"]] = [max(1, self.slow), one]
            if self.acknowledges:
                return self._tell("acknowledgement", {
                    "ack_status": "ACK", "timestamp": moment(), "correlation_id": uuid4().hex,
                })  # fmt: skip
            return self._headed("on-search", self._response(message, announced(one)))
        return self._headed("on-search", self._response(message, self._page(one)))

    def _status(self, told: Json) -> Json:
        self._sound("header", told["header"])
        self._sound("txnstatus_request", told["message"])
        message = told["message"]
        waiting = self._waiting[message["txnstatus_request"]["attribute_value"]]
        waiting[0] -= 1
        part = announced(waiting[1]) if waiting[0] > 0 else self._page(waiting[1])
        inner = self._response(message, part)
        body = {"transaction_id": message["transaction_id"], "correlation_id": uuid4().hex,
                "txnstatus_response": {"txn_type": "search", "txn_status": inner}}  # fmt: skip
        self._sound("txnstatus_response", body)
        return self._headed("txn-on-status", body)

    def _page(self, one: Json) -> Json:
        asked = one["search_criteria"]
        found = [row for row in self.rows if matches(row, asked)]
        size = min(asked["pagination"]["page_size"], self.largest)
        number = asked["pagination"].get("page_number", 1)
        held = json.loads(json.dumps(found[(number - 1) * size : number * size]))
        part = {"reference_id": one["reference_id"], "timestamp": moment(), "status": "succ",
                "data": {"version": "1.0.0", "reg_records": held}}  # fmt: skip
        if self.total:
            part["pagination"] = {"page_size": size, "page_number": number,
                                  "total_count": len(found)}  # fmt: skip
        return part

    def _response(self, message: Json, part: Json) -> Json:
        told = {"transaction_id": message["transaction_id"], "correlation_id": uuid4().hex,
                "search_response": [part]}  # fmt: skip
        self._sound("search_response", told)
        return told

    def _headed(self, action: str, message: Json) -> Json:
        header = {"version": "1.0.0", "message_id": uuid4().hex, "message_ts": moment(),
                  "action": action, "status": "succ", "total_count": 1, "completed_count": 1,
                  "sender_id": "ibr.example", "receiver_id": "lite.example",
                  "is_msg_encrypted": False}  # fmt: skip
        self._sound("callback_header", header)
        return {"header": header, "message": message}

    def _tell(self, name: str, message: Json) -> Json:
        self._sound(name, message)
        return {"message": message}

    def _sound(self, name: str, value: object) -> None:
        try:
            sound(name, value)
        except jsonschema.ValidationError as error:
            self.broken.append(f"{name}: {error.message}")


def refuse_later(told: Json) -> Json:
    """Pages after the first are too many."""
    for one in told["message"].get("search_response", ()):
        if one.get("pagination", {}).get("page_number", 1) > 1:
            one.update(status="rjct", status_reason_code="rjct.search.too_many_records_found")
            one.pop("data")
    return told


def announced(one: Json) -> Json:
    return {"reference_id": one["reference_id"], "timestamp": moment(), "status": "pdng"}


def matches(row: Json, asked: Json) -> bool:
    if asked["query_type"] == "idtype-value":
        return f'"{asked["query"]["value"]}"' in json.dumps(row)
    (only,) = asked["query"]
    told = only["expression1"]
    assert told["operator"] == "ge" and asked["sort"][0]["sort_order"] == "asc"
    return bool(row.get(told["attribute_name"], "") >= told["attribute_value"])


def moment() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
