"""Import: rows a second of a whole pull beside two plain imports of the same rows; its memory."""

from __future__ import annotations

import csv
import resource
from itertools import islice
from pathlib import Path
from time import monotonic

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
        copied = None if quick or missing() else _copied(folder / "rows.csv")
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


def _copied(rows: Path) -> float:
    """Seconds of COPY of the CSV into a table without a key, on a server of our own."""
    import psycopg

    cluster, even = Cluster(durable=True), rows.with_name("even.csv")
    columns = _even(rows, even)
    try:
        with psycopg.connect(cluster.create()) as there, even.open("rb") as file:
            there.execute(f"create table rows ({columns})")  # type: ignore[call-overload]
            since = monotonic()
            with there.cursor().copy("copy rows from stdin (format csv)") as copy:
                while chunk := file.read(_CHUNK):
                    copy.write(chunk)
            there.commit()
            return monotonic() - since
    finally:
        cluster.stop()


def _even(rows: Path, even: Path) -> str:
    """The same rows, each with as many cells as the longest: COPY wants that. Its columns."""
    with rows.open(newline="") as lines:
        most = max(map(len, islice(csv.reader(lines), 100)))
    with rows.open(newline="") as lines, even.open("w", newline="") as file:
        write = csv.writer(file)
        write.writerows(row + [""] * (most - len(row)) for row in csv.reader(lines))
    return ", ".join(f"c{one} text" for one in range(most))
