"""Letters on their way: leases, tries, lost outcomes, order, and nothing that blocks the rest."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lite import outbox, vault
from lite.clock import Clock, set_clock, stamp
from lite.desk import reports
from lite.desk.office import Office
from lite.outbox import MOST_TRIES, Accepted, Carrier, Down, Later, Lost, Never, Outbox, Outcome
from lite.store import Store
from lite.store.delivery import Report
from lite.store.letters import LetterRow
from tests import engines

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@dataclass
class Depot:
    """A store of letters, a clock to turn, and carriers that do as they are told."""

    folder: Path
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        vault.create(self.folder / "keys")
        set_clock(self.folder / "clock", START)
        self.clock = Clock(self.folder / "clock")
        self.store = self.opened()
        self.store.migrate()
        keys = vault.load(self.folder / "keys")
        self.office = Office(self.store, keys, self.clock, "*384*3939#", "3939", "")

    def opened(self) -> Store:
        return Store(engines.store_of(self.folder))

    def after(self, **delta: float) -> None:
        set_clock(self.folder / "clock", self.clock.now() + timedelta(**delta))

    def letter(
        self, id: str, kind: str = "sms", klass: str = "answer", address: str = "", life: float = 0
    ) -> str:
        now = self.clock.now()
        expires = stamp(now + timedelta(seconds=life)) if life else None
        self.store.letters.post(
            LetterRow(
                id, kind, klass, "waiting", address or f"to {id}", "fr", "", stamp(now), expires,
                0, stamp(now),
            )
        )  # fmt: skip
        return id

    def worker(
        self, carry: Carrier | Outcome, store: Store | None = None, **options: float
    ) -> Outbox:
        def noted(row: LetterRow) -> Outcome:
            self.sent.append(row.id)
            return carry(row) if callable(carry) else carry

        return Outbox(
            store or self.store, self.clock, {"sms": noted, "fund": noted},
            taken=lambda message_id: reports.catch_up(self.office, message_id),
            chance=lambda low, high: 1.0, **options,
        )  # fmt: skip

    def of(self, id: str) -> dict[str, object]:
        names = "state, attempts, due_at, reason, message_id, segments, cost, status"
        row = self.store.sql.one(f"select {names} from letters where id = ?", id)
        assert row is not None
        return dict(zip(names.split(", "), row, strict=True))

    def state(self, id: str) -> object:
        return self.of(id)["state"]


@pytest.fixture
def depot(tmp_path: Path) -> Iterator[Depot]:
    yield Depot(tmp_path)


def raises(error: BaseException) -> Callable[[LetterRow], Outcome]:
    def carry(row: LetterRow) -> Outcome:
        raise error

    return carry


class Killed(BaseException):
    """The process ends here."""


# What a carrier says


def test_accepted(depot: Depot) -> None:
    depot.letter("a")
    assert depot.worker(Accepted("ATXid_1", 2, "MAD 0.96")).run_once() == 1
    of = depot.of("a")
    assert (of["state"], of["message_id"], of["segments"], of["cost"]) == (
        "accepted", "ATXid_1", 2, "MAD 0.96",
    )  # fmt: skip
    assert depot.store.sql.all("select number, outcome from attempts") == [(1, "accepted")]
    of_letters = depot.store.sql.all("select address from letters")
    assert depot.store.sql.all("select address from attempts") == of_letters
    assert depot.worker(Accepted()).run_once() == 0


def test_refused(depot: Depot) -> None:
    depot.letter("a")
    worker = depot.worker(Never("InvalidPhoneNumber"))
    worker.run_once()
    depot.after(days=30)
    worker.run_once()
    assert depot.of("a")["state"] == "refused"
    assert depot.of("a")["reason"] == "InvalidPhoneNumber"
    assert depot.sent == ["a"]


def test_later_waits_longer_each_time_then_gives_up(depot: Depot) -> None:
    depot.letter("a")
    worker, waits = depot.worker(Later("busy")), []
    while depot.state("a") == "waiting":
        worker.run_once()
        due = datetime.fromisoformat(str(depot.of("a")["due_at"]))
        waits.append(round((due - depot.clock.now()).total_seconds()))
        assert worker.run_once() == 0
        depot.after(seconds=max(waits[-1], 0) + 1)
    assert waits[:8] == [5, 15, 45, 135, 405, 1215, 3600, 3600]
    assert depot.of("a") | {"due_at": ""} == depot.of("a") | {
        "state": "dead", "attempts": MOST_TRIES, "reason": "busy", "due_at": "",
    }  # fmt: skip
    assert len(depot.sent) == MOST_TRIES


def test_a_carrier_may_say_how_long(depot: Depot) -> None:
    depot.letter("a")
    depot.worker(Later("throttled", 60)).run_once()
    assert str(depot.of("a")["due_at"]) > stamp(START + timedelta(seconds=59))


def test_waits_are_spread(depot: Depot) -> None:
    for number in range(20):
        depot.letter(f"{number}")
    outbox.Outbox(depot.store, depot.clock, {"sms": lambda row: Later("busy", 100)}).run_once()
    due = [row[0] for row in depot.store.sql.all("select due_at from letters order by 1")]
    assert len(set(due)) == 20
    assert stamp(START + timedelta(seconds=79)) < due[0]
    assert due[-1] < stamp(START + timedelta(seconds=130))


def test_a_request_waits_for_weeks_and_is_never_far_away(depot: Depot) -> None:
    depot.letter("r", "fund", "request")
    worker = depot.worker(Later("the fund does not answer"))
    for _ in range(40):
        worker.run_once()
        depot.after(seconds=601)
    assert depot.state("r") == "waiting"
    assert len(depot.sent) == 40


# Lost outcomes


@pytest.mark.parametrize(
    ("klass", "sent", "state"),
    [
        ("code", 1, "expired"),
        ("answer", 2, "dead"),
        ("receipt", 2, "dead"),
        ("notice", 2, "dead"),
        ("request", 5, "waiting"),
    ],
)
def test_a_lost_letter_follows_the_policy_of_its_class(
    depot: Depot, klass: str, sent: int, state: str
) -> None:
    depot.letter("a", "fund" if klass == "request" else "sms", klass)
    worker = depot.worker(Lost("ReadTimeout"))
    for _ in range(5):
        worker.run_once()
        depot.after(seconds=601)
    assert (len(depot.sent), depot.state("a")) == (sent, state)


def test_a_lost_answer_waits_before_it_goes_again(depot: Depot) -> None:
    depot.letter("a")
    worker = depot.worker(Lost("ReadTimeout"))
    worker.run_once()
    depot.after(seconds=590)
    assert worker.run_once() == 0
    assert depot.state("a") == "unknown"
    depot.after(seconds=20)
    assert worker.run_once() == 1


def test_a_lost_answer_may_arrive_the_second_time(depot: Depot) -> None:
    depot.letter("a")
    depot.worker(Lost("ReadTimeout")).run_once()
    depot.after(seconds=601)
    depot.worker(Accepted("m2")).run_once()
    assert depot.state("a") == "accepted"


@pytest.mark.parametrize("klass", ["code", "answer"])
def test_a_report_proves_that_a_lost_letter_was_taken(depot: Depot, klass: str) -> None:
    """Reported while we still waited for the answer that never came."""
    depot.letter("a", klass=klass)

    def carry(row: LetterRow) -> Outcome:
        reports.learn(depot.office, Report("ATXid_9", "Success", "", row.address))
        return Lost("ReadTimeout")

    worker = depot.worker(carry)
    worker.run_once()
    depot.after(seconds=700)
    worker.run_once()
    assert depot.of("a")["message_id"] == "ATXid_9"
    assert (depot.sent, depot.state("a")) == (["a"], "delivered")


def test_a_later_report_proves_it_too(depot: Depot) -> None:
    depot.letter("a")
    worker = depot.worker(Lost("reset"))
    worker.run_once()
    reports.learn(depot.office, Report("ATXid_9", "Sent", "", "to a"))
    depot.after(seconds=700)
    worker.run_once()
    assert (depot.sent, depot.state("a")) == (["a"], "accepted")


def test_a_report_on_another_letter_to_the_same_phone_proves_nothing(depot: Depot) -> None:
    depot.letter("a", address="phone")
    depot.worker(Lost("reset")).run_once()
    depot.letter("b", address="phone")

    def carry(row: LetterRow) -> Outcome:
        reports.learn(depot.office, Report("ATXid_b", "Success", "", "phone"))
        return Accepted("ATXid_b")

    depot.worker(carry).run_once()
    assert depot.state("a") == "unknown"
    assert depot.of("b")["state"] == "delivered"
    depot.after(seconds=601)
    depot.worker(Accepted("ATXid_a")).run_once()
    assert depot.of("a")["message_id"] == "ATXid_a"


# Time that runs out


def test_an_expired_letter_never_leaves(depot: Depot) -> None:
    depot.letter("code", klass="code", life=600)
    depot.after(seconds=601)
    assert depot.worker(Accepted()).run_once() == 0
    assert depot.state("code") == "expired"


def test_a_letter_may_expire_while_others_are_carried(depot: Depot) -> None:
    depot.letter("a")
    depot.letter("b", klass="code", life=600)

    def slow(row: LetterRow) -> Outcome:
        depot.after(seconds=601)
        return Accepted()

    depot.worker(slow).run_once()
    assert (depot.sent, depot.state("b")) == (["a"], "expired")


@pytest.mark.parametrize("outcome", [Later("busy"), Lost("cut off"), Down("nobody", 60)])
def test_a_clock_that_was_set_far_back_holds_up_no_letter(depot: Depot, outcome: Outcome) -> None:
    """Whatever waits for its next try waits by the clock that was, which may be years away."""
    depot.after(days=400)
    depot.letter("a")
    depot.letter("b", "fund", "request")
    depot.worker(outcome).run_once()
    depot.after(days=-400)
    worker = depot.worker(Accepted())
    for _ in range(3):
        depot.after(minutes=11)
        worker.run_once()
    assert (depot.state("a"), depot.state("b")) == ("accepted", "accepted")


def test_a_letter_whose_worker_died_before_the_clock_was_set_back_goes_on(depot: Depot) -> None:
    depot.letter("b", "fund", "request")
    depot.after(days=400)
    with pytest.raises(Killed):
        depot.worker(raises(Killed())).run_once()
    depot.after(days=-400)
    worker = depot.worker(Accepted())
    for _ in range(3):
        worker.run_once()
        depot.after(minutes=11)
    assert depot.state("b") == "accepted"


def test_a_withdrawn_letter_never_leaves(depot: Depot) -> None:
    depot.letter("a")
    assert depot.store.letters.withdraw("a", stamp(depot.clock.now()))
    assert depot.worker(Accepted()).run_once() == 0


# Crashes and other workers


def test_a_crash_in_mid_attempt_is_an_unknown_outcome(depot: Depot) -> None:
    depot.letter("a")
    with pytest.raises(Killed):
        depot.worker(raises(Killed())).run_once()
    next_worker = depot.worker(Accepted("m"))
    assert next_worker.run_once() == 0
    depot.after(seconds=31)
    assert next_worker.run_once() == 0
    assert depot.state("a") == "unknown"
    depot.after(seconds=601)
    assert next_worker.run_once() == 1
    assert depot.store.sql.all("select number, outcome from attempts order by 1") == [
        (1, "sending"),
        (2, "accepted"),
    ]


def test_two_crashes_are_two_lost_outcomes(depot: Depot) -> None:
    depot.letter("a")
    for _ in range(2):
        with pytest.raises(Killed):
            depot.worker(raises(Killed())).run_once()
        depot.after(seconds=31)
        assert depot.worker(Accepted()).run_once() == 0
        depot.after(seconds=601)
    assert depot.worker(Accepted()).run_once() == 0
    assert (len(depot.sent), depot.state("a")) == (2, "dead")


def test_a_worker_that_comes_back_late_changes_nothing(depot: Depot) -> None:
    depot.letter("a")
    second = depot.worker(Accepted("second"), depot.opened())

    def asleep(row: LetterRow) -> Outcome:
        if row.attempts == 1:
            depot.after(seconds=31)
            second.run_once()
            depot.after(seconds=601)
            second.run_once()
        return Later("busy")

    depot.worker(asleep).run_once()
    assert (depot.state("a"), depot.of("a")["message_id"]) == ("accepted", "second")


def test_one_bad_letter_never_blocks_the_rest(depot: Depot) -> None:
    for id in "abc":
        depot.letter(id)

    def carry(row: LetterRow) -> Outcome:
        if row.id == "b":
            raise ZeroDivisionError
        return Accepted()

    assert depot.worker(carry).run_once() == 3
    assert [depot.state(id) for id in "abc"] == ["accepted", "unknown", "accepted"]
    assert depot.of("b")["reason"] == "ZeroDivisionError"


def test_two_workers_never_take_the_same_letter(depot: Depot) -> None:
    for number in range(80):
        depot.letter(f"{number}")
    start = threading.Barrier(4)

    def work() -> None:
        worker = depot.worker(Accepted(), depot.opened())
        start.wait()
        while worker.run_once():
            pass

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(depot.sent) == sorted(str(number) for number in range(80))


def test_no_transaction_is_open_while_a_letter_is_carried(depot: Depot) -> None:
    depot.letter("a")
    other = depot.opened()

    def carry(row: LetterRow) -> Outcome:
        other.sql.run("insert into facts (name, value) values ('written', 'meanwhile')")
        assert other.sql.all("select state from letters") == [("sending",)]
        assert other.sql.all("select number, outcome from attempts") == [(1, "sending")]
        return Accepted()

    depot.worker(carry).run_once()
    assert depot.state("a") == "accepted"


def test_a_slow_batch_gives_back_what_it_cannot_carry_in_its_lease(depot: Depot) -> None:
    for id in "abc":
        depot.letter(id)
    passed = threading.Event()

    def slow(row: LetterRow) -> Outcome:
        passed.wait(0.06)
        return Accepted()

    depot.worker(slow, lease=0.1).run_once()
    assert depot.sent == ["a"]
    assert (depot.of("b")["state"], depot.of("b")["attempts"]) == ("waiting", 0)
    assert depot.store.sql.all("select letter from attempts") == [("a",)]


# Order, and kinds


def test_letters_to_a_fund_keep_the_order_of_each_person(depot: Depot) -> None:
    for id, person in (("1", "x"), ("2", "x"), ("3", "y")):
        depot.letter(id, "fund", "request", person)
    answers: dict[str, Outcome] = {"1": Later("down"), "2": Accepted(), "3": Accepted()}
    worker = depot.worker(lambda row: answers[row.id])
    worker.run_once()
    worker.run_once()
    assert depot.sent == ["1", "3"]
    answers["1"] = Accepted()
    for _ in range(2):
        depot.after(seconds=10)
        worker.run_once()
    assert depot.sent == ["1", "3", "1", "2"]


def test_a_fund_that_hangs_holds_up_no_sms(depot: Depot, caplog: pytest.LogCaptureFixture) -> None:
    depot.letter("request", "fund", "request")
    depot.letter("sms")
    stop, hung, carried = threading.Event(), threading.Event(), threading.Event()

    def fund(row: LetterRow) -> Outcome:
        hung.wait(5)
        return Later("down")

    def sms(row: LetterRow) -> Outcome:
        carried.set()
        return Accepted()

    worker = Outbox(depot.store, depot.clock, {"fund": fund, "sms": sms})
    running = threading.Thread(target=worker.run, args=(stop, 0.01))
    running.start()
    assert carried.wait(5)
    stop.wait(0.1)  # rounds go by in which nobody is back
    assert not hung.is_set()
    stop.set()
    hung.set()
    running.join(5)
    assert not running.is_alive()
    assert (depot.state("sms"), depot.state("request")) == ("accepted", "waiting")
    assert [one for one in caplog.records if one.levelno > logging.INFO] == []


def test_a_store_in_trouble_stops_no_worker(depot: Depot) -> None:
    depot.letter("a")
    stop, carried, calls = threading.Event(), threading.Event(), []

    class Troubled(Clock):
        def now(self) -> datetime:
            calls.append(1)
            if len(calls) < 4:
                raise OSError
            return super().now()

    def carry(row: LetterRow) -> Outcome:
        carried.set()
        return Accepted()

    worker = Outbox(depot.store, Troubled(depot.folder / "clock"), {"sms": carry})
    running = threading.Thread(target=worker.run, args=(stop, 0.01))
    running.start()
    assert carried.wait(5)
    stop.set()
    running.join(5)
    assert depot.state("a") == "accepted"
