"""P1, P2, P3, P5, P6: a committed turn of Lite beside a turn of each peer, in one run.

Every server answers on the first core, with whatever it keeps things in; the client asks from the
other one. Rounds go through all of them, one after the other, and what is told is the median.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median

from attack.figures import Figure
from bench import served
from bench.client import Heard, drive
from bench.peers.asks import DIALECTS, Asks
from bench.peers.serving import ANYSD, EXPRESS, HASTY, PEERS, SQLITE, serving
from bench.served import CORE, Served, apart
from bench.tables import table
from bench.town import callers
from bench.wire import plain_posts
from lite.config import Settings

AT_ONCE = (1, 16, 64)
LITE = "Lite: a committed turn"
_HEAD = ("the same four steps, one core", "callers", "turns/s", "Lite /", "p50 ms", "p99 ms",
         "CPU µs", "PSS MB", "wrong")  # fmt: skip


@dataclass(frozen=True)
class Side:
    """One server and how it is asked."""

    server: Served
    asks: Asks


@dataclass(frozen=True)
class Cell:
    """The medians of one server at so many callers; `wrong` is the sum."""

    rate: float
    p50: float
    p99: float
    cpu: float
    wrong: int


def run(settings: Settings, quick: bool) -> tuple[str, list[Figure]]:
    """The table, and the goals."""
    rounds, seconds = (1, 0.4) if quick else (5, 1.2)
    told: dict[tuple[str, int], list[tuple[Heard, float]]] = {}
    with apart(), ExitStack() as stack:
        sides = _sides(stack, settings)
        for _ in range(rounds):
            for at_once in AT_ONCE:
                for name, side in sides.items():
                    told.setdefault((name, at_once), []).append(_heard(side, at_once, seconds))
        memory = {name: side.server.pss() for name, side in sides.items()}
    cells = {where: _cell(heard) for where, heard in told.items()}
    missing = [f"{peer.name}: not here, {peer.missing}" for peer in PEERS if peer.missing]
    wrong = {f"{name}: {heard.example}" for (name, _), many in told.items() for heard, _ in many
             if heard.wrong}  # fmt: skip
    return "\n".join([_table(cells, memory), *missing, *wrong]), _figures(cells, memory)


def _sides(stack: ExitStack, settings: Settings) -> dict[str, Side]:
    folder = settings.folder / "peers"
    folder.mkdir(exist_ok=True)
    enter, store = stack.enter_context, settings.folder / "flask-beside.db"
    sides = {
        LITE: Side(enter(served.lite(settings, CORE)), DIALECTS["lite"]),
        "Flask, form, durable write": Side(
            enter(served.anchor("flask_write", store, CORE)), plain_posts
        ),
        "Flask constant": Side(enter(served.anchor("flask_constant", before=CORE)), plain_posts),
        "WSGI constant": Side(enter(served.anchor("wsgi_constant", before=CORE)), plain_posts),
    }
    for peer in PEERS:
        if not peer.missing:
            sides[peer.name] = Side(enter(serving(peer, folder)), DIALECTS[peer.dialect])
    return sides


def _heard(side: Side, at_once: int, seconds: float) -> tuple[Heard, float]:
    people, before = callers(), side.server.cpu()
    heard = drive(
        side.server.port, [side.asks(people[one::at_once]) for one in range(at_once)], seconds
    )
    return heard, (side.server.cpu() - before) / max(1, len(heard.latencies))


def _cell(many: Sequence[tuple[Heard, float]]) -> Cell:
    heard = [one for one, _ in many]
    return Cell(
        median(one.rate for one in heard), median(one.at(0.5) for one in heard),
        median(one.at(0.99) for one in heard), median(cpu for _, cpu in many),
        sum(one.wrong for one in heard),
    )  # fmt: skip


def _table(cells: Mapping[tuple[str, int], Cell], memory: Mapping[str, float]) -> str:
    rows = [
        (name, str(at_once), f"{cell.rate:,.0f}", f"{cells[LITE, at_once].rate / cell.rate:.2f}",
         f"{cell.p50:.1f}", f"{cell.p99:.1f}", f"{cell.cpu * 1e6:,.0f}",
         f"{memory[name]:.0f}" if at_once == AT_ONCE[-1] else "", str(cell.wrong))
        for (name, at_once), cell in sorted(cells.items(), key=_order)
    ]  # fmt: skip
    return table(_HEAD, rows)


def _order(entry: tuple[tuple[str, int], Cell]) -> int:
    return AT_ONCE.index(entry[0][1])


def _figures(cells: Mapping[tuple[str, int], Cell], memory: Mapping[str, float]) -> list[Figure]:
    ratios = [
        _ratio(cells, "P1", SQLITE, 1.0), _ratio(cells, "P1", HASTY, 1.0),
        _ratio(cells, "P2", EXPRESS, 1.7), _ratio(cells, "P3", ANYSD, 7.0),
    ]  # fmt: skip
    worst = cells[LITE, 16].p99
    beside = ", ".join(f"{cells[name, 16].p99:.1f}" for name in (SQLITE, EXPRESS, ANYSD)
                       if (name, 16) in cells)  # fmt: skip
    return [
        *ratios,
        Figure("P5", f"p99 at 16 callers, one core (beside: {beside})", f"{worst:.1f} ms",
               "<= 10 ms", worst <= 10),
        Figure("P6", "memory of the web process after all that", f"{memory[LITE]:.0f} MB",
               "<= 50 MB", memory[LITE] <= 50),
    ]  # fmt: skip


def _ratio(
    cells: Mapping[tuple[str, int], Cell], name: str, beside: str, goal: float
) -> Figure:  # fmt: skip
    what = f"a committed turn / {beside}, at 16 callers"
    if (beside, 16) not in cells:
        return Figure(name, what, "not tried", f">= {goal}", False)
    ratio = cells[LITE, 16].rate / cells[beside, 16].rate
    return Figure(name, what, f"{ratio:.2f}", f">= {goal}", ratio >= goal)
