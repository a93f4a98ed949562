"""Lite beside what others build USSD with: `python -m bench peers crossed malformed opened`.

The peers are installed by `make bench` beside Lite, never with it (`tools/npm`, `tools/aside`);
their menus are ours, built as their READMEs build theirs. One that is not installed is named.
"""

from __future__ import annotations

from attack.figures import Figure
from bench.goals import goals
from bench.peers import crossing, malformed, opened, speed
from lite.config import Settings


def run(settings: Settings, quick: bool) -> str:
    """The table of rates, and the goals P1, P2, P3, P5 and P6."""
    return _told(*speed.run(settings, quick))


def crossed(settings: Settings, quick: bool) -> str:
    """C1: whose answer it is."""
    return _told(*crossing.run(settings, quick))


def bad(settings: Settings, quick: bool) -> str:
    """C2: what survives bad webhooks."""
    return _told(*malformed.run(settings, quick))


def many(settings: Settings, quick: bool) -> str:
    """C3: what many open dialogues cost."""
    return _told(*opened.run(settings, quick))


def _told(told: str, figures: list[Figure]) -> str:
    return f"{told}\n\n{goals(figures)}"
