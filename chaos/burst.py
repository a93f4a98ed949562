"""R12 and R8: one sender who floods the house, and a reader who holds the store for half a minute.
The others are answered."""

from __future__ import annotations

import http.client
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import get_context

import pysqlite3 as sqlite3

from attack.figures import Figure
from chaos.callers import SORRY, dialled, post, texted
from chaos.history import Done, Verdict, judge
from chaos.home import environment, home
from chaos.processes import running, web, worker
from lite.app import House

_EVERY = 0.2
_PEOPLE, _FLOODERS, _LOAD = 4, 20, 40
_TURNS = 4


@dataclass
class Heard:
    """What a kind of caller was told: seconds of each, statuses of 5xx, sentences of failure."""

    took: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    kept: list[Done] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)

    @property
    def p99(self) -> float:
        return sorted(self.took)[int(0.99 * len(self.took))]

    def add(self, other: Heard) -> None:
        for mine, more in zip(vars(self).values(), vars(other).values(), strict=True):
            mine.extend(more)


def run(seconds: int) -> list[Figure]:
    """R12: in turns alone, and with one phone that sends as much as twenty people: so long each."""
    alone, crowded, flood, part = Heard(), Heard(), Heard(), seconds / _TURNS
    with home() as house, _apart() as apart:
        server = web(environment(house.settings))
        with running(server):
            for turn in range(_TURNS):
                _people(server.port, part, alone)
                flooding = apart.submit(_flooded, server.port, part, _FLOODERS, turn)
                _people(server.port, part, crowded)
                flood.add(flooding.result())
        found = judge([*alone.kept, *crowded.kept], house)
        gone = _gone(flood, house)
    times = crowded.p99 / alone.p99
    return [
        Figure("R12", f"others' p99 beside one phone that sends like {_FLOODERS} people,"
               f" {len(flood.took) / seconds:.0f} a second"
               f" ({1e3 * alone.p99:.0f} ms without, {1e3 * crowded.p99:.0f} ms with)",
               f"{times:.1f}x", "<= 2x", times <= 2),
        _lost("R12", found, flood, gone),
        _unbroken("R12", [alone, crowded, flood]),
    ]  # fmt: skip


def busy(seconds: int) -> list[Figure]:
    """R8: ten times the load while another process reads from one snapshot for so many seconds,
    and a worker writes."""
    crowded = Heard()
    with home() as house, _apart() as apart:
        told = environment(house.settings)
        server = web(told)
        with running(server, worker(told)), _reader(house):
            flooding = apart.submit(_flooded, server.port, seconds, _LOAD, 0)
            _people(server.port, seconds, crowded)
            flood = flooding.result()
        found = judge(crowded.kept, house)
        gone = _gone(flood, house)
        log = house.settings.folder / "lite.db-wal"
        size = log.stat().st_size / 1e6
    return [
        Figure("R8", f"'locked' heard by callers, a reader of {seconds} s ({size:.0f} MB of log)",
               f"{len(crowded.broken) + len(flood.broken)} of"
               f" {len(crowded.took) + len(flood.took):,}", "0",
               not (crowded.broken or flood.broken)),
        _lost("R8", found, flood, gone),
    ]  # fmt: skip


@contextmanager
def _apart() -> Iterator[ProcessPoolExecutor]:
    """A process for the one who floods, started: its work is not to slow those beside it."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(os.nice, 19).result()
        yield pool


def _unbroken(name: str, heard: list[Heard]) -> Figure:
    broken = [one for each in heard for one in each.broken]
    said = f" ({broken[0][:60]})" if broken else ""
    return Figure(name, f"5xx or sentences of failure{said}", f"{len(broken)}", "0", not broken)


def _lost(name: str, found: Verdict, flood: Heard, gone: int) -> Figure:
    lost = found.lost + found.halves + found.doubled + gone
    of = found.acknowledged + len(flood.messages)
    kept = lost == 0 and found.acknowledged > 0 and len(flood.messages) > 0
    return Figure(name, "accepted and lost", f"{lost} of {of:,}", "0", kept)


def _gone(flood: Heard, house: House) -> int:
    """Messages that were answered 200 and that the store does not know."""
    known = {id for (id,) in house.store.sql.all("select id from inbox")}
    return sum(id not in known for id in flood.messages)


@contextmanager
def _reader(house: House) -> Iterator[None]:
    """Somebody who began to read and does not end."""
    line = sqlite3.connect(str(house.settings.store))
    line.execute("begin")
    line.execute("select count(*) from letters").fetchone()
    try:
        yield
    finally:
        line.close()


def _people(port: int, seconds: float, heard: Heard) -> None:
    """Four people at an easy pace, for so long."""

    def one() -> None:
        phone = f"+2126{55_000_000 + next(_PHONES)}"
        _callback(port, f"p{phone}", phone, heard)

    _at_once(one, _PEOPLE, seconds)


def _flooded(port: int, seconds: float, flooders: int, turn: int) -> Heard:
    """One phone that does as much as so many; what it heard."""
    heard, fresh = Heard(), count()

    def one() -> None:
        number = next(fresh)
        ask = _message if number % 2 else _menu
        ask(port, f"f{turn}-{number}", "+212655999999", heard)

    _at_once(one, flooders, seconds)
    return heard


def _at_once(ask: Callable[[], None], people: int, seconds: float) -> None:
    """So many do it again and again, with a pause."""
    until = time.monotonic() + seconds

    def person() -> None:
        while time.monotonic() < until:
            ask()
            time.sleep(_EVERY)

    threads = [threading.Thread(target=person) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


_PHONES = count()


def _callback(port: int, id: str, phone: str, heard: Heard) -> None:
    said = _asked(heard, lambda: post(port, "ussd", dialled(id, phone, "5*2*1*2*1")))
    reference = said.rpartition(" ")[2].strip()
    told = reference if reference.isdigit() else ""
    if said and not told and SORRY not in said:
        heard.broken.append(said)
    heard.kept.append(Done("callback", phone, id, told, 1, time.monotonic()))


def _menu(port: int, id: str, phone: str, heard: Heard) -> None:
    _asked(heard, lambda: post(port, "ussd", dialled(id, phone, "")))


def _message(port: int, id: str, phone: str, heard: Heard) -> None:
    before = len(heard.broken)
    _asked(heard, lambda: post(port, "sms", texted(id, phone, "AIDE")))
    if len(heard.broken) == before:
        heard.messages.append(id)


def _asked(heard: Heard, ask: Callable[[], tuple[int, str]]) -> str:
    began, said = time.monotonic(), ""
    try:
        status, said = ask()
        if status != 200 or SORRY in said:
            heard.broken.append(f"{status} {said}")
    except (OSError, http.client.HTTPException) as error:
        heard.broken.append(repr(error))
    heard.took.append(time.monotonic() - began)
    return said
