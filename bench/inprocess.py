"""CPU of one request in this process, no server: the least noisy of the figures (P4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from statistics import median
from time import process_time

from bench.anchors import durable_write, flask_constant
from bench.tables import table
from bench.town import callers, sign_in
from bench.wire import Ask, called, constant, dossiers, menu, sms, ussd
from lite.app import House
from lite.config import Settings

_EACH = 200  # requests of one kind in one round
_GOALS = {"USSD turn": "<= 2.0"}

Kind = Callable[[], float]


def run(settings: Settings, quick: bool) -> str:
    """A table: µs of CPU, and how many times the Flask constant of the same round."""
    kinds = _kinds(settings)
    rounds = [{name: kind() for name, kind in kinds.items()} for _ in range(3 if quick else 15)]
    anchor = [seconds["Flask constant"] for seconds in rounds]
    rows = []
    for name in kinds:
        mine = [seconds[name] for seconds in rounds]
        ratio = median(one / other for one, other in zip(mine, anchor, strict=True))
        rows.append((name, f"{median(mine) * 1e6:.0f}", f"{ratio:.2f}", _GOALS.get(name, "")))
    return table(("in this process", "CPU µs", "/ Flask constant", "P4 goal"), rows)


def _kinds(settings: Settings) -> dict[str, Kind]:
    """Each kind of request: called, it makes `_EACH` of them and gives the CPU seconds of one."""
    house, people = House(settings), callers()
    signed_in = sign_in(house, people[:_EACH])
    return {
        "Flask constant": _asked(flask_constant(), constant()),
        "one durable SQLite write": durable_write(settings.database_path.parent, _EACH),
        "USSD turn": _asked(house.wsgi, ussd(people)),
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
