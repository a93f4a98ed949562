"""CPU of one request in this process, no server: the least noisy of the figures (P4)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import islice
from statistics import median
from time import process_time

from bench.anchors import durable_write, flask_constant, flask_write, wsgi_write
from bench.tables import table
from bench.town import callers, sign_in, town, unsealed
from bench.wire import Ask, called, constant, dossiers, menu, plain_posts, sms, ussd
from lite.app import House
from lite.config import Settings
from tools.hasty import hasty

_EACH = 200  # requests of one kind in one round
_CONSTANT, _WRITE = "Flask constant", "Flask, form, durable write"
_GOALS = {"USSD turn": "<= 1.2 constants"}
_LEAST = "WSGI, form, durable write"
_SEALED = (
    ("USSD turn", "USSD turn, unsealed"),
    ("USSD turn, disk not awaited", "USSD turn, unsealed, disk not awaited"),
)
_HEAD = ("in this process", "CPU µs", "/ constant", "/ Flask write", "P4 goal")

Kind = Callable[[], float]


def run(settings: Settings, quick: bool) -> str:
    """A table: µs of CPU, and how many times each anchor of the same round."""
    with town(unsealed) as bare:
        kinds = _kinds(settings, unsealed(bare))
        rounds = [{name: kind() for name, kind in kinds.items()} for _ in range(3 if quick else 15)]
    rows = [
        (name, f"{median(one[name] for one in rounds) * 1e6:.0f}",
         *(f"{_ratio(rounds, name, anchor):.2f}" for anchor in (_CONSTANT, _WRITE)),
         _GOALS.get(name, ""))
        for name in kinds
    ]  # fmt: skip
    sealed = ", ".join(f"{_ratio(rounds, one, other):.2f}" for one, other in _SEALED)
    told = f"a sealed turn / an unsealed one (goal <= 1.3), disk awaited, then not: {sealed}"
    return f"{table(_HEAD, rows)}\n\n{told}"


def _ratio(rounds: list[dict[str, float]], name: str, anchor: str) -> float:
    return median(one[name] / one[anchor] for one in rounds)


def _kinds(settings: Settings, bare: House) -> dict[str, Kind]:
    """Each kind of request: called, it makes `_EACH` of them and gives the CPU seconds of one."""
    house, quick, people = House(settings), hasty(House(settings)), callers()
    house.store.sql.make_room()  # as `lite serve` does
    bare.store.sql.make_room()
    hasty_bare = House(bare.settings)
    hasty_bare.__dict__["vault"] = bare.vault
    hasty(hasty_bare)
    folder = settings.folder
    os.environ["BENCH_STORE"] = str(folder / "flask.db")
    signed_in = sign_in(house, people[:_EACH])
    return {
        _CONSTANT: _asked(flask_constant(), constant()),
        "one durable SQLite write": durable_write(folder / "write.db", _EACH),
        _LEAST: _asked(wsgi_write(), plain_posts(people)),
        _WRITE: _asked(flask_write(), plain_posts(people)),
        "USSD turn": _asked(house.wsgi, ussd(people)),
        "USSD turn, disk not awaited": _asked(quick.wsgi, ussd(people)),
        "USSD turn, unsealed": _asked(bare.wsgi, ussd(people)),
        "USSD turn, unsealed, disk not awaited": _asked(hasty_bare.wsgi, ussd(people)),
        "SMS in": _asked(house.wsgi, sms(people)),
        "page: menu": _asked(house.wsgi, menu()),
        "page: my dossiers": _asked(house.wsgi, dossiers(signed_in)),
    }


def _asked(application: Callable, asks: Iterator[Ask]) -> Kind:
    def kind() -> float:
        ready = list(islice(asks, _EACH))
        since = process_time()
        for ask in ready:
            called(application, ask)
        return (process_time() - since) / _EACH

    return kind
