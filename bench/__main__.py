"""`make bench`: every figure beside its anchor. `ARGS=--quick` for a glance."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import monotonic

from bench import (
    commits,
    engines,
    hosts,
    idle,
    inprocess,
    intake,
    letters,
    memory,
    papers,
    peers,
    restore,
    server,
    threads,
    weights,
)
from bench.town import town
from lite.config import Settings

PARTS: dict[str, Callable[[Settings, bool], str]] = {
    "inprocess": inprocess.run,
    "server": server.run,
    "threads": threads.run,
    "commits": commits.run,
    "memory": memory.run,
    "intake": intake.run,
    "weights": weights.run,
    "papers": papers.run,
    "letters": letters.run,
    "engines": engines.run,
    "restore": restore.run,
    "peers": peers.run,
    "crossed": peers.crossed,
    "malformed": peers.bad,
    "opened": peers.many,
    "hosts": hosts.run,
    "idle": idle.run,
}


def main() -> None:
    """Run the parts asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all, if none is named")
    parser.add_argument("--quick", action="store_true", help="short and rough")
    chosen = parser.parse_args()
    with town() as settings:
        for name in chosen.parts or PARTS:
            since = monotonic()
            print(PARTS[name](settings, chosen.quick))
            print(f"({name}: {monotonic() - since:.0f} s)\n", flush=True)


main()
