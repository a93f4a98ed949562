"""R21: a fund that falls silent is told on every door within a minute."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random

from attack.figures import Figure
from lite.app import House
from lite.clock import set_clock
from lite.notices.watch import EVERY, PATIENCE
from lite.upstream import pretend
from weather import folk

# isort: split
from phone import Phone
from visitor import Visitor

from tools.hasty import hasty

_GOAL = 60.0
_SILENT = "ne répond plus, rien de nouveau n'en vient."


def _dialled(house: House, number: str) -> bool:
    phone = Phone(house, number).dials()
    return phone.says(_SILENT) in phone.screen


def _texted(house: House, number: str) -> bool:
    phone = Phone(house, number).waits().texts("ETAT")
    return phone.says(_SILENT) in re.sub(r"\s+", " ", phone.news)


def _opened(house: House, number: str) -> bool:
    return _SILENT in Visitor(house).opens("/fr/").page.text


DOORS: dict[str, Callable[[House, str], bool]] = {
    "USSD": _dialled, "SMS": _texted, "web": _opened,
}  # fmt: skip


def run(quick: bool) -> list[Figure]:
    """On a simulated clock, many times; and once or twice with a real worker, in real seconds."""
    return [simulated(20 if quick else 100), *([] if quick else [real()])]


def simulated(times: int) -> Figure:
    """The fund falls silent at any moment between two looks; it lets each look wait in vain."""
    chance, worst = Random("silence"), 0.0
    with folk.folder(memory=True) as folder:
        house = hasty(folk.village(folder))
        number = _french()
        for _ in range(times):
            worst = max(worst, _silence(house, number, chance.uniform(0, EVERY)))
    return Figure("R21", f"silence seen on USSD, SMS and web, simulated clock, worst of {times}",
                  f"{worst:.0f} s", f"<= {_GOAL:.0f} s", 0 < worst <= _GOAL)  # fmt: skip


def _french() -> str:
    return next(one for one, language in folk.languages().items() if language == "fr")


def _silence(house: House, number: str, after: float) -> float:
    """Seconds from the last sign of life to the last door that tells; then all is well again."""
    file = house.settings.folder / "fund.db"
    for _ in range(3):
        _looks(house, EVERY)
    assert not any(door(house, number) for door in DOORS.values())
    fell = house.clock.now() + timedelta(seconds=after)
    pretend.switch(file, "down")
    _pass(house, EVERY)
    while not all(door(house, number) for door in DOORS.values()):
        _pass(house, PATIENCE)  # a fund that says nothing at all is waited for
        house.watch.look()
        seen = house.clock.now()
        _pass(house, EVERY - PATIENCE if EVERY > PATIENCE else 0)
        if (seen - fell).total_seconds() > 5 * _GOAL:
            break
    pretend.switch(file, "ok")
    for _ in range(3):
        _looks(house, EVERY)
    return (seen - fell).total_seconds()


def _looks(house: House, seconds: float) -> None:
    _pass(house, seconds)
    house.watch.look()


def _pass(house: House, seconds: float) -> None:
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(seconds=seconds))


def real() -> Figure:
    """`lite work` as an operator starts it; the doors are asked twice a second."""
    with folk.folder() as folder:
        house = folk.village(folder)
        Path(house.settings.clock).unlink()  # the machine's own clock, for both
        worker = subprocess.Popen(
            [sys.executable, "-m", "lite", "work"], env=_environment(house),
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            took = _watched(house, folder / "fund.db")
        finally:
            worker.terminate()
            worker.wait()
    late = max(took.values())
    doors = ", ".join(f"{name} {seconds:.0f}" for name, seconds in took.items())
    return Figure("R21", f"the same with a real worker, in real seconds ({doors})",
                  f"{late:.0f} s", f"<= {_GOAL:.0f} s", late <= _GOAL)  # fmt: skip


def _environment(house: House) -> dict[str, str]:
    settings = house.settings
    return os.environ | {
        "LITE_DATABASE": settings.database, "LITE_KEY_FILE": settings.key_file,
        "LITE_UPSTREAM": settings.upstream, "LITE_AT_URL": "http://127.0.0.1:9",
        "LITE_AT_API_KEY": "key",
    }  # fmt: skip


def _watched(house: House, file: Path) -> dict[str, float]:
    """Seconds until each door tells, once the worker has seen the fund well."""
    until = time.monotonic() + 60
    while not any(row.state == "up" for row in house.store.notices.watched()):
        assert time.monotonic() < until, "the worker never looked"
        time.sleep(0.2)
    pretend.switch(file, "down")
    since, took, number = time.monotonic(), dict[str, float](), _french()
    while len(took) < len(DOORS) and time.monotonic() < since + 3 * _GOAL:
        for name in DOORS.keys() - took.keys():
            if DOORS[name](house, number):
                took[name] = time.monotonic() - since
        time.sleep(0.5)
    return {name: took.get(name, 3 * _GOAL) for name in DOORS}
