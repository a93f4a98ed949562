"""What an attack came to, beside what it may come to at most."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp


@dataclass(frozen=True)
class Figure:
    """One figure. `name` as in the list of goals (`S2`), `met` whether the goal is."""

    name: str
    what: str
    measured: str
    goal: str
    met: bool


def ks(one: Sequence[float], other: Sequence[float]) -> float:
    """The chance that two samples as different as these come from one distribution: two-sample
    Kolmogorov-Smirnov, asymptotic."""
    first, second = sorted(one), sorted(other)
    gap = max(
        abs(bisect_right(first, value) / len(one) - bisect_right(second, value) / len(other))
        for value in (*one, *other)
    )
    size = (len(one) * len(other) / (len(one) + len(other))) ** 0.5
    reach = (size + 0.12 + 0.11 / size) * gap
    if reach < 0.2:
        return 1.0
    terms = ((-1) ** (k - 1) * exp(-2 * (k * reach) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * sum(terms)))
