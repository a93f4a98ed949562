"""R13: a thousand connections that hardly move, behind the shipped nginx file. Nobody notices."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from attack.figures import Figure
from chaos.behind import Line, fronting, missing
from chaos.callers import dialled
from chaos.home import SECRET, environment, home
from chaos.processes import running, web
from chaos.progress import shown
from tests.deploy.front import Front

_PROBES = 200
_LATEST = 0.1
# nginx counts by address: what one does is no business of another one's.
_HERE, _ELSEWHERE = "127.0.0.1", "127.0.0.2"


def run(connections: int) -> list[Figure]:
    """So many slow ones, a third of each kind; others ask for pages and dial meanwhile, from
    another address and then from the same one."""
    if why := missing():
        return [Figure("R13", why, "not tried", "tried", False)]
    with home() as house:
        server = web(environment(house.settings))
        with running(server), fronting(server.port) as front:
            alone = _probed(front, "alone")
            with _slow(front, connections, _ELSEWHERE) as held:
                crowded = _probed(front, "crowded")
            with _slow(front, connections, _HERE) as beside:
                neighbours = _probed(front, "neighbours")
    what = f"{held:,} slow connections of one address"
    late, usual = _p99(crowded), _p99(alone)
    return [
        _all_answered(f"{what}: probes of others answered", crowded,
                      held >= connections * 0.99),
        Figure("R13", f"p99 of others' probes ({1e3 * usual:.0f} ms without them)",
               f"{1e3 * late:.0f} ms", "<= 100 ms", late <= _LATEST),
        _all_answered(f"their neighbours behind the same address (p99"
                      f" {1e3 * _p99(neighbours):.0f} ms: an address has 100 pages a second)",
                      neighbours, beside >= connections * 0.99),
    ]  # fmt: skip


def _all_answered(what: str, probes: list[tuple[bool, float]], there: bool) -> Figure:
    answered = sum(ok for ok, _ in probes)
    return Figure("R13", what, f"{answered} of {len(probes)}", "all",
                  answered == len(probes) and there)  # fmt: skip


def _p99(probes: list[tuple[bool, float]]) -> float:
    return sorted(took for _, took in probes)[int(0.99 * len(probes))]


def _probed(front: Front, name: str) -> list[tuple[bool, float]]:
    """Whether each was answered, and its seconds; a page and a call in turns."""
    found = []
    line = Line(front)
    for number in shown(f"probes, {name}", range(_PROBES), _PROBES):
        began = monotonic()
        try:
            found.append((_answered(line, f"{name}{number}", number % 2), monotonic() - began))
        except OSError:
            found.append((False, monotonic() - began))
        sleep(0.02)
    return found


def _answered(line: Line, session: str, dials: int) -> bool:
    if dials:
        fields = dialled(session, "+212600000004", "")
        status, said = line.ask("POST", f"/at/{SECRET}/ussd", fields)
        return status == 200 and said.startswith("CON")
    status, said = line.ask("GET", "/fr/status")
    return status == 200 and "<html" in said


@contextmanager
def _slow(front: Front, connections: int, address: str) -> Iterator[int]:
    """They dribble until this is over, in a process of their own; how many there are."""
    command = [sys.executable, "-m", "chaos.dribble", str(front.folder), str(front.port)]
    many = [str(connections), address]
    with subprocess.Popen([*command, *many], stdout=subprocess.PIPE, text=True) as crowd:
        try:
            assert crowd.stdout
            yield int(crowd.stdout.readline())
        finally:
            crowd.kill()
