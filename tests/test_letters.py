"""Many letters at once: each person's order, a fund that is down for weeks, a cap that holds, and
claims that cost the same however many letters wait."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from test_outbox import START, Depot

from lite.clock import Clock, set_clock, stamp
from lite.outbox import (
    FAILURES,
    Accepted,
    Carrier,
    Down,
    Later,
    Lost,
    Never,
    Outbox,
    Outcome,
)
from lite.outbox.pace import Pace
from lite.store.letters import LetterRow, claiming

PATIENCE = 30.0


@pytest.fixture
def depot(tmp_path: Path) -> Iterator[Depot]:
    yield Depot(tmp_path)


def request(depot: Depot, id: str, person: str, fund: str = "cnss") -> str:
    now = stamp(depot.clock.now())
    depot.store.letters.post(
        LetterRow(id, "fund", "request", "waiting", person, "", "", now, None, 0, now, fund)
    )
    return id


class Working:
    """A worker as it lives: its lanes on threads, until the block is left."""

    def __init__(self, depot: Depot, carriers: dict[str, Carrier], **options: object) -> None:
        self.stop = threading.Event()
        worker = Outbox(depot.opened(), depot.clock, carriers, **options)  # type: ignore[arg-type]
        self.thread = threading.Thread(target=worker.run, args=(self.stop, 0.05))

    def __enter__(self) -> Working:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


def until(done: Callable[[], bool]) -> None:
    """Wait for something that must come, and not for a time."""
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)


def states(depot: Depot) -> Counter[str]:
    return Counter(state for (state,) in depot.store.sql.all("select state from letters"))


# A fund that is down


def lane(depot: Depot, carry: Carrier | Outcome, name: str = "fund:cnss") -> Outbox:
    def noted(row: LetterRow) -> Outcome:
        depot.sent.append(row.id)
        return carry(row) if callable(carry) else carry

    return Outbox(depot.store, depot.clock, {name: noted}, chance=lambda low, high: 1.0)


def test_a_fund_that_is_down_is_left_alone(depot: Depot) -> None:
    for number in range(60):
        request(depot, f"{number:02}", f"person {number}")
    worker = lane(depot, Down("the fund does not answer"))
    worker.run_once()
    assert len(depot.sent) == FAILURES
    for _ in range(20):
        assert worker.run_once() == 0
    assert len(depot.sent) == FAILURES
    tried = depot.store.sql.one("select count(*), max(attempts) from letters where attempts > 0")
    assert tried == (FAILURES, 1)
    assert depot.store.sql.one("select count(*) from attempts") == (FAILURES,)


def test_one_letter_of_one_worker_tries_whether_it_is_back(depot: Depot) -> None:
    for number in range(30):
        request(depot, f"{number:02}", f"person {number}")
    first, second = (lane(depot, Down("down")) for _ in range(2))
    first.run_once()
    depot.after(seconds=301)
    assert [first.run_once(), second.run_once()] == [1, 0]
    assert len(depot.sent) == FAILURES + 1


def test_the_letter_that_tries_is_not_always_the_same(depot: Depot) -> None:
    """One that breaks the fund would keep it shut for everybody."""
    for number in range(9):
        request(depot, f"{number}", f"person {number}")
    worker = lane(depot, lambda row: Down("down") if row.id == "5" else Accepted())
    shut = lane(depot, Down("down"))
    shut.run_once()
    for _ in range(3):
        depot.after(seconds=301)
        worker.run_once()
    assert states(depot) == {"accepted": 8, "waiting": 1}


def test_when_it_is_back_everything_leaves(depot: Depot) -> None:
    for number in range(60):
        request(depot, f"{number:02}", f"person {number % 20}")
    down = lane(depot, Down("down"))
    for _ in range(30):
        down.run_once()
        depot.after(days=1)
    depot.sent.clear()
    back = lane(depot, Accepted())
    while back.run_once():
        pass
    assert states(depot) == {"accepted": 60}
    assert len(depot.sent) == len(set(depot.sent)) == 60
    for person in range(20):
        theirs = [int(id) for id in depot.sent if int(id) % 20 == person]
        assert theirs == sorted(theirs)


def test_a_fund_that_is_down_shuts_no_other(depot: Depot) -> None:
    for number in range(20):
        request(depot, f"a{number:02}", "person", "cnss")
        request(depot, f"b{number:02}", "person", "cnops")
    down = lane(depot, Down("down"))
    for _ in range(8):
        down.run_once()
        depot.after(seconds=6)
    other = lane(depot, Accepted(), "fund:cnops")
    while other.run_once():
        pass
    found = depot.store.sql.all("select route, state, count(*) from letters group by 1, 2")
    assert sorted(found) == [("cnops", "accepted", 20), ("cnss", "waiting", 20)]


@pytest.mark.parametrize("outcome", [Accepted(), Never("no_pension"), Later("busy")])
def test_whoever_answers_is_not_down(depot: Depot, outcome: Outcome) -> None:
    for number in range(12):
        request(depot, f"{number:02}", f"person {number}")
    answers = iter([Down("down"), Lost("reset"), Down("down"), outcome] * 3)
    lane(depot, lambda row: next(answers)).run_once()
    assert len(depot.sent) == 12


def test_a_clock_set_back_does_not_shut_a_lane_for_good(depot: Depot) -> None:
    for number in range(9):
        request(depot, f"{number}", f"person {number}")
    lane(depot, Down("down")).run_once()
    set_clock(depot.folder / "clock", START - timedelta(days=400))
    depot.store.sql.run("update letters set due_at = created_at, created_at = ''")
    depot.store.sql.run("update letters set due_at = ''")
    back = lane(depot, Accepted())
    while back.run_once():
        pass
    assert states(depot) == {"accepted": 9}


def test_an_answer_that_could_not_leave_for_days_is_given_up(depot: Depot) -> None:
    depot.letter("a")
    worker = lane(depot, Down("InsufficientBalance"), "sms")
    for _ in range(20):
        worker.run_once()
        depot.after(hours=3)
    assert depot.state("a") == "waiting"
    depot.after(days=1)
    worker.run_once()
    assert depot.state("a") == "dead"


# A worker as it lives


def test_a_slow_call_delays_nobody_behind_it(depot: Depot) -> None:
    for number in range(200):
        depot.letter(f"{number:03}")
    hung = threading.Event()

    def carry(row: LetterRow) -> Outcome:
        if row.id == "000":
            hung.wait(PATIENCE)
        return Accepted(f"m{row.id}")

    with Working(depot, {"sms": carry}, senders={"sms": 4}):
        until(lambda: states(depot) == {"accepted": 199, "sending": 1})
        hung.set()
        until(lambda: states(depot) == {"accepted": 200})


def test_workers_share_the_letters_and_double_none(depot: Depot) -> None:
    for number in range(300):
        request(depot, f"{number:03}", f"person {number % 40}")
    sent: list[str] = []

    def carry(row: LetterRow) -> Outcome:
        sent.append(row.id)
        return Accepted()

    options = {"senders": {"fund:cnss": 3}}
    lanes = {"fund:cnss": carry}
    with Working(depot, lanes, **options), Working(depot, lanes, **options):
        until(lambda: states(depot) == {"accepted": 300})
    assert sorted(sent) == sorted(set(sent))
    for person in range(40):
        theirs = [int(id) for id in sent if int(id) % 40 == person]
        assert theirs == sorted(theirs)


def test_whoever_is_told_to_stop_gives_back_what_was_not_begun(depot: Depot) -> None:
    for number in range(40):
        depot.letter(f"{number:02}")
    begun, go_on = threading.Event(), threading.Event()

    def carry(row: LetterRow) -> Outcome:
        begun.set()
        go_on.wait(PATIENCE)
        return Accepted()

    with Working(depot, {"sms": carry}, senders={"sms": 2}) as working:
        assert begun.wait(PATIENCE)
        working.stop.set()
        go_on.set()
    left = depot.store.sql.all("select state, attempts, count(*) from letters group by 1, 2")
    assert {(state, attempts) for state, attempts, _ in left} == {("accepted", 1), ("waiting", 0)}
    assert depot.store.sql.one("select count(*) from attempts where outcome = 'sending'") == (0,)


def test_the_attempt_is_written_before_anything_leaves(depot: Depot) -> None:
    for number in range(50):
        depot.letter(f"{number:02}")
    other = depot.opened()
    seen: list[object] = []

    def carry(row: LetterRow) -> Outcome:
        seen.append(other.sql.one("select outcome from attempts where letter = ?", row.id))
        return Accepted()

    with Working(depot, {"sms": carry}):
        until(lambda: states(depot) == {"accepted": 50})
    assert seen == [("sending",)] * 50


# No more than so many a second


def test_two_workers_together_keep_to_the_rate(depot: Depot) -> None:
    for number in range(120):
        request(depot, f"{number:03}", f"person {number}")
    left: list[float] = []

    def carry(row: LetterRow) -> Outcome:
        left.append(time.monotonic())
        return Accepted()

    options = {"rates": {"fund:cnss": 100.0}, "senders": {"fund:cnss": 4}}
    lanes = {"fund:cnss": carry}
    with Working(depot, lanes, **options), Working(depot, lanes, **options):
        until(lambda: states(depot) == {"accepted": 120})
    left.sort()
    # Counted from every letter on: how many leave within a second, with a sender's own delay.
    busiest = max(sum(first <= one < first + 0.95 for one in left) for first in left)
    assert busiest <= 100


def test_turns_are_given_out_once_and_apart(depot: Depot) -> None:
    paces = [Pace(depot.opened().lanes, "fund", "cnss", Clock(), 1_000.0) for _ in range(3)]
    turns: list[float] = []
    for pace in paces * 20:
        turn = pace._next()
        assert turn is not None
        turns.append(turn)
    turns.sort()
    assert all(later - sooner > 0.001 for sooner, later in pairwise(turns))


def test_turns_of_a_clock_that_was_set_back_hold_nobody_up(depot: Depot) -> None:
    pace = Pace(depot.store.lanes, "sms", "", depot.clock, 10.0)
    assert pace._next()
    set_clock(depot.folder / "clock", START - timedelta(days=1))
    turn = pace._next()
    assert turn is not None
    assert abs(turn - depot.clock.now().timestamp()) < 60


# What a claim costs: of the embedded engine, whose plan needs no statistics


@pytest.mark.sqlite("the plan is told in SQLite's words")
@pytest.mark.parametrize(
    ("routed", "values", "index"),
    [
        (False, ("", "", "sms", "", 100, "sms", ""), "letters_waiting"),
        (True, ("", "", "fund", "cnss", "", 100, "fund", "cnss", ""), "letters_routed"),
    ],
)
def test_a_claim_reads_what_it_takes_and_no_more(
    depot: Depot, routed: bool, values: tuple[object, ...], index: str
) -> None:
    told = depot.store.sql.all(f"explain query plan {claiming(routed)}", *values)
    plan = [row[3] for row in told]
    assert any(f"INDEX {index} " in step for step in plan), plan
    assert sum("letters_order" in step for step in plan) == 2, plan
    assert not [step for step in plan if "TEMP B-TREE" in step or step.startswith("SCAN")], plan


@pytest.mark.sqlite("the plan is told in SQLite's words")
def test_looking_after_letters_reads_only_those_that_need_it(depot: Depot) -> None:
    plan = depot.store.sql.all(
        "explain query plan update letters set state = 'expired', changed_at = ''"
        " where state in ('waiting', 'unknown') and expires_at is not null and expires_at <= ''"
    )
    assert "letters_expiring" in plan[0][3]
