"""One line on a terminal for what takes minutes."""

from __future__ import annotations

import sys
from time import monotonic
from types import TracebackType


class Progress:
    """`what` is being done, `whole` times; nothing is said where nobody looks."""

    def __init__(self, what: str, whole: int) -> None:
        self._what, self._whole, self._since = what, whole, monotonic()

    def to(self, done: int) -> None:
        """So many are done."""
        if not sys.stderr.isatty():
            return
        left = (monotonic() - self._since) * (self._whole - done) / max(1, done)
        percent = min(100, 100 * done // self._whole)
        line = f"\r{self._what}: {done:,} of {self._whole:,}, {percent} %, {left / 60:.1f} min left"
        sys.stderr.write(f"{line}\x1b[K")
        sys.stderr.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if sys.stderr.isatty():
            sys.stderr.write("\n")
