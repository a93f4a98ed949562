"""What another process costs: web processes that share a PostgreSQL, on one host and on two.

The same callers for each process, in rounds that go from one process to all of them: CPU of a turn
in the web processes, and what their connections wait for, looked at every 10 ms. Beside them as
many processes of which each has a database to itself: what the crowd on these cores costs alone.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from statistics import median

import psycopg

from attack.figures import Figure
from bench.goals import goals
from bench.groups import Group, Load, children, serving
from bench.networks import hosts
from bench.served import Served
from bench.tables import table
from lite.app import House
from lite.config import Settings
from lite.store import moving
from lite.store.owners import Owners
from tools.cluster import Cluster, missing
from tools.namespaces import Refused

_HEAD = ("web processes", "turns/s", "p50 ms", "p99 ms", "web CPU µs", "database CPU µs", "wrong")
Three = tuple[Group, Group, Group]  # one process, many, and as many that share no database
_WAITS = (
    "select coalesce(wait_event_type, 'CPU'), coalesce(wait_event, ''), count(*)"
    " from pg_stat_activity where application_name = 'lite' and state <> 'idle' group by 1, 2"
)


def run(settings: Settings, quick: bool) -> str:
    """Two processes on one host, four on two, each beside one process; and what they wait for."""
    if why := missing():
        return why
    parts: list[str] = []
    figures: list[Figure] = []
    for made in (one_host, two_hosts):
        try:
            with made(settings) as (cluster, three):
                told, found = _compared(cluster, three, *((1, 1.5) if quick else (5, 3.0)))
        except Refused as error:
            told, found = f"network namespaces: {error}", []
        parts.append(told)
        figures += found
    return "\n\n".join([*parts, goals(figures)])


# Houses


@contextmanager
def one_host(settings: Settings) -> Iterator[tuple[Cluster, Three]]:
    """One process here, two, and two that share nothing."""
    with ExitStack() as stack:
        cluster = Cluster(durable=True)
        stack.callback(cluster.stop)
        houses = _moved(settings, cluster, 2)
        yield cluster, (
            stack.enter_context(serving("1", houses[:1], cluster, [None], 1)),
            stack.enter_context(serving("2 on one host", houses[:1], cluster, [None], 2)),
            stack.enter_context(serving("2, a database each", houses, cluster, [None] * 2, 1)),
        )


@contextmanager
def two_hosts(settings: Settings) -> Iterator[tuple[Cluster, Three]]:
    """One process over the network, two on each of two hosts, and four that share nothing."""
    with ExitStack() as stack:
        centre, others = stack.enter_context(hosts(2))
        addresses = ",".join(host.database for host in others)
        cluster = Cluster(durable=True, inside=centre.inside, listen_addresses=addresses)
        stack.callback(cluster.stop)
        houses = _moved(settings, cluster, 4)
        yield cluster, (
            stack.enter_context(
                serving("1, over the network", houses[:1], cluster, others[:1], 1)
            ),
            stack.enter_context(serving("4 on two hosts", houses[:1], cluster, others, 2)),
            stack.enter_context(serving("4, a database each", houses, cluster, others * 2, 1)),
        )  # fmt: skip


def _moved(settings: Settings, cluster: Cluster, copies: int) -> list[Settings]:
    """The town in as many databases, its people's keys in others, as several machines have them."""
    house, found = House(settings), list[Settings]()
    for _ in range(copies):
        there = replace(settings, database=cluster.create(), people_database=cluster.create())
        house.vault.owners.give(Owners(there.people_database, make=True))
        moving.move(house.store, House(there).store, int)
        found.append(there)
    return found


# Load


def _compared(
    cluster: Cluster, three: Three, rounds: int, seconds: float
) -> tuple[str, list[Figure]]:  # fmt: skip
    told: dict[Group, list[tuple[Load, float]]] = {group: [] for group in three}
    _, many, apart = three
    waits: Counter[str] = Counter()
    for group in three:
        group.load(0.5)  # its connections are open, its statements prepared
    for _ in range(rounds):
        for group, loads in told.items():
            before = _server_cpu(cluster)
            with _watched(cluster, waits if group is many else Counter()):
                load = group.load(seconds)
            loads.append((load, (_server_cpu(cluster) - before) / load.turns))
    rows = [_row(group.name, loads) for group, loads in told.items()]
    ratio, crowd = (_ratio(told[three[0]], told[group]) for group in (many, apart))
    locked = sum(count for kind, count in waits.items() if kind.startswith("Lock"))
    beside = f"CPU of a turn, {apart.name} / one: {crowd:.2f}"
    return "\n".join([table(_HEAD, rows), _said(many.name, waits), beside]), [
        Figure("", f"CPU of a turn, {many.name} / one", f"{ratio:.2f}", "<= 1.10", ratio <= 1.1),
        Figure("", f"connections seen waiting for another's lock, {many.name}",
               f"{locked} of {waits.total():,}", "0", not locked),
    ]  # fmt: skip


def _ratio(alone: Sequence[tuple[Load, float]], crowd: Sequence[tuple[Load, float]]) -> float:
    pairs = zip(alone, crowd, strict=True)
    return median(other.cpu / one.cpu for (one, _), (other, _) in pairs)


def _row(name: str, loads: Sequence[tuple[Load, float]]) -> tuple[str, ...]:
    def middle(of: Callable[[Load], float]) -> float:
        return median(of(load) for load, _ in loads)

    return (
        name, f"{middle(lambda load: load.rate):,.0f}", f"{middle(lambda load: load.p50):.1f}",
        f"{middle(lambda load: load.p99):.1f}", f"{middle(lambda load: load.cpu) * 1e6:,.0f}",
        f"{median(server for _, server in loads) * 1e6:,.0f}",
        str(sum(load.wrong for load, _ in loads)),
    )  # fmt: skip


def _said(name: str, waits: Counter[str]) -> str:
    shares = ", ".join(f"{kind} {count / waits.total():.1%}" for kind, count in waits.most_common())
    return f"{name}, busy connections seen {waits.total():,} times: {shares}"


@contextmanager
def _watched(cluster: Cluster, waits: Counter[str]) -> Iterator[None]:
    """Every 10 ms, what the busy connections are waiting for is counted."""
    stop = threading.Event()

    def watch() -> None:
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            while not stop.wait(0.01):
                for kind, event, count in connection.execute(_WAITS).fetchall():
                    waits[f"{kind} {event}".strip()] += count

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        stop.set()
        watcher.join()


def _server_cpu(cluster: Cluster) -> float:
    """Of the server's processes that live, the one that watches included."""
    spent = 0.0
    for one in [cluster.pid, *children(cluster.pid)]:
        with suppress(FileNotFoundError, ProcessLookupError):  # the last watcher's has just ended
            spent += Served(0, one).cpu()
    return spent
