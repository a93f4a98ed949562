"""A line that says how far a long fault is, on a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from time import monotonic


def shown(what: str, steps: Iterable[int], of: int) -> Iterator[int]:
    """The steps, with a bar for who watches."""
    began, watched = monotonic(), sys.stderr.isatty()
    for number, step in enumerate(steps, 1):
        yield step
        if watched:
            done = 30 * number // of
            rate = number / (monotonic() - began)
            bar = "#" * done + "." * (30 - done)
            print(f"\r{what} [{bar}] {number}/{of}, {rate:.1f} a second ", end="", file=sys.stderr)
    if watched:
        print(file=sys.stderr)
