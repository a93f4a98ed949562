"""The log of an SQLite file: room in it beforehand, and one wait for the disk for many.

A commit writes to the log and lets go of the lock; whoever committed then waits here until the disk
has it, and only then is anybody answered. The next turn is at work meanwhile, and those that commit
during one flush share the following one. A log is read again in the order in which it was written:
what is on the disk is never built on something that is not.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from shutil import disk_usage
from typing import Any

from lite.store.file import ask

# What a log has room for, ahead: a commit that overwrites its log waits half as long as one that
# makes the file longer, for the file system then has a change of its own to put on the disk.
ROOM = 26 << 20
_PART = 1 << 20  # of a log, written again at once
_SPARE = 8  # a disk without so many times that room is left alone


class Flush:
    """Of one file, shared by the threads of a process. Commits are numbered as they happen."""

    def __init__(self) -> None:
        self._flushed = threading.Condition(threading.Lock())
        self._committed = self._kept = 0
        self._at_work = False  # somebody waits for the disk, for all who have committed
        self.doubtful = False  # a flush failed: what it was to keep is on the disk or not

    def committed(self) -> int:
        """The number of a commit. For whoever holds the writer's lock."""
        self._committed += 1
        return self._committed

    def last(self) -> int:
        """The number of this process's latest commit."""
        return self._committed

    def wait(self, number: int, log: FileIO) -> None:
        """Returns once the disk has a commit. OSError when it refuses: this one and those that
        wait with it are not known to be kept, for a disk tells of a failure only once."""
        with self._alone(number) as kept:
            if kept:
                return
            reached = self._committed
            if self.doubtful:
                raise OSError("the disk refused a flush")
            try:
                os.fdatasync(log.fileno())
            except OSError:
                self.doubtful = True
                raise
            self._kept = reached

    @contextmanager
    def _alone(self, number: int) -> Iterator[bool]:
        """Whether a commit is on the disk; if not, nobody else asks the disk meanwhile. Those who
        came during one flush go on together after the next: none of them begins another."""
        with self._flushed:
            while self._at_work and self._kept < number:
                self._flushed.wait()
            if self._kept >= number:
                yield True
                return
            self._at_work = True
        try:
            yield False
        finally:
            with self._flushed:
                self._at_work = False
                self._flushed.notify_all()

    def mend(self, connection: Any, log: Path) -> None:
        """After a flush that failed: all that the log holds is written once more, and waited for,
        whoever reads it meanwhile. OSError while the disk refuses. For whoever holds the writer's
        lock."""
        with self._alone(self._committed + 1):
            ask(connection, "begin immediate")  # no other process begins the log anew meanwhile
            try:
                _write_again(log)
            finally:
                connection.execute("rollback")
            self.doubtful, self._kept = False, self._committed


def has_room(log: Path) -> bool:
    """Whether a log is as long as it is going to be."""
    return log.exists() and log.stat().st_size >= ROOM


def make_room(connection: Any, log: Path) -> None:
    """Make the log as long as it is going to be, if the disk has plenty. For whoever holds the
    writer's lock: nobody else writes to the log meanwhile."""
    if has_room(log) or disk_usage(log.parent).free < _SPARE * ROOM:
        return
    # What is committed first makes the log's header: whoever copies logs looks for it.
    version = connection.execute("pragma user_version").fetchone()[0]
    ask(connection, f"pragma user_version = {version}")
    ask(connection, "begin immediate")
    try:
        with log.open("r+b", buffering=0) as file:
            _lengthen(file)
    finally:
        connection.execute("rollback")


def _lengthen(log: FileIO) -> None:
    """By zeros, which no reader of a log takes for a frame."""
    size = log.seek(0, os.SEEK_END)
    try:
        log.write(bytes(max(ROOM - size, 0)))
        os.fsync(log.fileno())
    except OSError:
        log.truncate(size)


def _write_again(log: Path) -> None:
    """The same bytes over themselves: a kernel took them for written when the flush failed."""
    with log.open("r+b", buffering=0) as file:
        while part := file.read(_PART):
            file.seek(-len(part), os.SEEK_CUR)
            file.write(part)
        os.fdatasync(file.fileno())
