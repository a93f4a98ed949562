"""`lite pull`: learn from the funds, once or for as long as the house stands."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

import click

from lite.app import House
from lite.cli.operate import ready, stopping
from lite.clock import CASABLANCA, instant, local
from lite.intake import Busy, Pulled
from lite.signs import set_up_logs
from lite.upstream.port import Fund

_log = logging.getLogger("lite.pull")
# The hour of the nightly full pull, in Casablanca: nobody calls, and files of the day are there.
NIGHT = 2


@click.command()
@click.option("--full", is_flag=True, help="Pull everything, not only what changed.")
@click.option("--every", type=click.FloatRange(min=0.5), help="Pull again after so many SECONDS.")
@click.pass_obj
def pull(house: House, full: bool, every: float | None) -> None:
    """Learn from the funds. Exit code: 0 done, 3 partial, 1 refused or unreachable.

    With --every each fund goes its own way: no oftener than it says makes sense, and a full pull
    once a night where the fund's news is only a hint.
    """
    set_up_logs()
    ready(house)
    stop = stopping()
    if every is None:
        sys.exit(int(max((_pulled(house, fund, full) for fund in house.funds.values()),
                         key=_badness)))  # fmt: skip
    ways = [
        threading.Thread(target=_keep_pulling, args=(house, fund, every, full, stop), name=source)
        for source, fund in house.funds.items()
    ]
    for way in ways:
        way.start()
    for way in ways:
        way.join()


def learned(house: House, fund: Fund) -> Pulled:
    """Pull once from a fund, and settle what it says of requests."""
    return _pulled(house, fund, False)


def _pulled(house: House, fund: Fund, full: bool) -> Pulled:
    progress = Progress(fund.name) if sys.stderr.isatty() else None
    try:
        outcome = _learned(house, fund, full, progress)
    finally:
        if progress:
            progress.end()
    house.intake.settle(fund)
    return outcome


def _learned(
    house: House, fund: Fund, full: bool, watch: Callable[[int, int | None], object] | None = None
) -> Pulled:
    try:
        return house.intake.pull(fund, full, watch)
    except Busy as error:
        click.echo(f"lite: {error} Wait for it, or stop it.", err=True)
        return Pulled.FAILED


def _badness(outcome: Pulled) -> int:
    return [Pulled.DONE, Pulled.PARTIAL, Pulled.FAILED].index(outcome)


def _keep_pulling(
    house: House, fund: Fund, every: float, full: bool, stop: threading.Event
) -> None:
    """One fund's own way: what goes wrong there holds up no other."""
    due = monotonic()
    while not stop.is_set():
        try:
            if monotonic() >= due:
                outcome = _learned(house, fund, full or night_is_due(house, fund))
                full = full and outcome is Pulled.FAILED
                due = monotonic() + wait(fund, every, outcome)
            house.intake.settle(fund)
        except Exception as error:
            _log.error("pull failed", extra={"fund": fund.name, "why": type(error).__name__})
            due = monotonic() + every
        stop.wait(every)


def wait(fund: Fund, every: float, outcome: Pulled) -> float:
    """Seconds until the next pull makes sense: a fund that failed is asked again soon."""
    if outcome is Pulled.FAILED:
        return every
    return max(every, fund.capabilities().cadence)


def night_is_due(house: House, fund: Fund) -> bool:
    """Whether a full pull is owed since last night: what the fund tells as news is a hint."""
    if fund.capabilities().deltas != "hint":
        return False
    row = house.store.funds.get(fund.name)
    return not row or not row.full_at or instant(row.full_at) < last_night(house.clock.now())


def last_night(now: datetime) -> datetime:
    """When the last night's full pull was due."""
    here = local(now)
    night = datetime(here.year, here.month, here.day, NIGHT, tzinfo=CASABLANCA)
    return night if night <= here else night - timedelta(days=1)


class Progress:
    """One line on a terminal: how much of it is read, rows, rows a second, how long still. Where
    nobody knows how many rows will come, those that came."""

    def __init__(self, source: str) -> None:
        self._source, self._since, self._shown = source, monotonic(), False

    def __call__(self, rows: int, expected: int | None) -> None:
        """So many rows were read."""
        speed = rows / max(0.001, monotonic() - self._since)
        line = f"{rows:,} rows, {speed:,.0f}/s"
        if expected:
            done = min(100, 100 * rows // expected)
            left = max(0, expected - rows) / max(1.0, speed)
            bar = f"{'#' * (done // 5):.<20}"
            line = f"[{bar}] {done} %, {line}, {_lasting(left)} left"
        click.echo(f"\r{self._source}: {line}\x1b[K", err=True, nl=False)
        self._shown = True

    def end(self) -> None:
        """What is told next begins on a line of its own."""
        if self._shown:
            click.echo(err=True)


def _lasting(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


COMMANDS = (pull,)
