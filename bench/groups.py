"""Web processes on one host or on several, and callers on each of those hosts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path
from time import monotonic, sleep

from bench import served
from bench.client import drive
from bench.networks import Host
from bench.served import Served, free_port
from bench.town import callers
from bench.wire import ussd
from lite.config import Settings
from tools.cluster import Cluster

EACH = 8  # callers of one process


@dataclass(frozen=True)
class Group:
    """Web processes on some hosts; those of one host answer at one port."""

    name: str
    where: tuple[tuple[Host | None, int], ...]
    processes: tuple[Served, ...]

    def load(self, seconds: float) -> Load:
        """Callers for each process, for so long."""
        before, each = self._cpu(), len(self.processes) // len(self.where) * EACH
        clients = [
            _client(host, port, of, len(self.where), each, seconds)
            for of, (host, port) in enumerate(self.where)
        ]
        told = [json.loads(client.communicate()[0]) for client in clients]
        turns = sum(one["turns"] for one in told)
        return Load(
            turns, turns / seconds, max(one["p50"] for one in told),
            max(one["p99"] for one in told), (self._cpu() - before) / turns,
            sum(one["wrong"] for one in told),
        )  # fmt: skip

    def _cpu(self) -> float:
        return sum(one.cpu() for one in self.processes)


@dataclass(frozen=True)
class Load:
    """One round: turns, turns a second, ms, CPU seconds of a turn in the web processes, wrong."""

    turns: int
    rate: float
    p50: float
    p99: float
    cpu: float
    wrong: int


@contextmanager
def serving(
    name: str, houses: Sequence[Settings], cluster: Cluster, places: Sequence[Host | None],
    processes: int,
) -> Iterator[Group]:  # fmt: skip
    """So many processes of `lite serve` in each place (None: here), on databases of the cluster:
    all on one, or each place on its own."""
    with ExitStack() as stack:
        found: list[tuple[Host | None, int]] = []
        workers: list[Served] = []
        for there, host in zip(cycle(houses), places, strict=False):
            port = free_port()
            process = _lite(there, cluster, host, port, processes)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            workers += [Served(port, pid) for pid in _workers(process.pid, processes)]
            found.append((host, port))
        yield Group(name, tuple(found), tuple(workers))


def _lite(
    there: Settings, cluster: Cluster, host: Host | None, port: int, processes: int
) -> subprocess.Popen[bytes]:  # fmt: skip
    at = host.database if host else ""
    store, people = (
        cluster.url(cluster.name(url), at) for url in (there.database, there.people_database)
    )
    told = served.told(replace(there, database=store, people_database=people), port)
    words = ["-m", "lite", "serve", "--port", str(port), "--processes", str(processes)]
    inside = host.inside if host else ()
    return subprocess.Popen([*inside, sys.executable, *words], env=os.environ | told)


def _workers(pid: int, number: int) -> list[int]:
    """The processes that answer, once all of them are there."""
    until = monotonic() + 20
    while monotonic() < until:
        found = [one for one in children(pid) if "tracker" not in _called(one)]
        if len(found) >= number:
            return found
        sleep(0.1)
    raise RuntimeError("the web processes did not start")


def children(pid: int) -> list[int]:
    """The processes that one has started."""
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(one) for one in told.split()]


def _called(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def _client(
    host: Host | None, port: int, of: int, number: int, at_once: int, seconds: float
) -> subprocess.Popen[bytes]:  # fmt: skip
    words = ["-m", "bench.groups", *(str(one) for one in (port, of, number, at_once, seconds))]
    inside = host.inside if host else ()
    return subprocess.Popen([*inside, sys.executable, *words], stdout=subprocess.PIPE)


def _drive(port: int, of: int, number: int, at_once: int, seconds: float) -> None:
    """The client of one host, on it: its share of the town calls."""
    served.listened(port)
    people = callers()[of::number]
    heard = drive(port, [ussd(people[one::at_once]) for one in range(at_once)], seconds)
    told = {"turns": len(heard.latencies), "wrong": heard.wrong, "p50": heard.at(0.5),
            "p99": heard.at(0.99)}  # fmt: skip
    print(json.dumps(told))


if __name__ == "__main__":
    _drive(*(int(word) for word in sys.argv[1:5]), float(sys.argv[5]))
