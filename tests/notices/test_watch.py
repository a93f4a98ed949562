"""A fund that stops answering is told on every door within a minute, and told to be back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from board import announce, incident
from cast import AR_FOUR, FR_SIX
from phone import Phone
from visitor import Visitor

from lite import notices
from lite.app import House
from lite.chores import run
from lite.clock import set_clock, short, stamp
from lite.notices.availability import Availability, availability
from lite.notices.standard import next_news
from lite.notices.watch import EVERY, PATIENCE, Watch
from lite.signs import findings
from lite.upstream import pretend

MINUTES = timedelta(minutes=1)
STEP = timedelta(seconds=50)  # within the gap beyond which nobody looked
SILENT = "ne répond plus, rien de nouveau n'en vient."


def passes(house: House, time: timedelta) -> None:
    set_clock(Path(house.settings.clock), house.clock.now() + time)


def looks(house: House, times: int = 2, apart: timedelta = timedelta(seconds=EVERY)) -> None:
    for _ in range(times):
        passes(house, apart)
        house.watch.look()


@pytest.fixture
def mood(house: House, tmp_path: Path) -> Callable[[str], None]:
    """Switch the pretend fund; it was looked at before."""
    house.watch.look()
    return lambda mode: pretend.switch(tmp_path / "fund.db", mode)


class Worker(Event):
    """The worker's own thread of the watch, whose waiting is what makes the house's time pass."""

    def __init__(self, house: House, until: datetime) -> None:
        super().__init__()
        self.house, self.until = house, until

    def wait(self, timeout: float | None = None) -> bool:
        passes(self.house, timedelta(seconds=timeout or 0))
        return self.is_set()

    def is_set(self) -> bool:
        return self.house.clock.now() >= self.until


def works(house: House, time: timedelta) -> None:
    """The worker watches for so long."""
    worker = Worker(house, house.clock.now() + time)
    chores = [chore for chore in house.chores if chore.name == "watch"]
    assert chores
    run(chores, worker, lambda: house.clock.now().timestamp())


@pytest.mark.parametrize("into", [0, 1, 7, 14])
def test_a_fault_is_seen_on_every_door_within_a_minute(
    house: House, mood: Callable[[str], None], into: int
) -> None:
    works(house, 5 * MINUTES + timedelta(seconds=into))
    Phone(house, FR_SIX).dials().sees("Mes dossiers")
    mood("down")
    # Of the minute, what a fund may take to say nothing at all is left out: twice our patience.
    works(house, MINUTES - timedelta(seconds=2 * PATIENCE))
    (own,) = notices.open_now(house.store, house.clock.now())
    assert own.next_at
    Phone(house, FR_SIX).dials().sees(SILENT, f"nouvelles le {short(own.next_at)}")
    Phone(house, AR_FOUR, "ar").dials().sees("لا يجيب")
    Phone(house, FR_SIX).texts("ETAT").gets(SILENT, short(own.next_at))
    for page in ("", "status", "services/agencies", "sign-in"):
        Visitor(house).opens(f"/fr/{page}").sees(SILENT)
        Visitor(house, "ar").opens(f"/ar/{page}").sees("لا يجيب")
    ((says, well),) = [
        (one.says, one.well) for one in findings(house) if "does not answer, since" in one.says
    ]
    assert says.startswith("fund pretend:") and not well
    without = House(replace(house.settings, upstream="other=pretend:"))
    assert not [one for one in findings(without) if "does not answer, since" in one.says]


def test_the_next_news_is_within_the_hour_on_a_round_minute() -> None:
    for minute in range(60):
        now = datetime.fromisoformat(f"2026-11-24T13:{minute:02}:42+00:00")
        news = next_news(now)
        assert timedelta(minutes=54) < news - now <= 60 * MINUTES
        assert news.minute % 5 == news.second == 0


def test_it_is_renewed_by_itself_each_hour(house: House, mood: Callable[[str], None]) -> None:
    mood("down")
    looks(house)
    (first,) = notices.open_now(house.store, house.clock.now())
    assert first.next_at
    looks(house, 60, MINUTES)
    (later,) = notices.open_now(house.store, house.clock.now())
    assert later.next_at
    assert (later.id, later.version) == (first.id, 2)
    assert later.next_at > house.clock.now()
    page = Visitor(house).opens("/fr/status")
    page.sees("Dernière nouvelle le 24/11/2026", short(later.next_at)[6:])


def test_it_ends_by_itself_when_the_fund_is_back(house: House, mood: Callable[[str], None]) -> None:
    mood("down")
    looks(house)
    mood("ok")
    looks(house, 1)
    Phone(house, FR_SIX).dials().sees(SILENT)
    looks(house, 1)
    Phone(house, FR_SIX).dials().sees("Mes dossiers")
    Phone(house, FR_SIX).texts("ETAT").gets("Caisse (démo) répond.")


def test_a_fund_that_comes_and_goes_makes_no_notice_come_and_go(
    house: House, mood: Callable[[str], None]
) -> None:
    for state in ("down", "ok") * 10:
        mood(state)
        looks(house, 1)
    assert house.store.sql.all("select id from notices") == []
    mood("down")
    looks(house)
    for state in ("ok", "down") * 10:
        mood(state)
        looks(house, 1)
    assert len(house.store.sql.all("select id from notices")) == 1
    assert notices.open_now(house.store, house.clock.now())


def test_since_when_is_the_first_look_that_failed(
    house: House, mood: Callable[[str], None]
) -> None:
    mood("down")
    looks(house, 1)
    failed = house.clock.now()
    looks(house, 3)
    (own,) = notices.open_now(house.store, house.clock.now())
    assert abs(own.starts_at - failed) < timedelta(seconds=5)


def test_an_announced_stop_needs_no_other_notice(
    house: House, mood: Callable[[str], None]
) -> None:
    made = announce(house)
    passes(house, made.starts_at - house.clock.now())
    mood("down")
    looks(house, 4)
    assert [one.id for one in notices.open_now(house.store, house.clock.now())] == [made.id]
    passes(house, timedelta(hours=10))
    looks(house)
    (own,) = notices.open_now(house.store, house.clock.now())
    assert own.own, "the hour of return came, the fund did not"


def test_what_an_operator_says_of_it_is_enough(house: House, mood: Callable[[str], None]) -> None:
    made = incident(house)
    mood("down")
    looks(house, 3)
    assert [one.id for one in notices.open_now(house.store, house.clock.now())] == [made.id]


def test_two_workers_raise_one(house: House, mood: Callable[[str], None]) -> None:
    mood("down")
    for _ in range(4):
        passes(house, timedelta(seconds=EVERY))
        house.watch.look()
        House(house.settings).watch.look()
    assert len(house.store.sql.all("select id from notices")) == 1


def test_a_fund_that_hangs_is_down_and_holds_up_no_other(house: House) -> None:
    hang = Event()

    def hangs() -> bool:
        hang.wait(30)
        return True

    def breaks() -> bool:
        raise RuntimeError

    watch = Watch(house.store, house.clock, {"a": hangs, "b": breaks, "c": lambda: True},
                  "*1#", "3939", patience=0.2)  # fmt: skip
    begun = monotonic()
    for _ in range(3):
        passes(house, timedelta(seconds=EVERY))
        watch.look()
    assert monotonic() - begun < 10
    states = {row.fund: row.state for row in house.store.notices.watched()}
    assert states == {"a": "down", "b": "down", "c": "up"}
    hang.set()


# How much of the time


def share(house: House) -> Availability:
    return availability(house.store, ["pretend"], house.clock.now())[0]


def test_nothing_is_claimed_before_anybody_looked(house: House) -> None:
    assert share(house).seen == timedelta(0)
    Visitor(house).opens("/fr/status").sees("Caisse (démo) : moins d'un jour d'observation.")


def test_a_silence_counts_and_what_nobody_saw_does_not(
    house: House, mood: Callable[[str], None]
) -> None:
    looks(house, 60, STEP)
    mood("down")
    looks(house, 20, STEP)
    mood("ok")
    passes(house, timedelta(days=2))
    looks(house, 41, STEP)
    found = share(house)
    # What lies between the last look that found it up and the first that did not was up.
    assert round(found.seen / STEP) == 120
    assert round(found.up / STEP) == 101
    assert found.permille == int(found.up * 1000 / found.seen)


def test_a_planned_stop_counts_as_time_without_the_fund(house: House) -> None:
    """Whether anybody looked or not, and though the fund answered all the while."""
    made = announce(house)
    passes(house, made.starts_at - house.clock.now() - timedelta(hours=1))
    looks(house, 73, STEP)
    passes(house, timedelta(hours=10))
    found = share(house)
    assert round(found.seen / timedelta(hours=1)) == 11
    assert round(found.up / timedelta(hours=1)) == 1


def test_the_page_tells_the_share_once_a_day_was_seen(house: House) -> None:
    now = house.clock.now()
    row = ("pretend", stamp(now - timedelta(days=40)), stamp(now - timedelta(days=9.5)), "up")
    house.store.sql.run("insert into fund_spans values (?, ?, ?, ?)", *row)
    page = Visitor(house).opens("/fr/status")
    page.sees("Caisse (démo) a répondu 100,0 % du temps sur 30 jours (20 observés).")
    page.sees("Caisse (démo) a répondu 100,0 % du temps sur 90 jours (30 observés).")


def test_a_share_is_never_whole_when_something_was_missing() -> None:
    day = timedelta(days=1)
    assert Availability("x", 30, 30 * day, 30 * day - timedelta(seconds=1)).permille == 999
    assert Availability("x", 30, 30 * day, 30 * day).permille == 1000
    assert Availability("x", 30, timedelta(0), timedelta(0)).permille == 0
