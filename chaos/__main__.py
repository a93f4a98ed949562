"""`make chaos`: what each fault came to, beside its goal. Exit code 1 if a goal is missed.

Traffic goes to 127.0.0.1, and to network namespaces that are made for it, alone.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from time import monotonic

from attack.figures import Figure
from bench.tables import table
from chaos import (
    burst,
    callbacks,
    clocks,
    database,
    disk,
    kill,
    lost_replies,
    machine_clock,
    malformed,
    partition,
    rolling,
    slow,
)

_HEAD = ("", "what", "measured", "goal", "met")
# A name -> (the fault, how much of it in the long and in the quick form).
PARTS: dict[str, tuple[Callable[[int], list[Figure]], int, int]] = {
    "kill": (kill.run, 2_000, 30),
    "disk": (disk.run, 300, 3),
    "slow": (slow.run, 1_000, 200),
    "rolling": (rolling.run, 50, 6),
    "partition": (partition.run, 60, 5),
    "burst": (burst.run, 20, 4),
    "busy": (burst.busy, 30, 4),
    "database": (database.run, 20, 3),
    "doubled": (lost_replies.run, 10_000, 200),
    "malformed": (malformed.run, 10_000, 700),
    "clocks": (clocks.run, 20, 2),
    "machine-clock": (machine_clock.run, 2, 1),
    "callbacks": (callbacks.run, 100_000, 500),
}


def main() -> None:
    """Play the faults asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all, if none is named")
    parser.add_argument("--quick", action="store_true", help="a short form of each")
    parser.add_argument("--times", type=int, help="how many kills, histories, restarts...")
    chosen = parser.parse_args()
    logging.getLogger("lite").addHandler(logging.NullHandler())
    figures, since = [], monotonic()
    for name in chosen.parts or PARTS:
        fault, long, short = PARTS[name]
        figures += fault(chosen.times or (short if chosen.quick else long))
    rows = [(one.name, one.what, one.measured, one.goal, "yes" if one.met else "NO")
            for one in figures]  # fmt: skip
    print(table(_HEAD, rows))
    print(f"({monotonic() - since:.0f} s)")
    sys.exit(not all(one.met for one in figures))


if __name__ == "__main__":
    main()
