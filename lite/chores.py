"""What a worker does beside carrying letters: each chore at its own pace, one after the other but
for those that may not wait."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

_log = logging.getLogger("lite.chores")


@dataclass(frozen=True)
class Chore:
    """Something to do every so many seconds. It must bear being done twice, and being missed.
    One that goes `apart` waits for no other."""

    name: str
    every: float
    do: Callable[[], object]
    apart: bool = False


def begin(chores: Sequence[Chore], stop: Event) -> list[Thread]:
    """Start the threads that do the chores until told to stop."""
    together = [chore for chore in chores if not chore.apart]
    alone = [[chore] for chore in chores if chore.apart]
    threads = [
        Thread(target=run, args=(some, stop), name=f"chores-{some[0].name}")
        for some in [together, *alone]
        if some
    ]
    for thread in threads:
        thread.start()
    return threads


def run(chores: Sequence[Chore], stop: Event, clock: Callable[[], float] = time.monotonic) -> None:
    """Do each chore at once and then at its pace, until told to stop. One that fails is tried
    again at its next hour and keeps no other from its own: a store that is gone may come back."""
    due = dict.fromkeys((chore.name for chore in chores), clock())
    while chores and not stop.is_set():
        for chore in chores:
            if due[chore.name] <= clock():
                _do(chore)
                due[chore.name] = clock() + chore.every
        stop.wait(max(0.0, min(due.values()) - clock()))


def _do(chore: Chore) -> None:
    try:
        chore.do()
    except Exception as error:
        _log.error("chore failed", extra={"chore": chore.name, "why": type(error).__name__})
