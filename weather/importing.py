"""Import: rows a second of a whole pull beside two plain imports of the same rows; its memory."""

from __future__ import annotations

import resource
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from attack.figures import Figure
from bench import intake
from tools.cluster import Cluster, missing
from weather import folk

_CHUNK = 1 << 16


def run(quick: bool, rows: int = 0) -> list[Figure]:
    """One file, one core; `bench.intake` writes it, pulls it and weighs the pull."""
    rows = rows or (20_000 if quick else 1_000_000)
    with folk.folder() as folder:
        intake.write(folder, rows)
        worked = _children()
        plain, _ = intake.imported(folder)
        plain_work = _children() - worked
        copied = None if quick or missing() else _copied(intake.tables(folder))
        pull = intake.pulled(folder)
    told = f"{rows:,} rows pulled, verified and sealed, beside sqlite3 .import"
    clock = [("sqlite3 .import", plain), *([("COPY on PostgreSQL", copied)] if copied else [])]
    return [
        _beside(f"{told}, on one core: rows a second of processor time", rows, pull["cpu"],
                plain_work),
        *(_beside(f"the same beside {name}, by the clock", rows, pull["seconds"], seconds)
          for name, seconds in clock),
        Figure("import", f"memory of the process that pulls {rows:,} rows (PSS at its highest)",
               f"{pull['pss']:.0f} MB", "<= 300 MB", 0 < pull["pss"] <= 300),
        Figure("import", "the longest that another writer waited meanwhile",
               f"{1000 * pull['wait']:.0f} ms", "(no goal)", True),
    ]  # fmt: skip


def _beside(what: str, rows: int, ours: float, theirs: float) -> Figure:
    ratio = theirs / ours
    return Figure("import", what, f"{ratio:.3f} ({rows / ours:,.0f} of {rows / theirs:,.0f})",
                  ">= 0.10", ratio >= 0.10)  # fmt: skip


def _children() -> float:
    """Seconds of processor time that programs we started and waited for have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _copied(tables: Mapping[str, Path]) -> float:
    """Seconds of COPY of the CSV into tables without a key, on a server of our own."""
    import psycopg

    cluster = Cluster(durable=True)
    try:
        with psycopg.connect(cluster.create()) as there:
            since = monotonic()
            for kind, path in tables.items():
                _copy(there, kind, path)
            there.commit()
            return monotonic() - since
    finally:
        cluster.stop()


def _copy(there: Any, kind: str, path: Path) -> None:
    with path.open("rb") as file:
        columns = file.readline().decode().split(",")
        told = ", ".join(f'"{one.strip()}" text' for one in columns)
        there.execute(f"create table {kind} ({told})")
        with there.cursor().copy(f"copy {kind} from stdin (format csv)") as copy:
            while chunk := file.read(_CHUNK):
                copy.write(chunk)
