"""What a commit costs, in the ways that a disk can be waited for (`docs/decisions/0024-…`)."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import pysqlite3 as sqlite3

from bench.tables import table
from lite.config import Settings
from lite.store.flush import ROOM, make_room

_EACH = 200  # commits of one kind in one round
_ROW = ("x" * 40, "v" * 250)
_LINE = b"v" * 600
_HEAD = ("what is kept", "CPU µs", "waited µs")

Kind = Callable[[], None]


def run(settings: Settings, quick: bool) -> str:
    """A table: µs of CPU and of waiting, medians of interleaved rounds, for one row each."""
    folder = settings.folder / "commits"
    folder.mkdir(exist_ok=True)
    kinds = _kinds(folder)
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in kinds}
    for _ in range(3 if quick else 15):
        for name, kind in kinds.items():
            taken[name].append(_timed(kind))
    rows = [(name, *(f"{median(side):.0f}" for side in zip(*pairs, strict=True)))
            for name, pairs in taken.items()]  # fmt: skip
    return table(_HEAD, rows)


def _timed(kind: Kind) -> tuple[float, float]:
    cpu, clock = process_time(), perf_counter()
    for _ in range(_EACH):
        kind()
    return (process_time() - cpu) / _EACH * 1e6, (perf_counter() - clock) / _EACH * 1e6


def _kinds(folder: Path) -> dict[str, Kind]:
    return {
        "synchronous=FULL, the log grows": _row(folder / "a.db", "full"),
        "synchronous=FULL, a log with room": _row(folder / "b.db", "full", room=True),
        "NORMAL, then fdatasync, the log grows": _row(folder / "c.db", "normal", flushed=True),
        "NORMAL, then fdatasync, a log with room: the house":
            _row(folder / "d.db", "normal", room=True, flushed=True),
        "600 bytes at the end of a file, then fdatasync": _line(folder / "e", 0),
        "600 bytes over a file, then fdatasync": _line(folder / "f", ROOM),
        "the same row, no disk awaited": _row(folder / "g.db", "off"),
    }  # fmt: skip


def _row(path: Path, synchronous: str, room: bool = False, flushed: bool = False) -> Kind:
    kept: Any = sqlite3.connect(path, isolation_level=None)
    # A log that grows is never written back here; one with room is long before it starts.
    for pragma in ("journal_mode = wal", f"synchronous = {synchronous}",
                   f"wal_autocheckpoint = {5_000 if room else 1_000_000}"):  # fmt: skip
        kept.execute(f"pragma {pragma}")
    kept.execute("create table kept (number integer primary key, turn text, value text)")
    log = path.with_name(f"{path.name}-wal")
    if room:
        make_room(kept, log)
    return partial(_commit, kept, os.open(log, os.O_RDWR) if flushed else None)


def _commit(kept: Any, log: int | None) -> None:
    kept.execute("begin immediate")
    kept.execute("insert into kept (turn, value) values (?, ?)", _ROW)
    kept.execute("commit")
    if log is not None:
        os.fdatasync(log)


def _line(path: Path, room: int) -> Kind:
    file = path.open("w+b", buffering=0)
    file.write(bytes(room))
    os.fsync(file.fileno())
    file.seek(0)

    def write() -> None:
        file.write(_LINE)
        os.fdatasync(file.fileno())

    return write
