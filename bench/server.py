"""Requests per second and latency on the server itself, every answer checked to be the caller's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from bench import served
from bench.client import Heard, drive
from bench.served import Served
from bench.tables import table
from bench.town import Caller, callers, sign_in
from bench.wire import Ask, constant, dossiers, menu, plain_posts, sms, ussd
from lite.app import House
from lite.clock import stamp
from lite.config import Settings

AT_ONCE = (1, 16, 64)
_CONSTANT, _WRITE = "Flask constant", "Flask, form, durable write"
_HEAD = (
    "on the server", "callers", "req/s", "/ constant", "/ Flask write", "p50 ms", "p99 ms",
    "CPU µs", "wrong",
)  # fmt: skip

Source = Callable[[Sequence[Caller]], Iterator[Ask]]


class Kind(NamedTuple):
    """What is asked, of whom; `source` gives one caller's requests from a share of the town."""

    server: Served
    source: Source


class Cell(NamedTuple):
    """One kind of request from so many callers at once; `cpu`: seconds of one request."""

    name: str
    at_once: int
    heard: Heard
    cpu: float


def run(settings: Settings, quick: bool) -> str:
    """A table: each kind of request from 1, 16 and 64 callers at once, side by side."""
    house, since = House(settings), stamp(House(settings).clock.now())
    with ExitStack() as stack:
        kinds = _kinds(stack, house)
        cells = [
            _cell(name, kind, at_once, 0.5 if quick else 2.0)
            for at_once in AT_ONCE
            for name, kind in kinds.items()
        ]
    _check_letters(house, since)
    rates = {(cell.name, cell.at_once): cell.heard.rate for cell in cells}
    examples = {cell.heard.example for cell in cells if cell.heard.wrong}
    return "\n".join([table(_HEAD, [_row(cell, rates) for cell in cells]), *examples])


def _kinds(stack: ExitStack, house: House) -> dict[str, Kind]:
    lite = stack.enter_context(served.lite(house.settings))
    flask = stack.enter_context(served.anchor("flask_constant"))
    bare = stack.enter_context(served.anchor("wsgi_constant"))
    store = house.settings.folder / "flask-served.db"
    write = stack.enter_context(served.anchor("flask_write", store))
    cookies = dict(sign_in(house, callers()[: max(AT_ONCE)]))
    return {
        _CONSTANT: Kind(flask, lambda share: constant()),
        "WSGI constant": Kind(bare, lambda share: constant()),
        _WRITE: Kind(write, plain_posts),
        "USSD turn": Kind(lite, ussd),
        "SMS in": Kind(lite, sms),
        "page: menu": Kind(lite, lambda share: menu()),
        "page: my dossiers": Kind(
            lite, lambda share: dossiers([(one, cookies[one]) for one in share if one in cookies])
        ),
    }


def _cell(name: str, kind: Kind, at_once: int, seconds: float) -> Cell:
    people = callers()
    before = kind.server.cpu()
    asks = [kind.source(people[one::at_once]) for one in range(at_once)]
    heard = drive(kind.server.port, asks, seconds)
    return Cell(name, at_once, heard, (kind.server.cpu() - before) / len(heard.latencies))


def _row(cell: Cell, rates: Mapping[tuple[str, int], float]) -> tuple[str, ...]:
    heard = cell.heard
    ratios = [heard.rate / rates[anchor, cell.at_once] for anchor in (_CONSTANT, _WRITE)]
    return (
        cell.name, str(cell.at_once), f"{heard.rate:.0f}", *(f"{ratio:.2f}" for ratio in ratios),
        f"{heard.at(0.5):.1f}", f"{heard.at(0.99):.1f}",
        f"{cell.cpu * 1e6:.0f}", str(heard.wrong),
    )  # fmt: skip


def _check_letters(house: House, since: str) -> None:
    """The answers to messages are letters: each must hold its own caller's dossier."""
    for caller in callers():
        for row in house.store.letters.written_to(house.office.index(caller.phone), since):
            told = str(house.office.open(f"letters.sealed:{row.id}", row.sealed))
            if caller.dossiers[0] not in told:
                raise AssertionError(f"an SMS tells {caller.phone} of somebody else: {told}")
