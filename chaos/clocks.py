"""R9: the clock jumps by ten years, by a day, and through the hours that Ramadan moves. No code is
taken out of its ten minutes, no letter leaves twice, no chore is left out."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from attack.figures import Figure
from chaos.home import home
from lite import chores
from lite.app import House
from lite.clock import set_clock
from lite.desk import post
from lite.identity import codes
from lite.outbox import Accepted, Outbox
from lite.text import T

# In the middle of a day, and a minute before the hours move in Casablanca in 2026, both ways.
STARTS = (
    datetime(2026, 11, 24, 9, 0, tzinfo=UTC), datetime(2026, 2, 15, 1, 59, tzinfo=UTC),
    datetime(2026, 3, 22, 1, 59, tzinfo=UTC),
)  # fmt: skip
_YEARS, _MINUTES = timedelta(days=3652), timedelta(minutes=1)
# The jump, and whether a code of just before it is still good after it.
JUMPS = (
    (_YEARS, False), (-_YEARS, False), (timedelta(days=-1), False), (timedelta(hours=1), False),
    (timedelta(hours=-1), False), (9 * _MINUTES, True), (11 * _MINUTES, False),
    (timedelta(seconds=601), False), (timedelta(seconds=-2), False),
)  # fmt: skip
_LINES = [T("Lite : demande de rappel reçue. Référence :")]


def run(rounds: int) -> list[Figure]:
    """Each jump from each moment, so many times."""
    wrong, again, tried, done = list[str](), 0, 0, 0
    with home() as built:
        file = str(built.settings.folder / "clock")
        house = House(replace(built.settings, clock=file))
        for number in range(rounds):
            for start in STARTS:
                for jump, good in JUMPS:
                    tried += 1
                    wrong += _code(house, start, jump, good)
                    again += _letter(house, start, jump, number)
                    done += _chore(house, start, jump)
    example = f" ({wrong[0]})" if wrong else ""
    return [
        Figure("R9", f"codes taken, or refused, out of their time{example}",
               f"{len(wrong)} of {tried}", "0", not wrong),
        Figure("R9", "letters sent again", f"{again} of {tried}", "0", again == 0),
        Figure("R9", "chores that went on", f"{done} of {tried}", "all", done == tried),
    ]  # fmt: skip


def _code(house: House, start: datetime, jump: timedelta, good: bool) -> list[str]:
    set_clock(house.settings.clock, start)
    (phone, person) = house.store.sql.one("select phone, person from phones limit 1") or ("", "")
    house.store.sql.run("delete from failures")
    code = codes.issue(house.store, house.vault, phone, person, house.clock.now())
    set_clock(house.settings.clock, start + jump)
    found = codes.check(house.store, house.vault, phone, code, house.clock.now())
    taken = isinstance(found, codes.Signed)
    return [] if taken is good else [f"{jump}: {type(found).__name__}"]


def _letter(house: House, start: datetime, jump: timedelta, number: int) -> int:
    """How often a letter left again, once it had left and the clock jumped."""
    sent = list[str]()

    def carry(row: object) -> Accepted:
        sent.append("once")
        return Accepted()

    set_clock(house.settings.clock, start)
    house.store.sql.run("delete from letters")
    post.sms(house.office, f"+2126{55_000_000 + number}", _LINES, "fr", "receipt")
    worker = Outbox(house.store, house.clock, {"sms": carry}, ambiguous_wait=1)
    worker.run_once()
    for moment in (start + jump, start, start + jump):
        set_clock(house.settings.clock, moment)
        worker.run_once()
    return len(sent) - 1


def _chore(house: House, start: datetime, jump: timedelta) -> bool:
    """Whether a chore that was done before the jump is done after it too, at its pace."""
    set_clock(house.settings.clock, start)
    stop, after, times = threading.Event(), threading.Event(), []

    def do() -> None:
        times.append(house.clock.now())
        if len(times) == 1:
            set_clock(house.settings.clock, start + jump)
        if len(times) == 3:
            after.set()

    thread = threading.Thread(target=chores.run, args=([chores.Chore("c", 0.005, do)], stop))
    thread.start()
    went_on = after.wait(10)
    stop.set()
    thread.join()
    return went_on
