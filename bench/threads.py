"""How many blocking threads `lite serve` should have: the same turns on one, two, …; on one core
with the client on the other, and wherever the machine puts both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median

from bench import served
from bench.client import drive
from bench.served import CORE
from bench.tables import table
from bench.town import callers
from bench.wire import ussd
from lite.config import Settings

_THREADS, _AT_ONCE = (1, 2, 4, 8), (1, 16, 64)
Taken = list[tuple[float, float, float, int]]  # turns a second, p99 in ms, CPU seconds, wrong

_HEAD = ("blocking threads", "callers", "turns/s", "p99 ms", "CPU µs", "wrong")


def run(settings: Settings, quick: bool) -> str:
    """Two tables: USSD turns, medians of interleaved rounds."""
    with served.apart():
        pinned = table(_HEAD, [*_rows(settings, CORE, quick)])
    free = table(_HEAD, [*_rows(settings, (), quick)])
    return f"On one core:\n{pinned}\n\nOn any:\n{free}"


def _rows(settings: Settings, on: tuple[str, ...], quick: bool) -> Iterator[tuple[str, ...]]:
    people = callers()
    with ExitStack() as stack:
        servers = {number: stack.enter_context(served.house(settings, number, before=on))
                   for number in _THREADS}  # fmt: skip
        for at_once in _AT_ONCE:
            asks = [people[one::at_once] for one in range(at_once)]
            heard: dict[int, Taken] = {number: [] for number in _THREADS}
            for _ in range(1 if quick else 5):
                for number, server in servers.items():
                    before = server.cpu()
                    told = drive(server.port, [ussd(one) for one in asks], 0.5 if quick else 1.5)
                    cpu = (server.cpu() - before) / len(told.latencies)
                    heard[number].append((told.rate, told.at(0.99), cpu, told.wrong))
            yield from (_row(number, at_once, taken) for number, taken in heard.items())


def _row(number: int, at_once: int, taken: Taken) -> tuple[str, ...]:
    rate, p99, cpu = (median(one[at] for one in taken) for at in range(3))
    wrong = sum(one[3] for one in taken)
    return (str(number), str(at_once), f"{rate:,.0f}", f"{p99:.1f}", f"{cpu * 1e6:.0f}", str(wrong))
