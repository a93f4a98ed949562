"""`make weather`: what became of each promise for bad days, beside its goal. Exit code 1 if one is
missed; ARGS=--quick for a short form of each."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Callable
from functools import partial
from time import monotonic

from attack.figures import Figure
from bench.tables import table
from weather import blameless, catchup, importing, imports, mutants, outage, visible

PARTS: dict[str, Callable[[bool], list[Figure]]] = {
    "outage": outage.run,
    "catchup": catchup.run,
    "visible": visible.run,
    "importing": importing.run,
    "mutants": mutants.run,
    "blameless": blameless.run,
    "imports": imports.run,
}
_HEAD = ("figure", "what", "measured", "goal", "verdict")


def main() -> None:
    """Play the parts asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m weather", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all, if none is named")
    parser.add_argument("--quick", action="store_true", help="a short form of each")
    parser.add_argument("--minutes", type=float, default=60.0,
                        help="of R22 and of whole imports, each, at most")  # fmt: skip
    chosen = parser.parse_args()
    logging.getLogger("lite").addHandler(logging.NullHandler())  # what is noticed is measured
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    for name, long in {"imports": imports, "blameless": blameless}.items():
        PARTS[name] = partial(long.run, minutes=chosen.minutes)
    met = [_played(name, chosen.quick) for name in chosen.parts or PARTS]
    sys.exit(not all(met))


def _played(name: str, quick: bool) -> bool:
    since = monotonic()
    figures = PARTS[name](quick)
    rows = [(one.name, one.what, one.measured, one.goal, "met" if one.met else "NOT MET")
            for one in figures]  # fmt: skip
    print(table(_HEAD, rows))
    print(f"({name}: {monotonic() - since:.0f} s)\n", flush=True)
    return all(one.met for one in figures)


if __name__ == "__main__":
    main()
