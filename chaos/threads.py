"""People who never rest, each in a thread of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def restless(one: Callable[[], None], size: int, stop: threading.Event) -> Iterator[None]:
    """So many run this as long as it lasts; each finishes what was begun once `stop` is set."""
    threads = [threading.Thread(target=one) for _ in range(size)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
