"""S2: one account, and somebody who guesses at its codes as often as he is let."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attack.figures import Figure
from lite.app import House
from lite.identity import codes
from lite.identity.codes import Locked, Signed
from lite.identity.throttle import DAY, MOST

_STEP = timedelta(seconds=1)
_OWNER = timedelta(hours=2)


def guess(house: House, phone: str, days: int = 3) -> list[datetime]:
    """The instants at which a guess was looked at. The attacker tries at the first instant at
    which he may, and asks for a new code each time; the owner signs in every two hours."""
    now, tries = house.clock.now(), []
    end, next_visit = now + days * DAY, now + _OWNER
    while now < end:
        if now >= next_visit:
            _visit(house, phone, now)
            next_visit += _OWNER
        outcome = _try(house, phone, now)
        if isinstance(outcome, Locked):
            now = min(outcome.until, next_visit)
        else:
            tries.append(now)
            now += _STEP
    return tries


def _try(house: House, phone: str, now: datetime) -> object:
    """A wrong guess at a code that he had sent a moment before."""
    right = _issue(house, phone, now)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    return codes.check(house.store, house.vault, house.office.index(phone), wrong, now)


def _visit(house: House, phone: str, now: datetime) -> bool:
    """The owner, with a right code: also in vain while the account is locked."""
    index = house.office.index(phone)
    code = _issue(house, phone, now)
    return isinstance(codes.check(house.store, house.vault, index, code, now), Signed)


def _issue(house: House, phone: str, now: datetime) -> str:
    index = house.office.index(phone)
    person = house.store.people.of_phone(index)[0]
    return codes.issue(house.store, house.vault, index, person, now)


def most_in_a_day(tries: Sequence[datetime]) -> int:
    """The most tries that any 24 hours hold."""
    return max(sum(first <= one < first + DAY for one in tries) for first in tries)


def run(house: House, phone: str) -> list[Figure]:
    """Three days at one account."""
    most = most_in_a_day(guess(house, phone))
    return [
        Figure("S2", "tries at one account in 24 hours", str(most), f"<= {MOST}", most <= MOST),
        Figure("S2", "chance to guess into it in a day", f"{most * 1e-6:.0e}", "<= 1e-05",
               most <= 10),
    ]  # fmt: skip
