"""S3: one guess at each of 3.4 million accounts, a code asked for before each."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from attack.figures import Figure
from lite.app import House
from lite.identity import codes
from lite.identity.codes import Closed
from lite.identity.throttle import BUDGET, DAY
from lite.signs import findings

ACCOUNTS = 3_400_000
CHANCE = 1e-6  # of one guess at six digits
_YEAR = 365


@dataclass(frozen=True)
class Sprayed:
    """A day of spraying: guesses that were looked at, seconds until an error was logged, and
    whether `lite doctor` saw it by then; None where nothing was noticed."""

    guesses: int
    noticed: float | None
    told: bool


class _Watch(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard = False

    def emit(self, record: logging.LogRecord) -> None:
        self.heard = True


@contextmanager
def _watch() -> Iterator[_Watch]:
    watch, log = _Watch(), logging.getLogger("lite.identity")
    log.addHandler(watch)
    propagated, log.propagate = log.propagate, False
    try:
        yield watch
    finally:
        log.removeHandler(watch)
        log.propagate = propagated


def spray(house: House, start: datetime, pace: float, budget: int = BUDGET) -> Sprayed:
    """Guess at account after account, so many a second, for a day or until it is closed."""
    guesses, noticed, told = 0, None, False
    with _watch() as watch:
        while (now := start + timedelta(seconds=guesses / pace)) < start + DAY:
            if isinstance(_guess(house, f"account-{start}-{guesses}", now, budget), Closed):
                break
            guesses += 1
            if watch.heard and noticed is None:
                noticed, told = (now - start).total_seconds(), _doctor(house)
    return Sprayed(guesses, noticed, told)


def _guess(house: House, account: str, now: datetime, budget: int) -> object:
    """The worst case: the account has a living code, asked for by the attacker himself."""
    index = house.office.index(account)
    right = codes.issue(house.store, house.vault, index, account, now)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    return codes.check(house.store, house.vault, index, wrong, now, "", budget)


def _doctor(house: House) -> bool:
    return any(not one.well and "guessing" in one.says for one in findings(house))


def run(house: House) -> list[Figure]:
    """A burst, and then a sprayer patient enough to stay below the pace that is noticed."""
    start = house.clock.now()
    burst = spray(house, start, pace=20.0)
    slow = spray(house, start + 2 * DAY, pace=0.5)
    most = max(burst.guesses, slow.guesses)
    year = most * CHANCE * _YEAR
    seen = burst.noticed if burst.noticed is not None else float("inf")
    return [
        Figure("S3", "guesses in a day, all accounts together", str(most), f"<= {BUDGET}",
               most <= BUDGET),
        Figure("S3", "accounts opened in a year, expected", f"{year:.2f}", "<= 1", year <= 1),
        Figure("S3", f"years for one guess at {ACCOUNTS:,} accounts",
               f"{ACCOUNTS / most / _YEAR:.1f}", "> 1", ACCOUNTS / most > _YEAR),
        Figure("S3", "seconds until a burst is noticed, in the log and by the doctor",
               f"{seen:.0f}", "<= 60", seen <= 60 and burst.told),
        Figure("S3", "accounts opened before a slow spray is noticed, expected",
               f"{slow.guesses * CHANCE:.3f}", "<= 1", slow.noticed is not None),
    ]  # fmt: skip
