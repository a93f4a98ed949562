"""R4: a fund is down for three weeks, and people go on with their lives."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median

from attack.figures import Figure
from lite import errands
from lite.app import House
from lite.clock import set_clock
from lite.outbox import Accepted, Outbox
from lite.sms import wishes
from lite.upstream import pretend
from lite.upstream.pretend_memory import Memory, reference_of
from weather import folk
from weather.deeds import DEEDS
from weather.walls import Walls

_CALM = ("notices", "changes")


@dataclass
class Town:
    """One of two houses that live the same days."""

    house: House
    down: bool
    walls: Walls
    failed: list[str] = field(default_factory=list)
    # The 99th percentile of each day, in seconds: by the clock, and of processor time.
    days: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    deeds: int = 0
    outside: int = 0  # calls of the fund while nobody asked anything
    reached: int = 0  # calls of the fund, and sockets, while people asked


def run(quick: bool, days: int = 21) -> list[Figure]:
    """Twin houses, deed by deed in turns: the fund of one of them is down."""
    with ExitStack() as stack:
        houses = [folk.village(stack.enter_context(folk.folder(memory=True))) for _ in range(2)]
        well, ill = (Town(one, down, Walls(one)) for one, down in zip(houses, (0, 1), strict=True))
        people = list(folk.languages().items())
        chance = random.Random("three weeks")
        for day in range(days):
            for town in (well, ill):
                _night(town, day)
            _day(well, ill, chance.sample(people, 4 if quick else 16), chance)
        return [*_figures(well, ill, days), _return(ill)]


def _night(town: Town, day: int) -> None:
    """Another day begins; the worker has done what it does all the time."""
    house, clock = town.house, Path(town.house.settings.clock)
    set_clock(clock, folk.START + timedelta(days=day))
    pretend.switch(house.settings.folder / "fund.db", "down" if town.down else "ok")
    town.walls.asked = 0
    for fund in house.funds.values():
        house.intake.pull(fund)
    _works(house)
    town.outside += town.walls.asked


def _works(house: House) -> int:
    """A minute of the worker: it looks whether the fund answers, and carries letters."""
    clock, begun = Path(house.settings.clock), house.clock.now()
    carried = 0
    for seconds in range(0, 61, 15):
        set_clock(clock, begun + timedelta(seconds=seconds))
        house.watch.look()
        carried += _outbox(house).run_once()
    for chore in house.chores:
        if chore.name in _CALM:
            chore.do()
    return carried


def _outbox(house: House) -> Outbox:
    """The letters' way out; SMS are taken by a gateway that is well."""
    funds = errands.carrier(house.store, house.vault, house.clock, house.funds, house.tell)
    return Outbox(
        house.store, house.clock,
        {
            "sms": lambda letter: Accepted(letter.id),
            "wish": wishes.carrier(house.office),
            **{f"fund:{name}": funds for name in house.funds},
        },
    )  # fmt: skip


def _day(
    well: Town, ill: Town, people: Sequence[tuple[str, str]], chance: random.Random
) -> None:
    """Everybody does everything, in both houses in turns; who is first changes."""
    marks = [len(town.walls.times) for town in (well, ill)]
    for number, language in people:
        for name in chance.sample(list(DEEDS), len(DEEDS)):
            order = [well, ill]
            chance.shuffle(order)
            for town in order:
                _does(town, name, number, language)
    for town, mark in zip((well, ill), marks, strict=True):
        town.days.append(_late(town.walls.times[mark:]))
        town.worked.append(_late(town.walls.work[mark:]))


def _does(town: Town, name: str, number: str, language: str) -> None:
    walls = town.walls
    town.deeds += 1
    walls.asked = walls.tried = 0
    with walls.closed():
        try:
            DEEDS[name](town.house, number, language)
        except Exception as error:
            town.failed.append(f"{name}: {str(error)[:200]!r}")
    town.reached += walls.asked + walls.tried


def _late(times: Sequence[float]) -> float:
    return sorted(times)[int(0.99 * len(times))]


def _figures(well: Town, ill: Town, days: int) -> list[Figure]:
    answers = len(ill.walls.times)
    what = f"fund down {days} days, two houses in turns:"
    ratio, work = _ratio(well.days, ill.days), _ratio(well.worked, ill.worked)
    mid = median(ill.walls.times) / median(well.walls.times)
    served = 1 - len(ill.failed) / max(1, ill.deeds)
    return [
        Figure("R4", f"{what} deeds served ({ill.deeds:,} deeds, {answers:,} answers)",
               f"{served:.2%}" + "".join(f" {one}" for one in ill.failed[:2]), "100 %",
               not ill.failed),
        Figure("R4", f"p99 of an answer beside the other house's, median of the days ({_ms(ill)};"
               f" p50 {mid:.2f})", f"{ratio:.2f}", "<= 1.25", ratio <= 1.25),
        Figure("R4", "the same of processor time", f"{work:.2f}", "<= 1.25", work <= 1.25),
        Figure("R4", f"calls of the fund or sockets from a request ({ill.outside:,} by the worker)",
               f"{ill.reached + well.reached}", "0",
               ill.reached + well.reached == 0 and ill.outside > days),
        Figure("R4", "deeds not served where the fund is well", f"{len(well.failed)}", "0",
               not well.failed),
    ]  # fmt: skip


def _ratio(well: Sequence[float], ill: Sequence[float]) -> float:
    return median(b / a for a, b in zip(well, ill, strict=True))


def _ms(town: Town) -> str:
    return f"{1000 * median(town.days):.1f} ms"


def _return(town: Town) -> Figure:
    """The fund is back: everything that was asked meanwhile is there, once."""
    house = town.house
    asked = house.store.sql.all("select reference from requests where person is not null")
    pretend.switch(house.settings.folder / "fund.db", "ok")
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(hours=1))
    while _works(house):
        pass
    memory = Memory(house.settings.folder / "fund.db")
    lost = [one for (one,) in asked if not memory.recall(reference_of(one))]
    return Figure("R4", f"requests of these weeks that the fund has at its return ({len(asked):,})",
                  f"{len(lost)} missing", "0 missing", bool(asked) and not lost)  # fmt: skip
