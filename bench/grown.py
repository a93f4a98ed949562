"""Cost as work grows: the same requests to a store of ten thousand people and to one of millions.

    python -m bench.grown --insured 4000000 --folder /srv/grown     both stores, then the figures
    python -m bench.grown --insured 4000000 --folder /srv/grown --build     the stores alone

`--engine postgresql` for the other engine. What is built stays in the folder and is used again; cut
short, it goes on where it stopped.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median

from bench import growing, served
from bench.client import Heard, drive
from bench.served import Served
from bench.tables import table
from bench.town import Caller, resident, sign_in
from bench.wire import Ask, dossiers, menu, sms, ussd
from lite.app import House
from lite.config import Settings

FEW = 10_000
_HEAD = ("", "callers", "p50 ms", "p99 ms", "p99, ratio", "p99 of rounds, ratio", "CPU µs",
         "CPU, ratio", "wrong")  # fmt: skip
_AT_ONCE = (1, 16)
_SIGNED = 400
_SECONDS, _ROUNDS = 2.0, 12


@dataclass
class Town:
    """A store that is served, and strangers of it, each of whom calls once."""

    insured: int
    settings: Settings
    server: Served
    house: House
    signed: list[tuple[Caller, str]] = field(default_factory=list)

    def strangers(self, seed: int) -> Iterator[Caller]:
        """People from all over the town, nobody twice in a while."""
        chance = random.Random(seed)
        while True:
            yield resident(chance.randrange(self.insured), growing.DOSSIERS)

    def sign_in(self) -> None:
        people = list(islice(self.strangers(0), _SIGNED))
        self.signed = sign_in(self.house, people)


@dataclass
class Cell:
    """What was heard of one kind of request in one town: milliseconds, CPU seconds."""

    rounds: list[Heard] = field(default_factory=list)
    cpu: float = 0.0

    def at(self, share: float) -> float:
        every = [took for heard in self.rounds for took in heard.latencies]
        return Heard(0, every).at(share)

    @property
    def of_rounds(self) -> float:
        """The median of the rounds' p99: one bad round of the machine is not in it."""
        return median(heard.at(0.99) for heard in self.rounds)

    @property
    def each(self) -> float:
        """CPU µs of one request."""
        return self.cpu * 1e6 / sum(len(heard.latencies) for heard in self.rounds)


def measure(places: Sequence[tuple[int, Settings]], rounds: int, seconds: float) -> str:
    """A table of each kind of request, the towns in turns, and one of memory."""
    with ExitStack() as stack:
        towns = [
            Town(insured, settings, stack.enter_context(served.lite(settings)), House(settings))
            for insured, settings in places
        ]
        for town in towns:
            town.sign_in()
        before = [town.server.pss() for town in towns]
        rows = [
            row
            for kind in ("USSD turn", "SMS in", "page: menu", "page: my dossiers")
            for at_once in _AT_ONCE
            for row in _compared(kind, at_once, towns, rounds, seconds)
        ]
        memory = [
            (f"{town.insured:,}", f"{start:.1f}", f"{town.server.pss():.1f}")
            for town, start in zip(towns, before, strict=True)
        ]
    return "\n\n".join((
        table(_HEAD, rows), table(("insured", "PSS MB at start", "PSS MB after"), memory)
    ))  # fmt: skip


def _compared(
    kind: str, at_once: int, towns: Sequence[Town], rounds: int, seconds: float
) -> Iterator[tuple[str, ...]]:
    cells = [Cell() for _ in towns]
    for number in range(rounds + 1):
        for town, cell in zip(towns, cells, strict=True):
            asks = [_asks(kind, town, 1000 * number + one) for one in range(at_once)]
            before = town.server.cpu()
            heard = drive(town.server.port, asks, seconds)
            if number:  # the first round warms both
                cell.rounds.append(heard)
                cell.cpu += town.server.cpu() - before
    few = cells[0]
    for town, cell in zip(towns, cells, strict=True):
        yield (
            f"{kind}, {town.insured:,}", str(at_once), f"{cell.at(0.5):.2f}",
            f"{cell.at(0.99):.2f}", f"{cell.at(0.99) / few.at(0.99):.2f}",
            f"{cell.of_rounds / few.of_rounds:.2f}", f"{cell.each:.0f}",
            f"{cell.each / few.each:.2f}", str(sum(heard.wrong for heard in cell.rounds)),
        )  # fmt: skip


def _asks(kind: str, town: Town, seed: int) -> Iterator[Ask]:
    if kind == "page: menu":
        return menu()
    if kind == "page: my dossiers":
        return dossiers(random.Random(seed).sample(town.signed, len(town.signed)))
    source = ussd if kind == "USSD turn" else sms
    return (ask for caller in town.strangers(seed) for ask in _of(source, caller))


def _of(source: object, caller: Caller) -> Iterator[Ask]:
    return islice(source([caller]), 4 if source is ussd else 1)  # type: ignore[operator]


def main() -> None:
    """Build what is missing, then measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.grown", description=__doc__)
    parser.add_argument("--insured", type=int, default=4_000_000)
    parser.add_argument("--folder", type=Path, default=Path("build/grown"))
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--build", action="store_true", help="build the stores, measure nothing")
    parser.add_argument("--rounds", type=int, default=_ROUNDS, help="rounds of two seconds each")
    chosen = parser.parse_args()
    with growing.engine(chosen.engine, chosen.folder.absolute()) as engine:
        places = [(insured, engine.town(insured)) for insured in (FEW, chosen.insured)]
        if not chosen.build:
            print(measure(places, chosen.rounds, _SECONDS))


if __name__ == "__main__":
    main()
