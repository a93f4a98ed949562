"""The same house on both engines: what a turn costs, writes and keeps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from statistics import median
from time import monotonic, perf_counter, process_time, sleep

import psycopg

from bench.tables import table
from bench.town import callers, sign_in
from bench.wire import Ask, called, dossiers, sms, ussd
from lite.app import House
from lite.config import Settings
from lite.store import moving
from tools.cluster import Cluster, missing

_EACH = 200
_HEAD = ("on both engines", "SQLite: CPU, whole µs", "PostgreSQL: CPU, whole µs", "whole, ratio")


def run(settings: Settings, quick: bool) -> str:
    """Tables: cost side by side; what a turn writes; bytes a row; locks or serializable."""
    if why := missing():
        return why
    cluster = Cluster(durable=True)
    try:
        there = replace(settings, database=cluster.create())
        moving.move(House(settings).store, House(there).store, int)
        return "\n\n".join((
            _side_by_side(House(settings), House(there), 3 if quick else 15),
            _written(there), _rows(there), _isolation(there, 2 if quick else 10),
        ))  # fmt: skip
    finally:
        cluster.stop()


# Cost


def _side_by_side(one: House, other: House, rounds: int) -> str:
    people = callers()
    signed = [sign_in(house, people[:_EACH]) for house in (one, other)]
    kinds: dict[str, list[Iterator[Ask]]] = {
        "USSD turn": [ussd(people), ussd(people)],
        "SMS in": [sms(people), sms(people)],
        "page: my dossiers": [dossiers(signed[0]), dossiers(signed[1])],
    }
    rows = []
    for name, asks in kinds.items():
        told = [[_cost(h, a) for h, a in zip((one, other), asks, strict=True)]
                for _ in range(rounds)]  # fmt: skip
        cells = [
            [median(pair[which][what] for pair in told) * 1e6 for what in (0, 1)]
            for which in (0, 1)
        ]
        rows.append((name, *(f"{cpu:.0f}, {whole:.0f}" for cpu, whole in cells),
                     f"{cells[1][1] / cells[0][1]:.2f}"))  # fmt: skip
    return table(_HEAD, rows)


def _cost(house: House, asks: Iterator[Ask]) -> tuple[float, float]:
    ready = list(islice(asks, _EACH))
    cpu, whole = process_time(), perf_counter()
    for ask in ready:
        called(house.wsgi, ask)
    return (process_time() - cpu) / _EACH, (perf_counter() - whole) / _EACH


def _written(settings: Settings) -> str:
    """What PostgreSQL is asked and writes for each kind of request."""
    house, people, rows = House(settings), callers(), []
    for name, asks in (("USSD turn", ussd(people)), ("SMS in", sms(people))):
        _cost(house, asks)
        with psycopg.connect(settings.database, autocommit=True) as watch:
            before = _marks(watch)
            _cost(house, asks)
            wal, commits, changed = (b - a for a, b in zip(before, _marks(watch), strict=True))
        cells = (wal, commits, changed)
        rows.append((name, *(f"{cell / _EACH:,.1f}" for cell in cells)))
    return table(("PostgreSQL, one request", "WAL bytes", "commits", "rows written"), rows)


def _marks(watch: psycopg.Connection) -> tuple[int, int, int]:
    sleep(1.2)  # the server tells its counts once a second
    row = watch.execute(
        "select pg_current_wal_lsn() - '0/0', xact_commit,"
        " tup_inserted + tup_updated + tup_deleted from pg_stat_database"
        " where datname = current_database()"
    ).fetchone()
    assert row is not None
    return int(row[0]), row[1], row[2]


def _rows(settings: Settings) -> str:
    """Bytes of a row with its indexes, of the tables that hold enough to tell."""
    found = []
    with psycopg.connect(settings.database, autocommit=True) as watch:
        watch.execute("vacuum analyze")
        for name in House(settings).store.sql.tables():
            sql = f"select count(*), pg_total_relation_size('{name}') from {name}"
            count, size = watch.execute(sql.encode()).fetchone() or (0, 0)
            if count > 500:
                found.append((name, f"{count:,}", f"{size / count:.0f}"))
    return table(("table", "rows", "bytes a row, indexes with it"), found)


def _isolation(settings: Settings, seconds: int) -> str:
    """The same turns of eight threads: locks by name, and the engine's own serializable."""
    option = "&options=-c%20default_transaction_isolation%3Dserializable"
    cases = (("read committed, alone by name", ""), ("serializable", option))
    rows = []
    for name, extra in cases:
        house = House(replace(settings, database=settings.database + extra))
        done, undone = _crowd(house, seconds)
        rows.append((name, f"{done / seconds:,.0f}", f"{undone / max(1, done):.2%}"))
    return table(("eight threads in one process", "turns a second", "told to come back"), rows)


def _crowd(house: House, seconds: int) -> tuple[int, int]:
    people, until, told = callers(), monotonic() + seconds, []

    def one(mine: int) -> None:
        done = undone = 0
        for ask in ussd(people[mine::8]):
            if monotonic() > until:
                break
            try:
                called(house.wsgi, ask)
                done += 1
            except AssertionError:
                undone += 1
        told.append((done, undone))

    _threads(one, 8)
    return sum(done for done, _ in told), sum(undone for _, undone in told)


def _threads(work: Callable[[int], None], number: int) -> None:
    threads = [threading.Thread(target=work, args=(mine,)) for mine in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
