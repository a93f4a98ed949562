"""Each trap of the real openIMIS, against its own rows on a real socket."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lite.clock import set_clock
from lite.upstream import fund as open_fund
from lite.upstream.port import (
    Batch,
    Dossier,
    DossierStatus,
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
    person_of,
)
from tests.upstream.openimis_house import Commands
from tests.upstream.openimis_server import OpenImis, clean, code_of

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DONI, ETHU = "105000002", "10500001"


@pytest.fixture
def server() -> Iterator[OpenImis]:
    with OpenImis() as made:
        yield made


@pytest.fixture
def tidy() -> Iterator[OpenImis]:
    with OpenImis(clean()) as made:
        yield made


def fund(server: OpenImis, now: datetime = NOW, options: str = "") -> Fund:
    return open_fund("x", server.url() + options, lambda: now)


def read(
    fund: Fund, since: str | None = None, full: bool = True
) -> tuple[list[Record], list[Quarantined], Batch]:
    pull = fund.pull(since, "full" if full else "delta")
    pages = list(pull)
    changes = [change for page in pages for change in page.changes]
    lost = [row for page in pages for row in page.quarantined]
    return [change.record for change in changes if change.record], lost, pull.end


def dossiers(records: list[Record]) -> dict[str, Dossier]:
    return {record.number: record for record in records if isinstance(record, Dossier)}


def answer(server: OpenImis, code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        row for row in server.rows["ClaimResponse"] if code_of(row) == code
    )
    return found


def reach(row: dict[str, Any], *stages: str, line: int | None = None) -> None:
    """Put the lines of an answer (or one of them) at these stages."""
    for place, item in enumerate(row["item"]):
        if line in (None, place):
            first = item["adjudication"][0]
            item["adjudication"] = [
                {**first, "category": {"coding": [{"system": "x/claim-status", "code": stage}]}}
                for stage in stages
            ]


def test_t1_a_status_that_moves_without_a_date_is_seen_by_the_nightly_full_pull(
    tidy: OpenImis, tmp_path: Path
) -> None:
    lite = Commands(tmp_path, f"x={tidy.url()}")
    assert lite.pull() == 0
    assert lite.export("openimis", DONI)["dossiers"][0]["status"] == "received"
    reach(answer(tidy, "CID00001"), "2", "4")
    reach(answer(tidy, "CIB00001"), "2", "4")
    assert lite.pull("--full") == 0
    assert {row["status"] for row in lite.export("openimis", DONI)["dossiers"]} == {"in_review"}


def test_t1_a_delta_is_only_a_hint_and_all_is_read_once_a_day(tidy: OpenImis) -> None:
    assert fund(tidy).capabilities().deltas == "hint"
    _, _, first = read(fund(tidy))
    assert first.cursor is not None
    dear = first.cursor.rpartition(",")[0] + ", 100000]"
    _, _, hint = read(fund(tidy, NOW + timedelta(hours=1)), dear, full=False)
    assert not hint.complete
    _, _, nightly = read(fund(tidy, NOW + timedelta(hours=24)), dear, full=False)
    assert nightly.complete


def test_t1_a_hint_brings_both_halves_of_what_moved_and_nothing_else(tidy: OpenImis) -> None:
    everything, _, first = read(fund(tidy))
    assert first.cursor is not None
    dear = first.cursor.rpartition(",")[0] + ", 100000]"
    reach(answer(tidy, "CID00001"), "2", "4")
    answer(tidy, "CID00001")["moved"] = "2026"
    next(row for row in tidy.rows["Claim"] if code_of(row) == "CIB00001")["moved"] = "2026"
    records, lost, batch = read(fund(tidy, NOW + timedelta(hours=1)), dear, full=False)
    assert not lost and not batch.complete and not batch.partial
    moved, before = dossiers(records), dossiers(everything)
    assert set(moved) == {"CID00001", "CIB00001"}
    assert moved["CIB00001"] == before["CIB00001"]
    assert moved["CID00001"].status is DossierStatus.IN_REVIEW
    assert moved["CID00001"].submitted_on == before["CID00001"].submitted_on == "2019-02-03"


STAGES: dict[str, tuple[Callable[[dict[str, Any]], object], DossierStatus]] = {
    "entered": (lambda row: reach(row, "2"), DossierStatus.RECEIVED),
    "checked": (lambda row: reach(row, "2", "4"), DossierStatus.IN_REVIEW),
    "processed": (lambda row: reach(row, "2", "4", "8"), DossierStatus.IN_REVIEW),
    "valuated": (lambda row: reach(row, "2", "4", "8", "16"), DossierStatus.APPROVED),
    "in another order": (lambda row: reach(row, "16", "2", "8", "4"), DossierStatus.APPROVED),
    "codes as numbers": (lambda row: reach(row, 2, 16), DossierStatus.APPROVED),  # type: ignore[arg-type]
    "a line that is slower": (
        lambda row: (reach(row, "2", "16"), reach(row, "2", "4", line=0)),
        DossierStatus.IN_REVIEW,
    ),
    "a line rejected": (
        lambda row: (reach(row, "2", "16"), reach(row, "1", line=0)),
        DossierStatus.PARTLY_APPROVED,
    ),
    "a line rejected, the others not decided": (
        lambda row: (reach(row, "2", "4"), reach(row, "1", line=0)),
        DossierStatus.IN_REVIEW,
    ),
    "all rejected, no total": (
        lambda row: (reach(row, "1"), row.pop("total")),
        DossierStatus.REJECTED,
    ),
    "all rejected, total null": (
        lambda row: (reach(row, "1"), row.update(total=None)),
        DossierStatus.REJECTED,
    ),
    "all rejected, total of nothing": (
        lambda row: (reach(row, "1"), row["total"][0]["amount"].update(value="0.00")),
        DossierStatus.REJECTED,
    ),
    "all rejected, but a total": (lambda row: reach(row, "1"), DossierStatus.UNKNOWN),
    "a stage of a later release": (lambda row: reach(row, "2", "32"), DossierStatus.UNKNOWN),
    "no line and no total": (
        lambda row: (row.pop("item"), row.pop("total")),
        DossierStatus.UNKNOWN,
    ),
}


@pytest.mark.parametrize("outcome", ["complete", "queued", "partial", "error", None])
@pytest.mark.parametrize("case", STAGES)
def test_t2_the_lines_tell_where_a_claim_stands_and_the_outcome_never(
    tidy: OpenImis, case: str, outcome: str | None
) -> None:
    row = answer(tidy, "CID00001")
    STAGES[case][0](row)
    row["outcome"] = outcome
    found = dossiers(read(fund(tidy))[0])["CID00001"]
    assert found.status is STAGES[case][1]
    assert "32" in found.raw or case != "a stage of a later release"


def test_t2_the_recorded_claims(server: OpenImis) -> None:
    found = dossiers(read(fund(server))[0])
    assert {number: str(one.status) for number, one in found.items()} == {
        "CID00001": "received", "CIB00001": "received", "CIG00001": "received",
        "CIA00001": "in_review", "UPDH0002": "in_review", "UPDH0009": "in_review",
        "RAD00001": "rejected", "UPDH0001": "partly_approved", "JADH0001": "approved",
    }  # fmt: skip
    assert [reason.code for reason in found["RAD00001"].reasons] == ["10", "3"]
    assert found["UPDH0001"].claimed == 2_169_000 and found["UPDH0001"].approved == 130_000


def test_t3_a_search_that_is_ignored_shows_nobody_elses_rows(server: OpenImis) -> None:
    everybody = [row["id"] for row in server.rows["ClaimResponse"]]
    told = fund(server).lookup(PersonKey("openimis", DONI))
    assert any("ClaimResponse/?patient=" in path for path in server.paths) and len(everybody) == 10
    assert isinstance(told, Found)
    assert {person_of(record).value for record in told.records} == {DONI}
    assert set(dossiers(list(told.records))) == {"CID00001", "CIB00001"}


@pytest.mark.parametrize("size", [1, 3, 7, 50, 10_000])
@pytest.mark.parametrize("broken", [{0}, {9}, {3, 4}, {0, 5, 9}])
def test_t4_a_row_that_breaks_its_page_is_isolated(
    tidy: OpenImis, broken: set[int], size: int
) -> None:
    claims = [*tidy.rows["Claim"], {**tidy.rows["Claim"][0], "id": "no-answer", "identifier": []}]
    lost = {code_of(claims[place]) for place in broken}
    tidy.rows["Claim"] = [None if place in broken else row for place, row in enumerate(claims)]
    tidy.quirks.largest = size
    records, quarantined, batch = read(fund(tidy))
    rows = [row.where for row in quarantined if "itself" in row.reason]
    assert rows == [f"Claim[{place}]" for place in sorted(broken)]
    assert batch.partial and not batch.complete
    found = dossiers(records)
    assert {one.number for one in found.values() if not one.submitted_on} == lost - {""}


@pytest.mark.parametrize("status,html", [(500, False), (500, True), (200, False)])
def test_t4_however_the_page_says_so(server: OpenImis, status: int, html: bool) -> None:
    server.quirks.page_status, server.quirks.page_html = status, html
    records, lost, batch = read(fund(server))
    assert len(dossiers(records)) == 9 and batch.partial
    assert [row.where for row in lost] == ["Claim[7]", "ClaimResponse"]


def test_t4_claims_that_can_never_be_read_leave_their_answers(tidy: OpenImis) -> None:
    tidy.rows["Claim"] = [None] * 300
    records, lost, batch = read(fund(tidy))
    assert set(dossiers(records)) == {code_of(row) for row in tidy.rows["ClaimResponse"]}
    assert batch.partial and "fails at every row" in lost[-1].reason and len(lost) < 30


def test_t4_a_fund_that_cannot_read_its_people_is_down(tidy: OpenImis) -> None:
    tidy.rows["Patient"] = [None] * 300
    with pytest.raises(FundDown) as down:
        read(fund(tidy))
    assert "fails at every row" in down.value.reason and len(tidy.paths) < 60


def test_t5_as_of_is_the_start_of_our_question_and_a_reading_changes_nothing(
    tidy: OpenImis,
) -> None:
    records, _, batch = read(fund(tidy))
    assert batch.as_of == NOW
    tidy.quirks.today = "2027-01-01"
    again, _, _ = read(fund(tidy))
    assert again == records
    assert all(one.since is None for one in dossiers(records).values())


def test_t6_numbers_come_from_typed_identifiers_in_any_order(tidy: OpenImis) -> None:
    before = read(fund(tidy))[0]

    def other(row: dict[str, Any]) -> dict[str, Any]:
        row["identifier"] = [
            {"type": {"coding": [{"code": "DbID"}]}, "value": 17}, *row["identifier"][::-1],
        ]  # fmt: skip
        row["meta"] = {"lastUpdated": "2026-01-01T00:00:00"}
        row["somethingNew"] = {"deep": [1, {"er": None}]}
        if row["resourceType"] != "Coverage" and code_of(row):
            row["id"] = code_of(row)
        return row

    tidy.quirks.change = other
    after = read(fund(tidy))[0]
    assert sorted(map(str, after)) == sorted(map(str, before))


TODAY = NOW.date()
COVERAGES = {
    "ended": ("active", -400, -35, RightStatus.CLOSED),
    "current": ("active", -35, 330, RightStatus.OPEN),
    "last day": ("active", -365, 0, RightStatus.OPEN),
    "to come": ("active", 3, 300, RightStatus.CLOSED),
    "cancelled": ("cancelled", -35, 330, RightStatus.CLOSED),
    "in capitals": ("Active", -35, 330, RightStatus.OPEN),
    "suspended": ("Suspended", -35, 330, RightStatus.SUSPENDED),
    "of a later release": ("frozen", -35, 330, RightStatus.UNKNOWN),
}


@pytest.mark.parametrize("named", ["number", "uuid", "encoded", "old uuid"])
@pytest.mark.parametrize("case", COVERAGES)
def test_t7_a_right_is_a_status_and_a_period_of_each_member(
    tidy: OpenImis, case: str, named: str
) -> None:
    status, start, end, wanted = COVERAGES[case]
    row = next(
        row for row in tidy.rows["Coverage"] if row["beneficiary"]["reference"].endswith(ETHU)
    )
    row["status"] = status
    row["period"] = {
        "start": (TODAY + timedelta(days=start)).isoformat(),
        "end": f"{(TODAY + timedelta(days=end)).isoformat()}T00:00:00",
    }
    head = next(row for row in tidy.rows["Patient"] if code_of(row) == ETHU)
    group = next(row for row in tidy.rows["Group"] if code_of(row) == ETHU)
    references = {
        "number": f"Patient/{ETHU}", "uuid": f"Patient/{head['id']}/",
        "encoded": f"http%3A//127.0.0.1/api/api_fhir_r4/Patient/{head['id']}",
        "old uuid": group["member"][0]["entity"]["reference"],
    }  # fmt: skip
    row["beneficiary"] = {"reference": references[named]}
    rights = [one for one in read(fund(tidy))[0] if isinstance(one, Right)]
    theirs = {one.insured.value: one for one in rights if one.insured.value in (ETHU, DONI)}
    assert {number: one.status for number, one in theirs.items()} == {ETHU: wanted, DONI: wanted}
    assert theirs[DONI].raw == status and theirs[DONI].scheme == "BCTA0001"


def test_t7_members_and_beneficiaries_may_be_named_by_identifier_alone(tidy: OpenImis) -> None:
    before = read(fund(tidy))[0]

    def bare(row: dict[str, Any]) -> dict[str, Any]:
        row.pop("extension", None)
        for member in row.get("member", []):
            member["entity"].pop("reference")
        for name in ("patient", "beneficiary"):
            if name in row:
                row[name] = {"identifier": {"value": row[name]["reference"].partition("/")[2]}}
        return row

    tidy.quirks.change = bare
    assert sorted(map(str, read(fund(tidy))[0])) == sorted(map(str, before))


def test_t7_who_left_a_family_is_covered_no_more(tidy: OpenImis) -> None:
    tidy.quirks.change = lambda row: {key: row[key] for key in row if key != "extension"}
    group = next(row for row in tidy.rows["Group"] if code_of(row) == ETHU)
    for member in group["member"]:
        member["inactive"] = member["entity"]["display"] == DONI
    told = [one for one in read(fund(tidy))[0] if isinstance(one, Right)]
    assert DONI not in {one.insured.value for one in told}


def test_t7_members_are_those_who_are_insured_today(tidy: OpenImis) -> None:
    people = [one for one in read(fund(tidy))[0] if isinstance(one, Insured)]
    theirs = next(one.family for one in people if one.key.value == ETHU)
    family = {one.key.value: one.role for one in people if one.family == theirs}
    assert family == {ETHU: "head", DONI: "dependant"}


def test_t7_a_family_without_the_extension_or_the_list_is_still_one(tidy: OpenImis) -> None:
    before = read(fund(tidy))[0]

    def bare(row: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in row.items() if key != "extension"}

    tidy.quirks.change = bare
    assert sorted(map(str, read(fund(tidy))[0])) == sorted(map(str, before))


@pytest.mark.parametrize("by_code", [True, False])
def test_t8_a_number_is_found_by_our_own_index_too(tidy: OpenImis, by_code: bool) -> None:
    tidy.quirks.by_code = by_code
    told = fund(tidy).lookup(PersonKey("openimis", DONI))
    pulled = [one for one in read(fund(tidy))[0] if person_of(one).value == DONI]
    assert isinstance(told, Found)
    assert sorted(map(str, told.records)) == sorted(map(str, pulled))
    assert isinstance(fund(tidy).lookup(PersonKey("openimis", "999")), NotFound)
    assert isinstance(fund(tidy).lookup(PersonKey("cnss", DONI)), NotFound)


TOTALS: dict[str, Callable[[int], object]] = {
    "a number": lambda count: count,
    "a text": str,
    "nothing": lambda count: None,
    "zero": lambda count: 0,
}


@pytest.mark.parametrize("largest", [1, 7, 20, 30, 50, 100])
@pytest.mark.parametrize("total", TOTALS)
@pytest.mark.parametrize("links", ["plain", "encoded", "none"])
def test_t9_pages_are_counted_whatever_links_and_totals_say(
    tidy: OpenImis, links: str, total: str, largest: int
) -> None:
    quirks = tidy.quirks
    quirks.links, quirks.encoded = links != "none", links == "encoded"
    quirks.total, quirks.largest = TOTALS[total], largest
    records, lost, batch = read(fund(tidy))
    assert not lost and batch.complete
    assert len([one for one in records if isinstance(one, Insured)]) == 60
    assert len(dossiers(records)) == 9


def test_t10_the_date_of_a_delta_is_naive(tidy: OpenImis) -> None:
    _, _, first = read(fund(tidy))
    assert first.cursor is not None
    read(fund(tidy), first.cursor.rpartition(",")[0] + ", 100000]", full=False)
    asked = [path for path in tidy.paths if "_lastUpdated" in path]
    assert asked
    for path in asked:
        assert re.search(r"_lastUpdated=ge2026-11-22T08:55:00(&|$)", path), path


def test_t11_rights_are_derived_from_coverage_alone(tidy: OpenImis) -> None:
    read(fund(tidy))
    kinds = {path.split("/")[3].partition("?")[0] for path in tidy.paths}
    assert kinds == {"login", "Group", "Patient", "Coverage", "Claim", "ClaimResponse"}


@pytest.mark.parametrize(
    "wire,option,wanted",
    [
        ("$", "", ("MAD", 167_000)),
        ("$", "?currency=tnd", ("TND", 1_670_000)),
        ("$", "?currency=XOF", ("XOF", 1_670)),
        (None, "", ("MAD", 167_000)),
        ("EUR", "", ("EUR", 167_000)),
    ],
)
def test_t12_the_currency_is_ours_where_the_wires_is_none(
    tidy: OpenImis, wire: str | None, option: str, wanted: tuple[str, int]
) -> None:
    for row in (*tidy.rows["ClaimResponse"], *tidy.rows["Claim"]):
        for total in [row["total"]] if isinstance(row.get("total"), dict) else row.get("total", []):
            amount = total.get("amount", total)
            amount["currency"] = wire
    found = dossiers(read(fund(tidy, options=option))[0])["CID00001"]
    assert (found.currency, found.claimed) == wanted


def test_t13_a_claim_is_read_by_its_uuid(tidy: OpenImis) -> None:
    _, _, first = read(fund(tidy))
    assert first.cursor is not None
    answer(tidy, "JADH0001")["moved"] = "2026"
    tidy.paths.clear()
    dear = first.cursor.rpartition(",")[0] + ", 100000]"
    found = dossiers(read(fund(tidy), dear, full=False)[0])
    assert found["JADH0001"].submitted_on == "2019-01-22"
    one = [path for path in tidy.paths if "/Claim/" in path and "?" not in path]
    assert one[0].endswith("/50cf4801-dcb5-43c4-ae68-7c13cc32f5b5/")


def test_t14_a_valuation_is_no_payment(tidy: OpenImis) -> None:
    for row in tidy.rows["ClaimResponse"]:
        reach(row, "2", "4", "8", "16")
    records, _, _ = read(fund(tidy))
    assert not [one for one in records if isinstance(one, Payment)]
    found = dossiers(records).values()
    assert {one.status for one in found} == {DossierStatus.APPROVED}
    assert all(one.paid is None for one in found)


@pytest.mark.parametrize("past_end", [404, 200])
def test_t15_a_page_past_the_end_is_an_end(tidy: OpenImis, past_end: int) -> None:
    tidy.quirks.past_end = past_end
    tidy.quirks.total = TOTALS["nothing"]
    tidy.rows["Patient"] = tidy.rows["Patient"][:50]
    if past_end == 200:
        tidy.quirks.links = False
    records, _, batch = read(fund(tidy))
    assert not batch.partial
    assert len([one for one in records if isinstance(one, Insured)]) == 50


@pytest.mark.parametrize("slashless", [True, False])
def test_t15_every_path_ends_with_a_slash(tidy: OpenImis, slashless: bool) -> None:
    tidy.quirks.slashless = slashless
    address = tidy.url().rstrip("/")
    batch = read(open_fund("x", address, lambda: NOW))[2]
    assert batch.complete
    assert all("/?" in path or path.endswith("/") for path in tidy.paths)


def test_t16_what_names_somebody_no_list_holds_is_set_aside_and_told(
    server: OpenImis, tmp_path: Path
) -> None:
    server.rows["Claim"] = [row for row in server.rows["Claim"] if row]
    lite = Commands(tmp_path, f"x={server.url()}")
    assert lite.pull() in (0, 3)
    assert "names a person that no list holds" in lite.doctor()
    assert lite.run("export", "openimis", "55555").exit_code == 1
    server.rows["ClaimResponse"] = [
        row for row in server.rows["ClaimResponse"] if code_of(row) != "CIA06601"
    ]
    assert lite.pull("--full") == 0


def test_t16_a_known_dossier_whose_person_was_superseded_is_not_forgotten(
    tidy: OpenImis, tmp_path: Path
) -> None:
    lite = Commands(tmp_path, f"x={tidy.url()}")
    lite.pull()
    for row in (*tidy.rows["ClaimResponse"], *tidy.rows["Claim"]):
        if code_of(row) == "CID00001":
            row["patient"] = {"reference": "Patient/0640689a-0000-4000-8000-000000000000"}
    lite.pull("--full")
    numbers = {row["number"] for row in lite.export("openimis", DONI)["dossiers"]}
    assert numbers == {"CID00001", "CIB00001"}


def test_two_halves_that_name_two_people_are_shown_to_neither(tidy: OpenImis) -> None:
    other = tidy.rows["Patient"][0]["id"]
    answer(tidy, "CID00001")["patient"] = {"reference": f"Patient/{other}"}
    records, lost, _ = read(fund(tidy))
    assert "CID00001" not in dossiers(records)
    assert [row.reason for row in lost] == ["a claim and its answer name two people"]


def test_two_people_with_one_number_are_not_mixed(tidy: OpenImis) -> None:
    twin = {**tidy.rows["Patient"][0], "id": "twin", "name": [{"family": "Other", "given": ["A"]}]}
    twin["identifier"] = [tidy.rows["Patient"][0]["identifier"][1]]
    tidy.rows["Patient"].append(twin)
    records, lost, _ = read(fund(tidy))
    assert len([one for one in records if isinstance(one, Insured)]) == 60
    assert [row.reason for row in lost] == ["bears the number of another person"]


def test_a_token_that_is_too_old_is_renewed_once(tidy: OpenImis) -> None:
    tidy.quirks.tokens = 2
    assert read(fund(tidy))[2].complete
    assert tidy.logins > 1


def test_a_login_that_is_refused_is_told_without_the_password(
    tidy: OpenImis, tmp_path: Path
) -> None:
    lite = Commands(tmp_path, f"x={tidy.url().replace('s3cret-word', 'wr0ng-word')}")
    told = lite.run("pull")
    assert told.exit_code == 1
    said = told.output + lite.doctor()
    assert "refuses our login (401)" in said and "wr0ng-word" not in said


def test_requests_do_not_go_this_way(tidy: OpenImis) -> None:
    x = fund(tidy)
    assert not x.capabilities().submit
    assert isinstance(x.submit(Request("k", "amo", PersonKey("openimis", DONI))), Refused)
    assert x.poll([]) == {}


def test_a_person_keeps_their_file_while_the_clock_moves(tidy: OpenImis, tmp_path: Path) -> None:
    lite = Commands(tmp_path, f"x={tidy.url()}")
    assert lite.pull() == 0
    set_clock(tmp_path / "clock", datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
    assert lite.pull() == 0
    told = lite.export("openimis", DONI)
    assert told["insured"]["keys"] == {"openimis": DONI}
    assert told["rights"][0]["status"] == "closed" and told["rights"][0]["to"] == "2020-08-19"


def test_a_scheme_that_nobody_bears_is_answered_with_those_that_are(
    tidy: OpenImis, tmp_path: Path
) -> None:
    lite = Commands(tmp_path, f"x={tidy.url()}")
    lite.pull()
    told = lite.run("export", "x", DONI)
    assert told.exit_code == 1 and "Schemes known: openimis." in told.output
