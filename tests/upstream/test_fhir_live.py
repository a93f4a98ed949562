"""FHIR R4 as it is published: an engine and people that nobody here made."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from lite.upstream import fund as open_fund
from lite.upstream.port import (
    Batch,
    Dossier,
    DossierStatus,
    Found,
    Insured,
    Payment,
    PersonKey,
    Receipt,
    Record,
    Refused,
    Request,
    RequestState,
    Right,
    RightStatus,
)
from tests.upstream.fhir_world import KEYS, Front, engine, forget, officer
from tests.upstream.openimis_house import Commands

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LAURA, MARKUS = "7308956", "1303913"  # their medical record numbers


@pytest.fixture
def front() -> Iterator[Front]:
    forget("Task", "DocumentReference", "Group", "ClaimResponse")
    with Front() as made:
        yield made
    forget("Task", "DocumentReference", "Group", "ClaimResponse")


def read(
    url: str, since: str | None = None, now: datetime = NOW
) -> tuple[list[Record], Batch]:  # fmt: skip
    pull = open_fund("cnss", url, lambda: now).pull(since, "delta" if since else "full")
    changes = [change for page in pull for change in page.changes]
    return [change.record for change in changes if change.record], pull.end


def id_of(number: str) -> str:
    found = requests.get(f"{engine()}Patient", {"identifier": number}, timeout=30).json()
    return str(found["entry"][0]["resource"]["id"])


def create(row: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = requests.post(
        f"{engine()}{row['resourceType']}", json=row, timeout=30
    ).json()
    return made


def family(*numbers: str) -> None:
    members = [{"entity": {"reference": f"Patient/{id_of(number)}"}} for number in numbers]
    create({"resourceType": "Group", "type": "person", "actual": True, "member": members})


def test_everything_comes_through_the_pages(front: Front, tmp_path: Path) -> None:
    lite = Commands(tmp_path, f"cnss={front.url()}")
    assert lite.pull() == 0
    told = lite.export("cnss", LAURA)
    assert told["insured"]["name"] == "Laura Merino"
    assert len(told["dossiers"]) == 93 and len(told["rights"]) == 5
    assert {row["currency"] for row in told["dossiers"]} == {"USD"}
    one = next(row for row in told["dossiers"] if row["submitted_on"] == "1974-01-26")
    assert (one["claimed"], one["approved"], one["paid"]) == (12_500, 10_000, None)
    assert one["status"] == "approved" and one["since"] == "1974-01-26"
    assert sum("_offset" in path for path in front.paths) == 6


def test_rights_are_the_persons_own(front: Front) -> None:
    rights = [one for one in read(front.url())[0] if isinstance(one, Right)]
    assert sum(one.status is RightStatus.OPEN for one in rights) == 5
    assert all(one.raw == "active" for one in rights if one.status is RightStatus.OPEN)


@pytest.mark.parametrize("option,number", [
    ("?system=http://hl7.org/fhir/sid/us-ssn", "999-77-5373"),
    ("?scheme=amo", LAURA),
])  # fmt: skip
def test_the_number_is_the_one_that_was_configured(
    front: Front, option: str, number: str
) -> None:
    fund = open_fund("cnss", front.url(option), lambda: NOW)
    scheme = "amo" if "amo" in option else "cnss"
    told = fund.lookup(PersonKey(scheme, number))
    assert isinstance(told, Found)
    assert next(one for one in told.records if isinstance(one, Insured)).name == "Laura Merino"


def test_a_group_makes_a_family_whose_first_member_is_its_head(front: Front) -> None:
    family(LAURA, MARKUS)
    people = {one.key.value: one for one in read(front.url())[0] if isinstance(one, Insured)}
    assert people[LAURA].family == people[MARKUS].family
    assert (people[LAURA].role, people[MARKUS].role) == ("head", "dependant")
    told = open_fund("cnss", front.url(), lambda: NOW).lookup(PersonKey("cnss", MARKUS))
    assert isinstance(told, Found) and people[MARKUS] in told.records


def answered(number: str, **more: Any) -> str:
    """A claim that the fund has answered so: its id."""
    claim = create({
        "resourceType": "Claim", "status": "active", "use": "preauthorization",
        "identifier": [{"value": f"D-{number}"}], "created": "2026-11-01",
        "patient": {"reference": f"Patient/{id_of(LAURA)}"},
        "total": {"value": 100.5, "currency": "MAD"},
    })  # fmt: skip
    create({
        "resourceType": "ClaimResponse", "status": "active", "created": "2026-11-02",
        "patient": claim["patient"], "request": {"reference": f"Claim/{claim['id']}"}, **more,
    })  # fmt: skip
    return str(claim["id"])


def amount(value: object, category: str = "benefit") -> dict[str, Any]:
    return {
        "category": {"coding": [{"code": category}]},
        "amount": {"value": value, "currency": "MAD"},
    }


ANSWERS: dict[str, tuple[dict[str, Any], DossierStatus, int | None, int | None]] = {
    "queued": ({"outcome": "queued"}, DossierStatus.RECEIVED, None, None),
    "partial": ({"outcome": "partial"}, DossierStatus.IN_REVIEW, None, None),
    "error": ({"outcome": "error"}, DossierStatus.UNKNOWN, None, None),
    "complete without an amount": ({"outcome": "complete"}, DossierStatus.UNKNOWN, None, None),
    "complete": (
        {"outcome": "complete", "total": [amount(80.25)]}, DossierStatus.APPROVED, 8025, None,
    ),
    "a line without a benefit": (
        {"outcome": "complete", "item": [
            {"itemSequence": 1, "adjudication": [amount(80)]},
            {"itemSequence": 2, "adjudication": [amount(0)]},
        ]}, DossierStatus.PARTLY_APPROVED, 8000, None,
    ),
    "paid": (
        {"outcome": "complete", "total": [amount(80.25)],
         "payment": {"type": {"text": "x"}, "date": "2026-11-20", "identifier": {"value": "P1"},
                     "amount": {"value": 80.25, "currency": "MAD"}}},
        DossierStatus.PAID, 8025, 8025,
    ),
    "to be paid": (
        {"outcome": "complete", "total": [amount(80.25)],
         "payment": {"type": {"text": "x"}, "date": "2026-12-20",
                     "amount": {"value": 80.25, "currency": "MAD"}}},
        DossierStatus.APPROVED, 8025, None,
    ),
    "a payment without a day": (
        {"outcome": "complete", "total": [amount(80.25)],
         "payment": {"type": {"text": "x"}, "amount": {"value": 80.25, "currency": "MAD"}}},
        DossierStatus.APPROVED, 8025, None,
    ),
}  # fmt: skip


def test_what_was_answered_says_where_a_claim_stands(front: Front) -> None:
    made = [answered(str(place), **answer) for place, (answer, *_) in enumerate(ANSWERS.values())]
    records, _ = read(front.url())
    for id in made:
        requests.delete(f"{engine()}Claim/{id}", timeout=30)
    found = {one.number: one for one in records if isinstance(one, Dossier)}
    for place, (case, (_, status, approved, paid)) in enumerate(ANSWERS.items()):
        one = found[f"D-{place}"]
        assert (one.status, one.approved, one.paid) == (status, approved, paid), case
        assert one.kind == "prise_en_charge" and one.claimed == 10_050
        assert one.submitted_on == "2026-11-01"
    assert [one.number for one in records if isinstance(one, Payment)] == ["P1"]


def test_a_hint_asks_only_for_what_moved(front: Front) -> None:
    later = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)  # the server's is ours
    _, batch = read(front.url(), now=later)
    front.paths.clear()
    records, hint = read(front.url(), batch.cursor, later)
    since = f"{later - timedelta(minutes=5):%Y-%m-%dT%H%%3A%M%%3A%SZ}"
    asked = [path for path in front.paths if f"_lastUpdated=ge{since}" in path]
    assert {path[1:].partition("?")[0] for path in asked} == {
        "Coverage", "Claim", "ExplanationOfBenefit", "ClaimResponse"
    }  # fmt: skip
    assert not hint.complete and all(isinstance(one, Insured) for one in records)


def test_a_bundle_that_counts_more_than_it_shows_is_not_all(front: Front) -> None:
    _, batch = read(front.url())
    assert batch.complete

    def without_links(http: Any) -> bool:
        if not http.path.startswith("/Claim?"):
            return False
        told = requests.get(engine() + http.path[1:], timeout=30).json()
        told.pop("link", None)
        data = json.dumps(told).encode()
        http.send_response(200)
        http.send_header("Content-Type", "application/fhir+json")
        http.send_header("Content-Length", str(len(data)))
        http.end_headers()
        http.wfile.write(data)
        return True

    front.fault = without_links
    _, less = read(front.url())
    assert less.partial and not less.complete


def test_a_request_is_one_task_however_often_it_is_sent(front: Front) -> None:
    fund = open_fund("cnss", front.url(), lambda: NOW)
    asked = Request("K-1", "registration", PersonKey("cnss", LAURA))
    assert fund.submit(asked) == fund.submit(asked) == Receipt("K-1")
    found = requests.get(f"{engine()}Task", {"identifier": f"{KEYS}|K-1"}, timeout=30).json()
    assert found["total"] == 1
    task = found["entry"][0]["resource"]
    assert task["intent"] == "order" and task["for"]["reference"] == f"Patient/{id_of(LAURA)}"


def test_a_receipt_is_only_given_for_a_task_that_can_be_read_again(front: Front) -> None:
    front.mood = "wrong"
    fund = open_fund("cnss", front.url(), lambda: NOW)
    told = fund.submit(Request("K-2", "registration", PersonKey("cnss", LAURA)))
    assert not isinstance(told, Receipt | Refused)


def test_a_paper_about_somebody_else_is_none(front: Front) -> None:
    fund = open_fund("cnss", front.url(), lambda: NOW)
    receipt = fund.submit(Request("K-3", "registration", PersonKey("cnss", LAURA)))
    assert isinstance(receipt, Receipt)
    officer("2026-11-22", "2027-02-20")
    paper = fund.document(receipt)
    assert paper is not None and paper.file == b"%PDF-1.7 a paper"
    assert (paper.issued_on, paper.valid_until) == ("2026-11-22", "2027-02-20")
    found = requests.get(f"{engine()}DocumentReference", timeout=30).json()["entry"][0]["resource"]
    found["subject"] = {"reference": f"Patient/{id_of(MARKUS)}"}
    requests.put(f"{engine()}DocumentReference/{found['id']}", json=found, timeout=30)
    assert fund.document(receipt) is None


@pytest.mark.parametrize("status,state", [
    ("requested", RequestState.QUEUED), ("received", RequestState.ACKNOWLEDGED),
    ("in-progress", RequestState.ACCEPTED), ("rejected", RequestState.REJECTED),
    ("entered-in-error", RequestState.REJECTED),
])  # fmt: skip
def test_how_far_a_task_is(front: Front, status: str, state: RequestState | None) -> None:
    fund = open_fund("cnss", front.url(), lambda: NOW)
    receipt = fund.submit(Request("K-4", "amo", PersonKey("cnss", LAURA)))
    assert isinstance(receipt, Receipt)
    task = requests.get(f"{engine()}Task", timeout=30).json()["entry"][0]["resource"]
    task |= {"status": status, "statusReason": {"coding": [{"code": "no_rights"}]}}
    requests.put(f"{engine()}Task/{task['id']}", json=task, timeout=30)
    told = fund.poll([receipt]).get("K-4")
    assert (told.state if told else None) is state
    if state is RequestState.REJECTED:
        assert told and told.reason and told.reason.code == "no_rights"
