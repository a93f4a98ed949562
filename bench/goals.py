"""Goals in a table: what was measured, what it should be, whether it is."""

from __future__ import annotations

from collections.abc import Sequence

from attack.figures import Figure
from bench.tables import table


def goals(figures: Sequence[Figure]) -> str:
    """A line for each; what is not met says so."""
    rows = [
        (f"{one.name} {one.what}".strip(), one.measured, one.goal, "met" if one.met else "NOT MET")
        for one in figures
    ]
    return table(("goal", "measured", "wanted", ""), rows)
