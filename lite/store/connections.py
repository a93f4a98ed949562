"""The connections of a process to its SQLite file: one to write by, and one for each who reads.

A connection keeps pages of its own, and drops them all once another one has written. So all who
write share one, and find the pages of whoever wrote before; those who read meanwhile have others.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lite.store.file import connect


class _Mine(threading.local):
    """The connection that this thread goes on reading by."""

    pinned: Any = None


class Connections:
    """Opened when they are needed, and kept. Raises `StoreError` as `connect` does."""

    def __init__(self, path: Path, log: Path) -> None:
        self._path, self._log_file = path, log
        self._mine = _Mine()
        self._free: deque[Any] = deque()
        self._log: Any = None
        self._writing: Any = connect(path)

    @property
    def writing(self) -> Any:
        """The one to write by, for whoever holds the writer's lock."""
        if self._writing is None:
            self._writing = connect(self._path)
        return self._writing

    @property
    def log(self) -> Any:
        """The write-ahead log, once there is one: nobody can begin another while a connection
        lasts."""
        if self._log is None:
            self._log = self._log_file.open("r+b", buffering=0)
        return self._log

    @contextmanager
    def reading(self) -> Iterator[Any]:
        """One for this thread alone. It is not used again when something went wrong with it."""
        if self._mine.pinned is not None:
            yield self._mine.pinned
            return
        try:
            connection = self._free.pop()
        except IndexError:
            connection = connect(self._path)
        yield connection
        self._free.append(connection)

    @contextmanager
    def pinned(self) -> Iterator[Any]:
        """The same; all that this thread reads meanwhile is read by it."""
        with self.reading() as connection:
            self._mine.pinned = connection
            try:
                yield connection
            finally:
                self._mine.pinned = None

    def close(self) -> None:
        """Close those that nobody is using. For whoever holds the writer's lock."""
        for one in (*self._free, self._writing, self._log):
            if one is not None:
                one.close()
        self._free.clear()
        self._writing = self._log = None
