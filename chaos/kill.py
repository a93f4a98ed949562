"""R1: web and worker processes killed at any moment. Who was told yes finds it kept, and whole."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from attack.figures import Figure
from chaos.callers import Crowd
from chaos.gateway import gateway
from chaos.history import History, judge
from chaos.home import environment, home
from chaos.processes import Process, running, web, worker
from chaos.progress import shown
from lite.app import House

_WEBS, _WORKERS = 2, 2


def run(kills: int) -> list[Figure]:
    """So many SIGKILLs, each to one of two web and two worker processes, under load."""
    with home() as house, gateway() as url:
        house = House(replace(house.settings, at_url=url))
        told = environment(house.settings, LITE_LEASE="3", LITE_AMBIGUOUS_WAIT="2")
        webs = [web(told) for _ in range(_WEBS)]
        everybody = [*webs, *(worker(told) for _ in range(_WORKERS))]
        history = History(house.settings.folder / "history.jsonl")
        crowd = Crowd([one.port for one in webs], history)
        with running(*everybody):
            began = time.monotonic()
            with crowd.calling():
                _killed(everybody, kills)
            seconds = time.monotonic() - began
        return _figures(kills, seconds, crowd, history, house)


def _killed(everybody: Sequence[Process], kills: int) -> None:
    chance = random.Random(1)
    for _ in shown("kills", range(kills), kills):
        time.sleep(chance.uniform(0.05, 0.75))
        one = chance.choice(everybody)
        one.kill()
        one.start()
    time.sleep(2)


def _figures(
    kills: int, seconds: float, crowd: Crowd, history: History, house: House
) -> list[Figure]:
    found = judge(history.read(), house)
    keep(history.path)
    sound = house.store.sql.one("pragma integrity_check") == ("ok",)
    beside = (f"{kills:,} kills in {seconds:.0f} s, {crowd.failed:,} lines cut;"
              f" {found.silent:,} kept but nobody told")  # fmt: skip
    return [
        Figure("R1", f"accepted requests lost ({beside})",
               f"{found.lost} of {found.acknowledged:,}", "0",
               found.lost == 0 and found.acknowledged >= kills),
        Figure("R1", "half-done", f"{found.halves}", "0", found.halves == 0),
        Figure("R1", "asked again, done twice", f"{found.doubled}", "0", found.doubled == 0),
        Figure("R1", "store whole after it", "yes" if sound else "no", "yes", sound),
    ]  # fmt: skip


def keep(path: Path) -> None:
    """The last history of a fault stays in `build/`, for who wants to read it."""
    Path("build/chaos-history.jsonl").write_bytes(path.read_bytes())
