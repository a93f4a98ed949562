"""C3: a turn among 1,000 open dialogues and among 100,000."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from shutil import copy
from statistics import median
from urllib.parse import urlencode

from attack.figures import Figure
from bench import served
from bench.client import drive
from bench.peers.asks import DIALECTS, Asks
from bench.peers.serving import CARDISK, PEERS, serving
from bench.served import CORE, Served
from bench.tables import table
from bench.town import SECRET, callers
from bench.wire import FORM, Ask, called
from lite.app import House
from lite.config import Settings
from tools.hasty import hasty

_HEAD = ("open dialogues", "p50 ms", "p99 ms", "/ 1,000 open")
_FEW = 1_000


def run(settings: Settings, quick: bool) -> tuple[str, list[Figure]]:
    """A table of both, and the goal of Lite: medians of rounds that go from one to the other."""
    most = 5_000 if quick else 100_000
    with ExitStack() as stack:
        one, other = (stack.enter_context(served.lite(s, CORE)) for s in _stores(settings, most))
        rows, ratio = _beside("Lite", (one, other), DIALECTS["lite"], most, quick)
    (cardisk,) = (peer for peer in PEERS if peer.name == CARDISK)
    if not cardisk.missing:
        folder = settings.folder / "peers"
        folder.mkdir(exist_ok=True)
        with (
            serving(cardisk, folder, opened=_FEW) as one,
            serving(cardisk, folder, opened=most) as other,
        ):
            rows += _beside("cardisk", (one, other), DIALECTS["xml"], most, quick)[0]
    figure = Figure("C3", f"p50 of a turn, {_FEW:,} -> {most:,} open dialogues", f"{ratio:.2f}",
                    "<= 1.05", ratio <= 1.05)  # fmt: skip
    return table(_HEAD, rows), [figure]


def _stores(settings: Settings, most: int) -> tuple[Settings, Settings]:
    """Two copies of the town's store, with few and with many forms left in their middle."""
    few = copied(settings, "few")
    leave(few, range(_FEW))
    many = copied(few, "many")
    leave(many, range(_FEW, most))
    return few, many


def copied(settings: Settings, name: str) -> Settings:
    house = House(settings)
    house.store.sql.scrub()  # all of it in the one file
    house.store.sql.close()
    folder = settings.folder / name
    folder.mkdir(exist_ok=True)
    file = Path(copy(settings.folder / "lite.db", folder)).absolute()
    return replace(settings, database=f"sqlite:///{file}")


def leave(settings: Settings, numbers: range) -> None:
    house = hasty(House(settings))
    for ask in _left(numbers):
        called(house.wsgi, ask)
    house.store.sql.close()


def _left(numbers: range) -> Iterator[Ask]:
    """Strangers who dial as far as the second question of a call-back, and are gone."""
    for one in numbers:
        fields = {"sessionId": f"left-{one}", "phoneNumber": f"+2127{one:08}",
                  "networkCode": "60401", "serviceCode": "*384*3939#", "text": "5*2*1"}  # fmt: skip
        body = urlencode(fields).encode()
        yield Ask("POST", f"/at/{SECRET}/ussd", body, {"Content-Type": FORM}, "CON")


def _beside(
    name: str, pair: Sequence[Served], asks: Asks, most: int, quick: bool
) -> tuple[list[tuple[str, ...]], float]:
    rounds: list[list[tuple[float, float]]] = []
    for _ in range(3 if quick else 9):
        heard = [drive(one.port, [asks(callers())], 0.4 if quick else 1.0) for one in pair]
        rounds.append([(one.at(0.5), one.at(0.99)) for one in heard])
    ratio = median(other[0] / one[0] for one, other in rounds)
    rows = []
    for at, opened in enumerate((_FEW, most)):
        p50, p99 = (median(round[at][of] for round in rounds) for of in (0, 1))
        beside = f"{ratio:.2f}" if at else "1"
        rows.append((f"{name}, {opened:,}", f"{p50:.2f}", f"{p99:.1f}", beside))
    return rows, ratio
