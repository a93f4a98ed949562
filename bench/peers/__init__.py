"""Lite beside what others build USSD with, in one run: `python -m bench peers crossed`.

The peers are installed by `make bench` beside Lite, never with it (`tools/npm`, `tools/aside`);
their menus are ours, built as their READMEs build theirs. One that is not installed is named.
"""

from __future__ import annotations

from bench.goals import goals
from bench.peers import crossing, malformed, opened, speed
from lite.config import Settings


def run(settings: Settings, quick: bool) -> str:
    """The table of rates, and the goals P1, P2, P3, P5 and P6."""
    told, figures = speed.run(settings, quick)
    return f"{told}\n\n{goals(figures)}"


def crossed(settings: Settings, quick: bool) -> str:
    """Whose answer it is, what survives bad webhooks, what many open dialogues cost: C1 to C3."""
    parts = [part.run(settings, quick) for part in (crossing, malformed, opened)]
    figures = [figure for _, found in parts for figure in found]
    return "\n\n".join([*(told for told, _ in parts), goals(figures)])
