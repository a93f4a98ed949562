"""A registry of the SPDCI standard: what it is asked, what is believed of its answers, what becomes
of its rows."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lite.upstream import fund as open_fund
from lite.upstream.port import (
    Batch,
    Benefit,
    Change,
    Denied,
    Found,
    Fund,
    FundDown,
    Insured,
    NotFound,
    Payment,
    PersonKey,
    Quarantined,
    Record,
    Refused,
    Request,
    Right,
    RightStatus,
    Unavailable,
)
from lite.upstream.spdci_signed import signed_text
from tests.upstream.spdci_server import (
    PASSWORD,
    Spdci,
    beneficiary,
    cash,
    member,
    moment,
    paid,
    sound,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AMINA, OMAR = PersonKey("cnss", "CNSS0001"), PersonKey("cnss", "CNSS0002")


@pytest.fixture
def server() -> Iterator[Spdci]:
    with Spdci() as made:
        yield made
        assert not made.broken, made.broken


def opened(server: Spdci, **options: object) -> Fund:
    return open_fund("cnss", server.url(**options), lambda: NOW)


def pulled(fund: Fund) -> tuple[list[Change], list[Quarantined], Batch]:
    pull = fund.pull(None, "full")
    pages = list(pull)
    changes = [change for page in pages for change in page.changes]
    return changes, [row for page in pages for row in page.quarantined], pull.end


def records(fund: Fund) -> list[Record]:
    return [change.record for change in pulled(fund)[0] if change.record]


def of(kind: type, found: list[Record]) -> list[Any]:
    return [record for record in found if isinstance(record, kind)]


def test_people_come_once_and_families_hold_together(server: Spdci) -> None:
    people = {one.key.value: one for one in of(Insured, records(opened(server)))}
    assert sorted(people) == ["CNSS0001", "CNSS0002", "CNSS0003", "CNSS0004", "CNSS0009"]
    assert people["CNSS0001"].name == "Amina Benali" and people["CNSS0001"].birth == "1985-03-02"
    child, head = people["CNSS0009"], people["CNSS0003"]
    assert (child.role, head.role) == ("dependant", "head")
    assert child.family == head.family == "HS0205202401"
    assert people["CNSS0002"].family == "CNSS0002"


def test_what_was_granted_is_not_what_was_paid(server: Spdci) -> None:
    found = records(opened(server))
    given = {(one.insured.value, one.period): one for one in of(Benefit, found)}
    told = {key: (one.type, one.amount, one.currency, one.status) for key, one in given.items()}
    assert told == {
        ("CNSS0001", "2026-09"): ("family_allowance", 60000, "MAD", "paid"),
        ("CNSS0001", "2026-10"): ("family_allowance", 60000, "MAD", "returned"),
        ("CNSS0002", "2026-10"): ("pension", 315050, "MAD", "paid"),
        ("CNSS0003", "2026-10"): ("family_allowance", 60000, "MAD", "granted"),
    }
    sent = {(one.insured.value, one.executed_on): one for one in of(Payment, found)}
    assert sorted(sent) == [("CNSS0001", "2026-09-07"), ("CNSS0002", "2026-10-02")]
    assert sent["CNSS0001", "2026-09-07"].benefit == given["CNSS0001", "2026-09"].number


def test_an_enrolment_is_a_right_only_to_care(server: Spdci) -> None:
    rights = of(Right, records(opened(server)))
    assert {(one.insured.value, one.scheme, one.status, one.since) for one in rights} == {
        ("CNSS0001", "AMO-T", RightStatus.OPEN, "2024-04-12"),
        ("CNSS0004", "AMO-T", RightStatus.SUSPENDED, "2024-04-12"),
    }


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("Active", RightStatus.OPEN), ("3", RightStatus.CLOSED), ("Graduated", RightStatus.CLOSED),
        ("Deceased", RightStatus.CLOSED), ("4", RightStatus.SUSPENDED),
        ("7", RightStatus.UNKNOWN), ("", RightStatus.UNKNOWN),
        ("spdci:EnrollmentStatusEnum:1", RightStatus.OPEN),
    ],
)  # fmt: skip
def test_an_unmapped_standing_is_unknown_and_kept(
    server: Spdci, told: str, status: RightStatus
) -> None:
    server.rows = [beneficiary(member("1", "A B", "1990-01-01"), "X", "9", enrolment_status=told)]
    (right,) = of(Right, records(opened(server)))
    assert (right.status, right.raw) == (status, told)


FLAT = {
    "@type": "Person", "identifier": {"identifier_type": "UIN", "identifier_value": "847951632"},
    "name": {"surname": "Phumchai", "given_name": "Sudarat", "second_name": ""},
    "household_status": "", "birth_date": "1995-09-21T11:20:00", "household_identifier": "H7",
    "programme_name": "", "programme_identifier": "P1", "registration_date": "2022-09-21T11:20:00",
    "enrolment_date": "2022-10-21T11:20:00", "enrolment_status": "3", "benefit_type": "1",
    "benefit_date": "2022-11-01T00:00:00", "benefit_value": "USD 50", "payment_charges": "",
    "payment_credit_date": "2022-11-03T00:00:00", "payment_credit_amount": "USD 49.50",
    "payment_status": "1",
}  # fmt: skip


def test_the_flat_person_of_the_first_release_is_read_too(server: Spdci) -> None:
    server.rows = [FLAT]
    person, benefit, payment = records(opened(server))
    assert isinstance(person, Insured) and person.name == "Sudarat Phumchai"
    assert person.family == "H7"
    assert isinstance(benefit, Benefit) and (benefit.amount, benefit.currency) == (5000, "USD")
    assert benefit.type == "other"  # nothing says what the programme is for
    assert isinstance(payment, Payment) and payment.amount == 4950


def test_what_is_given_in_kind_is_no_money(server: Spdci) -> None:
    rice = {"benefit_type": "3", "benefit_date": "2026-10-01", "benefit_value": "50"}
    server.rows = [beneficiary(member("1", "A B", "1990-01-01"), "X", "5", benefits=[rice])]
    assert [type(one) for one in records(opened(server))] == [Insured]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda row: row.pop("member"), "no number"),
        (lambda row: row["member"]["demographic_info"]["person"].update(birth_date="02.05.2004"),
         "a date cannot be read"),
        (lambda row: row["member"]["demographic_info"]["person"].pop("name"), "without a name"),
        (lambda row: row["member"]["demographic_info"]["person"].update(birth_date="2027-01-01"),
         "not born yet"),
        (lambda row: row["member"]["demographic_info"]["person"]["identifier"].append(
            {"identifier_type": "UIN", "identifier_value": "9"}), "two numbers"),
        (lambda row: row.update(programme_identifier=[{}]), "without an identifier"),
        (lambda row: row["programme_identifier"][0].update(
            benefits=[cash("2026-10-01", "fifty")]), "an amount cannot be read"),
        (lambda row: row["programme_identifier"][0].update(
            benefits=[cash("2026-10-01", "USD 50 MAD")]), "an amount cannot be read"),
        (lambda row: row["programme_identifier"][0].update(
            benefits=[cash("2026-10-01", "50", **paid("2027-01-01", "50"))]), "a day to come"),
        (lambda row: row.update(programme_identifier=[{"programme_identifier": "A"},
                                                      {"programme_identifier": "B"}],
                                benefits=[cash("2026-10-01", "50")]), "which gave what"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_set_aside_whole(server: Spdci, spoil: Any, why: str) -> None:
    spoil(server.rows[2])
    changes, quarantined, batch = pulled(opened(server))
    assert len(quarantined) == 1 and why in quarantined[0].reason
    assert batch.partial and not batch.complete and batch.isolated
    people = {one.key for one in of(Insured, [c.record for c in changes if c.record])}
    assert AMINA in people and OMAR not in people


def test_two_people_under_one_number_are_not_mixed(server: Spdci) -> None:
    server.rows[1]["member"] = member("CNSS0001", "Autre Personne", "1999-09-09")
    changes, quarantined, batch = pulled(opened(server))
    assert [row.reason for row in quarantined] == ["another row bears the same number"]
    assert AMINA not in {one.insured for one in of(Right, [c.record for c in changes if c.record])}
    assert not batch.complete


def test_phones_count_only_when_they_were_deposited_in_person(server: Spdci) -> None:
    server.rows = [beneficiary(member("1", "A B", "1990-01-01"), "X", "9")]
    person = server.rows[0]["member"]["demographic_info"]["person"]
    person["phone_number"] = "+212 612 345 678"
    assert of(Insured, records(opened(server)))[0].phones == ()
    assert of(Insured, records(opened(server, phones="deposited")))[0].phones == ("+212612345678",)


def test_what_is_asked_says_who_asks_and_is_as_the_standard_has_it(server: Spdci) -> None:
    pulled(opened(server))
    asked = server.asked[0]
    assert asked["header"]["sender_id"] == "lite.example"
    assert asked["header"]["receiver_id"] == "ibr.example"
    assert len({one["header"]["message_id"] for one in server.asked}) == len(server.asked)
    assert server.logins == 1
    assert not server.broken  # every question was held against the schemas


def test_the_schemas_themselves_refuse_what_the_standard_does() -> None:
    with pytest.raises(Exception, match="is a required property"):
        one = {"timestamp": moment()}
        sound("search_request", {"transaction_id": "1", "search_request": [one]})


def test_a_token_that_grew_old_is_renewed_once(server: Spdci) -> None:
    server.tokens = 1
    assert pulled(opened(server))[2].complete
    assert server.logins == len(server.asked) > 1


def test_a_token_may_stand_in_a_file(server: Spdci, tmp_path: Path) -> None:
    path, server.logins, server._left = tmp_path / "token", 7, 100
    path.write_text("token-6\n")
    url = re.sub(r"//.*@", "//", server.url(token=path)).replace("login=oauth2/token&", "")
    fund = open_fund("cnss", url, lambda: NOW)
    with pytest.raises(FundDown) as down:
        pulled(fund)
    assert "who we are" in down.value.reason
    path.write_text("token-7\n")
    assert pulled(fund)[2].complete


def test_a_wrong_password_is_told_and_never_shown(server: Spdci) -> None:
    fund = open_fund("cnss", server.url().replace(PASSWORD, "wrong-word"), lambda: NOW)
    with pytest.raises(FundDown) as down:
        pulled(fund)
    assert "refuses our login" in down.value.reason and "wrong-word" not in down.value.reason


@pytest.mark.parametrize("option", ["page=0", "page=9999", "patience=x", "timeout=x", "key=/none"])
def test_an_option_that_makes_no_sense_is_told_at_once(server: Spdci, option: str) -> None:
    with pytest.raises(ValueError, match=option.partition("=")[0]):
        open_fund("cnss", f"{server.url()}&{option}", lambda: NOW)
    with pytest.raises(ValueError, match="login="):
        open_fund("cnss", "spdci+https://user:word@host/", lambda: NOW)


def test_a_message_is_signed_over_its_header_and_itself(server: Spdci, tmp_path: Path) -> None:
    key, path = Ed25519PrivateKey.generate(), tmp_path / "key.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    pulled(opened(server, key=path, kid="k1"))
    asked = server.asked[0]
    told = dict(re.findall(r'(\w+)="([^"]*)"', asked["signature"]))
    assert told["kidId"] == "lite.example|k1|ed25519" and told["algorithm"] == "ed25519"
    begins, ends = int(told["created"]), int(told["expires"])
    assert begins == int(NOW.timestamp()) < ends
    signature = base64.b64decode(told["signature"])
    public = key.public_key()
    public.verify(signature, signed_text(asked["header"], asked["message"], begins, ends))
    other = {**asked["message"], "transaction_id": "another"}
    with pytest.raises(Exception):  # noqa: B017
        public.verify(signature, signed_text(asked["header"], other, begins, ends))


def test_a_key_of_another_kind_is_refused_at_once(server: Spdci, tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    told = X25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    path.write_bytes(told)
    with pytest.raises(ValueError, match="no Ed25519 key"):
        opened(server, key=path)


@pytest.mark.parametrize("acknowledges", [False, True])
def test_an_answer_that_is_only_announced_is_waited_for(server: Spdci, acknowledges: bool) -> None:
    server.slow, server.acknowledges = 2, acknowledges
    server.rows = server.rows[:1]
    changes, _, batch = pulled(opened(server))
    assert changes and batch.complete
    assert [one["header"]["action"] for one in server.asked[:3]] == [
        "search", "txn-status", "txn-status"]  # fmt: skip


def test_an_answer_that_never_comes_is_a_fund_that_is_down(server: Spdci) -> None:
    server.slow = 1000
    with pytest.raises(FundDown) as down:
        pulled(opened(server, patience=0))
    assert "does not answer" in down.value.reason


def _header(**parts: object) -> Any:
    return lambda told: told["header"].update(parts) or told


def _message(**parts: object) -> Any:
    return lambda told: told["message"].update(parts) or told


def _part(**parts: object) -> Any:
    return lambda told: told["message"]["search_response"][0].update(parts) or told


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda told: {}, "no message"),
        (lambda told: {"message": told["message"]}, "not of the kind"),
        (lambda told: {**told, "message": "hello"}, "no message"),
        (_header(action="on-subscribe"), "not of the kind"),
        (_header(is_msg_encrypted=True), "encrypted"),
        (_header(receiver_id="another.example"), "for another"),
        (_header(sender_id="impostor.example"), "from another"),
        (_header(status="rjct", status_reason_code="rjct.version.invalid"), "rjct.version.invalid"),
        (_message(transaction_id="another"), "another question"),
        (_part(reference_id="another"), "another question"),
        (_part(status="done"), "in no table"),
        (_part(data=None), "no records"),
        (_part(data={"reg_records": "all"}), "no records"),
        (_part(status="rjct", status_reason_code="rjct.search_criteria.invalid"),
         "rjct.search_criteria.invalid"),
        (_part(status="rjct", status_reason_code="CNSS0001 Amina Benali"), "refused: no code"),
        (lambda told: {"message": {"ack_status": "ERR", "timestamp": moment(),
                                   "correlation_id": "1",
                                   "error": {"code": "err.signature.missing",
                                             "message": "Amina Benali"}}},
         "err.signature.missing"),
        (lambda told: [], "not a resource"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_one_is_a_fund_that_is_down(
    server: Spdci, change: Any, why: str
) -> None:
    server.change = change
    fund = opened(server)
    with pytest.raises(FundDown) as down:
        pulled(fund)
    assert why in down.value.reason and "Amina" not in down.value.reason
    assert isinstance(fund.lookup(AMINA), Unavailable | Denied)


def test_a_page_of_html_is_told(server: Spdci) -> None:
    def portal(http: Any) -> bool:
        body = b"<!DOCTYPE html><title>Portail</title>"
        http.send_response(200)
        http.send_header("Content-Type", "text/html")
        http.send_header("Content-Length", str(len(body)))
        http.end_headers()
        http.wfile.write(body)
        return True

    server.fault = portal
    fund = opened(server)
    with pytest.raises(FundDown) as down:
        pulled(fund)
    assert "a page instead of data" in down.value.reason
    assert not fund.health().reachable


@pytest.mark.parametrize("total", [True, False])
def test_pages_smaller_than_asked_lose_nobody(server: Spdci, total: bool) -> None:
    server.largest, server.total = 2, total
    changes, _, batch = pulled(opened(server, page=100))
    assert batch.complete
    assert len({c.key for c in changes if c.kind == "insured"}) == 5


def test_a_registry_that_shows_the_same_page_for_ever_deletes_nobody(server: Spdci) -> None:
    server.total = False
    server.rows = server.rows[:2]

    def first(told: dict[str, Any]) -> dict[str, Any]:
        held = told["message"]["search_response"][0]["data"]
        held["reg_records"] = held["reg_records"] or json.loads(json.dumps(server.rows))
        return told

    server.change = first
    _, quarantined, batch = pulled(opened(server))
    assert [row.reason for row in quarantined] == ["the same page comes again and again"]
    assert batch.partial and not batch.complete and not batch.isolated


def test_pages_that_come_again_in_another_order_end(server: Spdci) -> None:
    held = json.loads(json.dumps(server.rows))

    def turned(told: dict[str, Any]) -> dict[str, Any]:
        held.append(held.pop(0))
        told["message"]["search_response"][0]["data"]["reg_records"] = held
        return told

    server.total, server.change = False, turned
    changes, quarantined, batch = pulled(opened(server))
    assert quarantined[-1].reason == "its pages go round in circles"
    assert len({c.key for c in changes if c.kind == "insured"}) == 5
    assert batch.partial and not batch.complete and not batch.isolated


def test_rows_that_cannot_be_read_are_told_page_by_page(server: Spdci) -> None:
    server.rows = [{"registration_date": f"2024-04-01T00:00:{number % 60:02}Z", "row": number}
                   for number in range(450)]  # fmt: skip
    pages = list(opened(server, page=100).pull(None, "full"))
    assert [len(page.quarantined) for page in pages] == [200, 200, 50]


def test_a_payment_of_their_day_is_read_before_our_day_begins(server: Spdci) -> None:
    row = beneficiary(member("1", "A B", "1990-01-01"), "X", "9", benefits=[
        cash("2026-11-23", "600", **paid("2026-11-23", "600"))])  # fmt: skip
    server.rows = [row]
    assert [one.executed_on for one in of(Payment, records(opened(server)))] == ["2026-11-23"]


def test_rows_that_move_between_pages_delete_nobody(server: Spdci) -> None:
    def gone(told: dict[str, Any]) -> dict[str, Any]:
        if told["message"]["search_response"][0]["pagination"]["page_number"] == 1:
            del server.rows[0]
        return told

    server.change = gone
    _, _, batch = pulled(opened(server))
    assert batch.partial and not batch.complete


@pytest.mark.parametrize("total", [0, 2, 3])
def test_a_total_that_is_that_of_a_page_ends_nothing(server: Spdci, total: int) -> None:
    def counted(told: dict[str, Any]) -> dict[str, Any]:
        told["message"]["search_response"][0]["pagination"]["total_count"] = total
        return told

    server.change = counted
    changes, _, batch = pulled(opened(server))
    assert batch.complete and len({c.key for c in changes if c.kind == "insured"}) == 5


def test_a_page_after_the_last_may_be_refused(server: Spdci) -> None:
    def past(told: dict[str, Any]) -> dict[str, Any]:
        part = told["message"]["search_response"][0]
        if not part["data"]["reg_records"]:
            part.update(status="rjct", status_reason_code="rjct.pagination.invalid")
            del part["data"]
        return told

    server.change = past
    assert pulled(opened(server))[2].complete
    server.total = False
    assert not pulled(opened(server))[2].complete  # nobody said that it was the last


def test_a_registry_that_counts_more_than_it_shows_is_not_complete(server: Spdci) -> None:
    def more(told: dict[str, Any]) -> dict[str, Any]:
        told["message"]["search_response"][0]["pagination"]["total_count"] = 1000
        return told

    server.change = more
    assert not pulled(opened(server))[2].complete


def test_a_registry_that_ignores_the_question_shows_nobody_else(server: Spdci) -> None:
    def everyone(told: dict[str, Any]) -> dict[str, Any]:
        part = told["message"]["search_response"][0]
        first = part["pagination"]["page_number"] == 1
        part["data"]["reg_records"] = json.loads(json.dumps(server.rows)) if first else []
        part["pagination"]["total_count"] = len(server.rows)
        return told

    server.change = everyone
    answer = opened(server).lookup(OMAR)
    assert isinstance(answer, Found)
    assert {getattr(one, "insured", OMAR) for one in answer.records} == {OMAR}
    assert isinstance(opened(server).lookup(PersonKey("cnss", "CNSS7777")), NotFound)
    assert isinstance(opened(server).lookup(PersonKey("cnops", OMAR.value)), NotFound)


def test_what_it_cannot_do_is_said(server: Spdci) -> None:
    fund = opened(server)
    can = fund.capabilities()
    assert (can.kind, can.deltas, can.submit, can.tombstones) == ("spdci", "none", False, False)
    assert isinstance(fund.submit(Request("k1", "callback", AMINA)), Refused)


def test_its_health_is_asked_without_anybodys_name(server: Spdci) -> None:
    fund = opened(server)
    assert fund.health().reachable
    assert server.asked[-1]["message"]["search_request"][0]["search_criteria"]["query"] == {
        "type": "UIN", "value": "0"}  # fmt: skip
    server.slow = 1000  # an answer that is only announced is one
    assert fund.health().reachable
    server.be("down")
    assert not fund.health().reachable


def test_a_registry_that_is_down_says_so(server: Spdci) -> None:
    server.be("down")
    fund = opened(server)
    assert isinstance(fund.lookup(AMINA), Unavailable)
    with pytest.raises(FundDown):
        pulled(fund)
