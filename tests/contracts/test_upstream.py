"""What every adapter promises, whatever it speaks: one class, one fixture line an adapter."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from fundside import FundSide, garbled

from lite.upstream import fund as open_fund
from lite.upstream.filedrop import Filedrop
from lite.upstream.filedrop.export import Form
from lite.upstream.port import (
    KIND_OF,
    KINDS,
    Batch,
    Change,
    Found,
    Fund,
    FundDown,
    Insured,
    NotFound,
    PersonKey,
    Pull,
    Quarantined,
    Receipt,
    Refused,
    Request,
    RequestState,
    Submission,
    Unavailable,
    Unreachable,
    canonical,
    fingerprint,
    key_of,
    person_of,
    to_json,
)
from lite.upstream.pretend import switch
from tests.upstream.fhir_world import Front, forget, officer
from tests.upstream.openimis_server import OpenImis
from tests.upstream.openimis_server import clean as openimis_rows
from tests.upstream.spdci_server import Spdci

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NOBODY = PersonKey("cnss", "100000009")


@dataclass
class World:
    """An adapter and the levers of the source behind it."""

    fund: Fund
    again: Callable[[], Fund]  # the same fund, as another process opens it
    mood: Callable[[str], None]
    wait: Callable[[timedelta], None]
    now: Callable[[], datetime]
    moods: tuple[str, ...] = ("down", "wrong", "partial")

    @property
    def live(self) -> bool:
        """Whether the source itself answers a call, at once."""
        return self.fund.capabilities().lookup


def pretend_world(folder: Path) -> World:
    clock = [START]
    path = folder / "state.db"

    def opened() -> Fund:
        return open_fund("cnss", f"pretend://{path}?ripen=20&slow=0", lambda: clock[0])

    def wait(time: timedelta) -> None:
        clock[0] += time

    return World(opened(), opened, lambda mode: switch(path, mode), wait, lambda: clock[0])


class Answered(Filedrop):
    """A folder whose fund looks into it after every request."""

    side: FundSide

    def submit(self, request: Request) -> Submission:
        said = super().submit(request)
        if isinstance(said, Receipt):
            self.poll([said])
            self.side.answer()
        return said


def filedrop_world(form: Form) -> Callable[[Path], World]:
    def world(folder: Path) -> World:
        side = FundSide(folder, form, [START])
        side.drop("full")

        def opened() -> Fund:
            opened = Answered("cnss", side.root, side.now, None, None)
            opened.side = side
            return opened

        def wait(time: timedelta) -> None:
            side.clock[0] += time
            if time:
                side.drop("delta")
                side.answer()

        return World(opened(), opened, partial(_mood, side), wait, side.now, ("down", "wrong"))

    return world


def _mood(side: FundSide, mood: str) -> None:
    gone = side.root.with_name("gone")
    if mood == "down":
        side.root.rename(gone)
    elif gone.exists():
        gone.rename(side.root)
    if mood == "wrong":
        side.clock[0] += timedelta(seconds=1)
        side.drop("full", garbled)
        for receipts in side.root.glob("receipts/*/receipt.*"):
            receipts.write_text("<html>")


def fhir_world(_: Path) -> World:
    forget("Task", "DocumentReference")
    front, clock = Front().__enter__(), [START]

    def opened() -> Fund:
        return open_fund("cnss", front.url(), lambda: clock[0])

    def wait(time: timedelta) -> None:
        clock[0] += time
        if time:
            officer(clock[0].date().isoformat(), "2027-06-30")

    return World(opened(), opened, partial(setattr, front, "mood"), wait, lambda: clock[0])


def openimis_world(_: Path) -> World:
    server, clock = OpenImis(openimis_rows()).__enter__(), [START]

    def opened() -> Fund:
        return open_fund("cnss", server.url(), lambda: clock[0])

    def wait(time: timedelta) -> None:
        clock[0] += time

    return World(opened(), opened, server.be, wait, lambda: clock[0])


def spdci_world(_: Path) -> World:
    server, clock = Spdci().__enter__(), [START]

    def opened() -> Fund:
        return open_fund("cnss", server.url(), lambda: clock[0])

    def wait(time: timedelta) -> None:
        clock[0] += time

    return World(opened(), opened, server.be, wait, lambda: clock[0])


WORLDS = {
    "fhir": fhir_world,
    "openimis": openimis_world,
    "pretend": pretend_world,
    "spdci": spdci_world,
    "filedrop-csv": filedrop_world("csv"),
    "filedrop-ndjson": filedrop_world("ndjson"),
}


@pytest.fixture(params=WORLDS.values(), ids=WORLDS.keys())
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    made: World = request.param(tmp_path)
    return made


def read(pull: Pull) -> tuple[list[Change], list[Quarantined], Batch]:
    pages = list(pull)
    changes = [change for page in pages for change in page.changes]
    return changes, [row for page in pages for row in page.quarantined], pull.end


def someone(fund: Fund) -> Insured:
    changes, _, _ = read(fund.pull(None, "full"))
    heads = (change.record for change in changes if isinstance(change.record, Insured))
    return next(person for person in heads if person.role == "head")


def has_mood(world: World, mood: str) -> None:
    if mood not in world.moods:
        pytest.skip(f"this source is never {mood}")


def asked_only(world: World) -> None:
    if not world.live:
        pytest.skip("this source answers no question")


def takes_requests(world: World) -> None:
    if not world.fund.capabilities().submit:
        pytest.skip("requests to this source go another way")


class TestFund:
    def test_a_full_pull_is_complete_and_every_row_keeps_its_word(self, world: World) -> None:
        changes, quarantined, batch = read(world.fund.pull(None, "full"))
        assert changes and not quarantined
        assert batch.complete and not batch.partial and batch.id
        assert batch.as_of.tzinfo is not None and batch.as_of <= world.now()
        for change in changes:
            assert change.op == "upsert" and change.record is not None
            assert type(change.record) is KINDS[change.kind]
            assert change.key == key_of(change.record)
            assert change.fingerprint == fingerprint(change.record)

    def test_no_key_comes_twice(self, world: World) -> None:
        changes, _, _ = read(world.fund.pull(None, "full"))
        assert len({(change.kind, change.key) for change in changes}) == len(changes)

    def test_every_row_is_about_somebody_the_same_pull_names(self, world: World) -> None:
        changes, _, _ = read(world.fund.pull(None, "full"))
        records = [change.record for change in changes if change.record]
        people = [record for record in records if isinstance(record, Insured)]
        known = {PersonKey(*pair) for person in people for pair in person.keys.items()}
        assert {person_of(record) for record in records} <= known

    def test_the_same_full_pull_twice_changes_nothing(self, world: World) -> None:
        first, second = (read(world.fund.pull(None, "full"))[0] for _ in range(2))
        assert {(c.key, c.fingerprint) for c in first} == {(c.key, c.fingerprint) for c in second}

    def test_the_end_is_not_known_before_the_last_page(self, world: World) -> None:
        with pytest.raises(RuntimeError):
            _ = world.fund.pull(None, "full").end

    def test_deltas_lead_to_the_world_of_a_full_pull(self, world: World) -> None:
        if world.fund.capabilities().deltas != "complete":
            pytest.skip("deltas are not complete: only a full pull tells all")
        changes, _, batch = read(world.fund.pull(None, "full"))
        held = {(c.kind, c.key): c.fingerprint for c in changes}
        for days in (0, 1, 40):
            world.wait(timedelta(days=days))
            delta, _, batch = read(world.fund.pull(batch.cursor, "delta"))
            assert not batch.complete
            assert bool(delta) == bool(days)
            for c in delta:
                if c.op == "delete":
                    assert c.record is None
                    del held[c.kind, c.key]
                else:
                    held[c.kind, c.key] = c.fingerprint
        now, _, _ = read(world.fund.pull(None, "full"))
        assert held == {(c.kind, c.key): c.fingerprint for c in now}

    def test_records_travel_as_json_and_their_canon_tells_a_change(self, world: World) -> None:
        changes, _, _ = read(world.fund.pull(None, "full"))
        for change in changes:
            assert change.record is not None
            wire = json.loads(json.dumps(to_json(change.record)))
            kind, text = canonical(change.record).decode().split(" ", 1)
            assert kind == KIND_OF[type(change.record)] == change.kind
            assert json.loads(text) == wire
            if isinstance(change.record, Insured):
                first, value = next(iter(json.loads(text)["keys"].items()))
                assert PersonKey(first, value) == change.record.key
        assert len({c.fingerprint for c in changes}) == len(changes)

    def test_a_lookup_finds_the_person_by_each_number_and_nobody_else(self, world: World) -> None:
        asked_only(world)
        person = someone(world.fund)
        own = {PersonKey(*pair) for pair in person.keys.items()}
        answers = [world.fund.lookup(key) for key in own]
        for answer in answers:
            assert isinstance(answer, Found) and person in answer.records
            assert {person_of(record) for record in answer.records} <= own
        assert isinstance(world.fund.lookup(NOBODY), NotFound)

    def test_a_lookup_and_a_pull_agree(self, world: World) -> None:
        asked_only(world)
        changes, _, _ = read(world.fund.pull(None, "full"))
        person = someone(world.fund)
        own = {PersonKey(*pair) for pair in person.keys.items()}
        pulled = {c.fingerprint for c in changes if c.record and person_of(c.record) in own}
        answer = world.fund.lookup(person.key)
        assert isinstance(answer, Found)
        assert {fingerprint(record) for record in answer.records} == pulled

    def test_a_request_ripens_into_a_document(self, world: World) -> None:
        takes_requests(world)
        person = someone(world.fund)
        receipt = world.fund.submit(Request("k1", "registration", person.key))
        assert isinstance(receipt, Receipt)
        early = world.fund.poll([receipt])[receipt.reference]
        assert early.state in (RequestState.QUEUED, RequestState.ACKNOWLEDGED)
        assert world.fund.document(receipt) is None
        world.wait(timedelta(minutes=1))
        assert world.fund.poll([receipt])[receipt.reference].state is RequestState.READY
        paper = world.fund.document(receipt)
        assert paper is not None and paper.kind == "registration"
        assert paper.person == person.key and paper.name == person.name
        assert paper.issued_on < paper.valid_until
        json.dumps(dict(paper.facts))

    def test_the_same_key_is_the_same_request(self, world: World) -> None:
        takes_requests(world)
        asked = Request("k1", "registration", someone(world.fund).key)
        first, other = world.fund.submit(asked), world.again().submit(asked)
        assert isinstance(first, Receipt) and first == other
        third = world.fund.submit(Request("k2", "registration", asked.insured))
        assert third != first

    def test_another_process_knows_the_request(self, world: World) -> None:
        takes_requests(world)
        receipt = world.fund.submit(Request("k1", "callback", someone(world.fund).key))
        assert isinstance(receipt, Receipt)
        world.wait(timedelta(minutes=1))
        progress = world.again().poll([receipt])[receipt.reference]
        assert progress.state is RequestState.ACCEPTED
        assert progress.since <= world.now()

    def test_what_nobody_can_serve_is_refused_at_once(self, world: World) -> None:
        person = someone(world.fund).key
        if world.live:
            assert isinstance(world.fund.submit(Request("k1", "registration", NOBODY)), Refused)
        assert isinstance(world.fund.submit(Request("k2", "moon", person)), Refused)

    def test_a_receipt_nobody_gave_stays_without_an_answer(self, world: World) -> None:
        assert world.fund.poll([Receipt("never-given")]) == {}
        assert world.fund.document(Receipt("never-given")) is None

    def test_a_fund_that_is_down_says_so_in_each_place(self, world: World) -> None:
        takes_requests(world)
        person = someone(world.fund).key
        receipt = world.fund.submit(Request("k1", "registration", person))
        assert isinstance(receipt, Receipt) and world.fund.health().reachable
        world.mood("down")
        assert isinstance(world.fund.lookup(person), Unavailable)
        assert isinstance(world.fund.submit(Request("k2", "amo", person)), Unreachable)
        assert not world.fund.health().reachable
        with pytest.raises(FundDown) as down:
            read(world.fund.pull(None, "full"))
        assert down.value.retry_after > 0
        with pytest.raises(FundDown):
            world.fund.poll([receipt])
        with pytest.raises(FundDown):
            world.fund.document(receipt)
        world.mood("ok")
        assert receipt.reference in world.fund.poll([receipt])

    @pytest.mark.parametrize("mood", ["wrong", "partial"])
    def test_a_pull_that_lacks_something_is_never_complete(self, world: World, mood: str) -> None:
        has_mood(world, mood)
        everything, _, good = read(world.fund.pull(None, "full"))
        world.mood(mood)
        changes, quarantined, batch = read(world.fund.pull(good.cursor, "full"))
        assert 0 < len(changes) < len(everything)
        assert batch.partial and not batch.complete
        assert quarantined or mood == "partial"
        assert {c.fingerprint for c in changes} <= {c.fingerprint for c in everything}

    def test_what_a_partial_pull_missed_comes_with_the_next_delta(self, world: World) -> None:
        has_mood(world, "partial")
        _, _, good = read(world.fund.pull(None, "full"))
        world.wait(timedelta(days=40))
        world.mood("partial")
        _, _, partial = read(world.fund.pull(good.cursor, "delta"))
        world.mood("ok")
        missed, _, _ = read(world.fund.pull(partial.cursor, "delta"))
        whole, _, _ = read(world.fund.pull(good.cursor, "delta"))
        assert {c.key for c in whole} <= {c.key for c in missed}

    def test_answers_without_sense_leave_requests_pending(self, world: World) -> None:
        takes_requests(world)
        person = someone(world.fund).key
        receipt = world.fund.submit(Request("k1", "registration", person))
        assert isinstance(receipt, Receipt)
        world.wait(timedelta(minutes=1))
        world.mood("wrong")
        assert world.fund.poll([receipt]) == {}
        assert world.fund.document(receipt) is None
        assert not isinstance(world.fund.lookup(person), Found)
        if world.live:
            assert isinstance(world.fund.submit(Request("k2", "amo", person)), Unreachable)

    def test_the_last_good_as_of_survives_a_bad_day(self, world: World) -> None:
        _, _, good = read(world.fund.pull(None, "full"))
        world.wait(timedelta(days=2))
        world.mood("partial" if "partial" in world.moods else "wrong")
        read(world.fund.pull(None, "full"))
        assert world.fund.health().last_good == good.as_of


def test_an_address_nobody_speaks_is_told_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"'carrier-pigeon:'.*known: .*pretend"):
        open_fund("cnss", "carrier-pigeon:///x", lambda: START)
