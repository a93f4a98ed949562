"""The world of the pretend fund: what the demo and the other tests count on."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import phonenumbers
import pytest

from lite.numbers import has_check
from lite.upstream import pretend
from lite.upstream.port import (
    DOSSIER_KINDS,
    Benefit,
    Document,
    Dossier,
    DossierStatus,
    Insured,
    Payment,
    PersonKey,
    Progress,
    Receipt,
    Refused,
    Request,
    RequestState,
    Right,
    RightStatus,
    Salary,
)
from lite.upstream.pretend_cases import REASONS
from lite.upstream.pretend_facts import world
from lite.upstream.pretend_people import Person, heads

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAYS = [
    date(2026, 1, 1),
    date(2026, 2, 28),
    date(2026, 11, 22),
    date(2028, 2, 29),
    date(2034, 7, 3),
]


@pytest.fixture(params=DAYS, ids=str)
def day(request: pytest.FixtureRequest) -> date:
    chosen: date = request.param
    return chosen


def of(kind: type, day: date) -> list:
    return [record for record in world(day) if isinstance(record, kind)]


def test_many_people_of_both_funds_and_both_languages() -> None:
    people = [person.insured for person in heads()]
    assert len(people) >= 48
    assert len({person.name for person in people}) == len(people)
    assert {"fr", "ar"} <= {person.language for person in people}
    schemes = Counter(frozenset(person.keys) - {"cin"} for person in people)
    assert schemes[frozenset({"cnss"})] >= 10 and schemes[frozenset({"cnops"})] >= 10
    assert schemes[frozenset({"cnss", "cnops"})] >= 2
    assert any(len(p.name) >= 40 and p.language == "fr" for p in people)
    assert any(len(p.name_ar) >= 40 and p.language == "ar" for p in people)
    assert all(any("\u0600" <= letter <= "\u06ff" for letter in p.name_ar) for p in people)


def test_numbers_are_distinct_and_of_the_form_of_their_scheme() -> None:
    forms = {"cnss": r"1\d{8}", "cnops": r"\d{8}", "cin": r"[A-Z]{2}\d{6}"}
    forms["beneficiary"] = r"\d{8,9}-\d\d"
    people = of(Insured, DAYS[0])
    keys = [PersonKey(*pair) for person in people for pair in person.keys.items()]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(forms[key.scheme], key.value) for key in keys)


def test_phones_are_distinct_but_for_the_shared_one_the_pair_and_the_missing_one() -> None:
    phones = Counter(phone for person in heads() for phone in person.insured.phones)
    counts = Counter(len(person.insured.phones) for person in heads())
    assert sorted(phones.values())[-2:] == [1, 2]
    assert counts[0] == 1 and counts[2] == 1
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(phone)) for phone in phones)
    assert {phone[:5] for phone in phones} == {"+2126", "+2127"}


def test_families_have_spouses_and_children_of_several_ages(day: date) -> None:
    people = of(Insured, day)
    heads_of = {person.family for person in people if person.role == "head"}
    dependants = [person for person in people if person.role == "dependant"]
    assert {person.family for person in dependants} <= heads_of
    assert len({person.birth[:4] for person in dependants}) >= 10
    assert max(Counter(person.family for person in dependants).values()) >= 5
    assert {right.insured for right in of(Right, day)} >= {person.key for person in dependants}


def test_every_status_every_kind_and_every_reason_is_there_on_any_day(day: date) -> None:
    dossiers = of(Dossier, day)
    assert {dossier.status for dossier in dossiers} == set(DossierStatus)
    assert {dossier.kind for dossier in dossiers} == set(DOSSIER_KINDS)
    assert {reason.code for d in dossiers for reason in d.reasons} == set(REASONS)
    assert all(d.reasons for d in dossiers if d.status in ("rejected", "appealed"))
    assert all(d.missing for d in dossiers if d.status == "info_requested" and d.kind != "ipe")
    assert {right.status for right in of(Right, day)} == set(RightStatus)


@pytest.mark.parametrize("step", range(0, 100, 7))
def test_dates_are_recent_and_never_ahead(step: int) -> None:
    day = date(2029, 12, 1) + timedelta(days=step)
    for dossier in of(Dossier, day):
        assert dossier.submitted_on <= dossier.since <= day.isoformat()
        assert (day - date.fromisoformat(dossier.submitted_on)).days < 200
    assert all(payment.executed_on <= day.isoformat() for payment in of(Payment, day))


def test_an_open_right_is_never_past_and_one_ends_soon(day: date) -> None:
    opened = [right for right in of(Right, day) if right.status is RightStatus.OPEN]
    ends = [right.until for right in opened if right.until]
    assert min(ends) > day.isoformat()
    assert min(ends) <= (day + timedelta(days=30)).isoformat()
    assert all(right.since < right.until for right in of(Right, day) if right.until)


def test_numbers_of_dossiers_never_change_and_carry_check_digits() -> None:
    numbers = [[dossier.number for dossier in of(Dossier, day)] for day in DAYS]
    assert all(other == numbers[0] for other in numbers)
    assert len(set(numbers[0])) == len(numbers[0])
    for number in numbers[0]:
        assert len(number) == 10 and number[0] == "1" and has_check(number)


def test_how_many_dossiers_people_have() -> None:
    counts = Counter(dossier.insured for dossier in of(Dossier, DAYS[2]))
    held = Counter(counts[person.key] for person in heads())
    assert held[0] and held[1] and held[30] == 1
    assert [counts[person.key] for person in heads()[:4]] == [4, 1, 0, 30]


def test_a_moving_dossier_walks_its_path_one_day_at_a_time() -> None:
    seen: dict[str, list[str]] = {}
    for step in range(91):
        for dossier in of(Dossier, date(2027, 1, 1) + timedelta(days=step)):
            path = seen.setdefault(dossier.number, [])
            if path[-1:] != [dossier.status.value]:
                path.append(dossier.status.value)
    paths = [path for path in seen.values() if len(path) > 1]
    assert len(paths) >= 20 and len(paths) < len(seen)
    after = {pair for path in paths for pair in pairwise(path)}
    assert ("approved", "paid") in after and ("rejected", "appealed") in after
    assert ("paid", "approved") not in after


def test_paid_means_a_payment_and_only_paid_does(day: date) -> None:
    paid = {d.number: d.paid for d in of(Dossier, day) if d.status is DossierStatus.PAID}
    payments = {p.dossier: p.amount for p in of(Payment, day) if p.dossier}
    assert payments == paid and None not in paid.values()
    assert all(d.paid is None for d in of(Dossier, day) if d.status is not DossierStatus.PAID)
    benefits = {benefit.number for benefit in of(Benefit, day)}
    assert benefits == {p.benefit for p in of(Payment, day) if p.benefit}


def test_a_month_once_declared_keeps_its_amount() -> None:
    def declared(day: date) -> dict[tuple[PersonKey, str], int]:
        return {(row.insured, row.month): row.amount for row in of(Salary, day)}

    before, after = declared(date(2026, 11, 22)), declared(date(2027, 3, 1))
    both = before.keys() & after.keys()
    assert both and all(before[key] == after[key] for key in both)
    assert set(Counter(key for key, _ in before).values()) == {24}
    assert max(month for _, month in before) == "2026-10"


def test_people_are_listed_with_a_phone_and_their_dossiers() -> None:
    rows = pretend.people(START)
    assert len(rows) >= 48
    assert all(row["phone"] and row["language"] in ("fr", "ar") for row in rows)
    assert [len(row["dossiers"]) for row in rows[:4]] == [4, 1, 0, 30]
    told = {d["number"]: d["status"] for row in rows for d in row["dossiers"]}
    known = {d.number: d.status.value for d in of(Dossier, START.date())}
    assert told.items() <= known.items()


class Desk:
    """Asks the fund and waits until it has answered."""

    def __init__(self, folder: Path) -> None:
        self.now = START
        self.fund = pretend.fund("cnss", f"pretend://{folder}/state.db", lambda: self.now)

    def ask(self, kind: str, person: Person, **details: str) -> tuple[Progress, Document | None]:
        receipt = self.fund.submit(Request(f"{kind}{person.rank}", kind, person.key, details))
        assert isinstance(receipt, Receipt)
        self.now += timedelta(seconds=20)
        return self.fund.poll([receipt])[receipt.reference], self.fund.document(receipt)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def who(job: str, status: RightStatus | None = None) -> Person:
    rights = {right.insured: right.status for right in of(Right, START.date())}
    found = (p for p in heads() if p.job == job and (not status or rights[p.key] == status))
    return next(found)


def test_salaries_are_listed_for_the_months_asked_and_add_up(desk: Desk) -> None:
    _, paper = desk.ask("salaries", who("worker"), **{"from": "2026-01", "to": "2026-03"})
    assert paper is not None
    rows = paper.facts["months"]
    assert [row["month"] for row in rows] == ["2026-01", "2026-02", "2026-03"]
    assert paper.total == sum(row["amount"] for row in rows) > 0
    assert (paper.issued_on, paper.valid_until) == ("2026-11-22", "2027-02-20")
    assert paper.name and paper.name_ar


def test_a_paper_does_not_change_when_it_is_fetched_again_later(desk: Desk) -> None:
    _, paper = desk.ask("salaries", who("worker"))
    assert paper is not None
    desk.now += timedelta(days=60)
    assert desk.fund.document(Receipt(paper.reference)) == paper


@pytest.mark.parametrize(
    ("kind", "job", "status", "reason"),
    [
        ("pension", "retired", None, None),
        ("pension", "worker", None, "no_pension"),
        ("family_allowances", "worker", None, None),
        ("family_allowances", "civil", None, None),
        ("salaries", "tadamon", None, "no_salary"),
        ("amo", "worker", RightStatus.OPEN, None),
        ("amo", "worker", RightStatus.CLOSED, "no_rights"),
        ("registration", "tadamon", None, None),
    ],
)
def test_a_paper_is_ready_or_its_refusal_says_why(
    desk: Desk, kind: str, job: str, status: RightStatus | None, reason: str | None
) -> None:
    progress, paper = desk.ask(kind, who(job, status))
    assert (progress.reason.code if progress.reason else None) == reason
    assert progress.state is (RequestState.REJECTED if reason else RequestState.READY)
    assert (paper is None) == bool(reason)


def test_who_receives_no_allowances_is_given_a_paper_that_says_so(desk: Desk) -> None:
    _, paper = desk.ask("family_allowances", who("civil"))
    assert paper and (paper.total, dict(paper.facts)) == (None, {"receiving": False})


@pytest.mark.parametrize("details", [{"from": "2026-13"}, {"from": "2026-05", "to": "2026-01"}])
def test_a_period_that_is_none_is_refused_at_once(desk: Desk, details: dict[str, str]) -> None:
    answer = desk.fund.submit(Request("k", "salaries", who("worker").key, details))
    assert isinstance(answer, Refused) and answer.reason.code == "bad_period"


@pytest.mark.parametrize(("kind", "last"), [("registration", "ready"), ("callback", "accepted")])
def test_a_request_is_queued_then_acknowledged_then_settled(
    desk: Desk, kind: str, last: str
) -> None:
    receipt = desk.fund.submit(Request("k", kind, who("worker").key))
    assert isinstance(receipt, Receipt)
    seen = []
    for _ in range(3):
        progress = desk.fund.poll([receipt])[receipt.reference]
        papers = desk.fund.document(receipt) is not None
        seen.append((progress.state.value, papers, progress.since <= desk.now))
        desk.now += timedelta(seconds=10)
    expected = [("queued", False), ("acknowledged", False), (last, kind == "registration")]
    assert seen == [(*step, True) for step in expected]


def test_a_clock_set_back_takes_nothing_away(desk: Desk) -> None:
    receipt = desk.fund.submit(Request("k", "registration", who("worker").key))
    assert isinstance(receipt, Receipt)
    desk.now -= timedelta(days=3)
    assert desk.fund.poll([receipt])[receipt.reference].state is RequestState.QUEUED


def submit_many(path: str, keys: range) -> list[str]:
    fund = pretend.fund("cnss", f"pretend://{path}", lambda: START)
    person = heads()[0].key
    receipts = [fund.submit(Request(f"k{key}", "callback", person)) for key in keys]
    return [receipt.reference for receipt in receipts if isinstance(receipt, Receipt)]


def test_two_processes_share_the_file_and_agree_on_every_receipt(tmp_path: Path) -> None:
    path = str(tmp_path / "new" / "state.db")
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        first, second = pool.map(submit_many, [path] * 2, [range(40)] * 2)
    assert first == second and len(set(first)) == 40
    fund = pretend.fund("cnss", f"pretend://{path}", lambda: START)
    assert len(fund.poll([Receipt(reference) for reference in first])) == 40


def test_the_switch_is_read_back_and_knows_its_modes(tmp_path: Path) -> None:
    path = tmp_path / "state.db"
    assert pretend.mode(path) == "ok"
    for mode in pretend.MODES:
        pretend.switch(path, mode)
        assert pretend.mode(path) == mode
    with pytest.raises(ValueError, match="down, slow"):
        pretend.switch(path, "sideways")


def test_a_slow_fund_answers_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("lite.upstream.pretend.time.sleep", slept.append)
    pretend.switch(tmp_path / "state.db", "slow")
    fund = Desk(tmp_path).fund
    assert list(fund.pull(None, "full")) and fund.health().reachable
    assert slept == [2.0, 2.0]


def test_an_address_without_a_file_is_told() -> None:
    with pytest.raises(ValueError, match=r"pretend:///path/state\.db"):
        pretend.fund("cnss", "pretend:", lambda: START)
