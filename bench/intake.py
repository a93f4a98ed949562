"""Import: rows per second of a whole pull beside `sqlite3 .import` of the same rows (R, import).

BENCH_ROWS=1000000 for a long one. A batch of CSV files as a fund writes it is read, checked,
hashed, sealed, staged and swapped, in one process, on one core; the shell imports the same files.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory
from time import monotonic, process_time, sleep

from bench.tables import table
from lite import vault
from lite.app import House
from lite.config import Settings
from lite.store.sqlite import Sqlite
from lite.upstream import port
from lite.upstream.filedrop import Filedrop, export
from lite.upstream.filedrop.write import Head

_EACH = 5  # dossiers of one person


def run(settings: Settings, quick: bool) -> str:
    """A table: rows a second, peak memory of the pull's process, the longest wait of a writer."""
    number = int(os.environ.get("BENCH_ROWS", 60_000 if quick else 200_000))
    with TemporaryDirectory(prefix="intake-", dir="build") as folder:
        return _table(Path(folder), number)


def _table(folder: Path, number: int) -> str:
    write(folder, number)
    wall, cpu = imported(folder)
    anchor, anchor_cpu = number / wall, number / cpu
    first, again = (pulled(folder) for _ in range(2))
    rows = [
        ("sqlite3 .import", f"{anchor:,.0f}", "1.00", f"{anchor_cpu:,.0f}", "1.00", "", ""),
        *((name, f"{number / one['seconds']:,.0f}", f"{number / one['seconds'] / anchor:.2f}",
           f"{number / one['cpu']:,.0f}", f"{number / one['cpu'] / anchor_cpu:.2f}",
           f"{one['pss']:.0f}", f"{one['wait'] * 1000:.0f}")
          for name, one in (("first pull", first), ("again, unchanged", again))),
    ]  # fmt: skip
    head = (f"import of {number:,} rows", "rows/s", "/ .import", "rows/CPU s", "/ .import",
            "peak PSS MB", "longest write wait ms")  # fmt: skip
    return table(head, rows) + "\ngoals: >= 0.10 of .import; PSS <= 300 MB"


def write(folder: Path, number: int) -> None:
    """A fund's full batch of CSV files, in `drop`: what is pulled, and what the anchors import."""
    at = datetime.now(UTC) - timedelta(minutes=1)
    changes = map(port.upsert, islice(_records(), number))
    export.write(folder / "drop" / "1", Head(1, "full", at, "bench"), changes, "csv")


def tables(folder: Path) -> dict[str, Path]:
    """Kind -> its file."""
    return {kind: folder / "drop" / "1" / f"{kind}.csv" for kind in ("insured", "dossier")}


def _records() -> Iterator[port.Record]:
    one = 0
    while True:
        key = port.PersonKey("cnss", f"{100_000_000 + one}")
        yield port.Insured(
            {"cnss": key.value, "cin": f"AB{one}"}, f"f{one}", "head",
            "Fatima-Zahra Ait Benhaddou", "1984-03-12", (f"+2126{one:08d}",),
        )  # fmt: skip
        for of in range(_EACH):
            yield port.Dossier(
                f"{10 * one + of:010d}", key, "reimbursement", "2026-10-02",
                port.DossierStatus.REJECTED, "2026-11-05", (port.Reason("missing_document"),),
                claimed=123450,
            )  # fmt: skip
        one += 1


def imported(folder: Path) -> tuple[float, float]:
    """Seconds of the shell's own import, into tables without a key: by the clock, and of CPU."""
    lines = [f".import {path} {kind}" for kind, path in tables(folder).items()]
    since, before = monotonic(), getrusage(RUSAGE_CHILDREN)
    subprocess.run(
        ["sqlite3", folder / "anchor.db"], text=True, check=True, capture_output=True,
        input="\n".join([".mode csv", *lines, ""]),
    )  # fmt: skip
    after = getrusage(RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return monotonic() - since, cpu


def pulled(folder: Path) -> dict[str, float]:
    """One pull in a process of its own, while another writer asks for its turn all the time."""
    settings = _settings(folder)
    if not Path(settings.key_file).exists():
        vault.create(Path(settings.key_file))
        House(settings).store.migrate()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.intake", str(folder)], stdout=subprocess.PIPE, text=True
    )
    done, waits, peaks = threading.Event(), [0.0], [0.0]
    watch = [
        threading.Thread(target=_writer, args=(folder / "lite.db", done, waits)),
        threading.Thread(target=_weigher, args=(process.pid, done, peaks)),
    ]
    for thread in watch:
        thread.start()
    out, _ = process.communicate()
    done.set()
    for thread in watch:
        thread.join()
    return {**json.loads(out), "wait": waits[0], "pss": peaks[0]}


def _writer(path: Path, done: threading.Event, waits: list[float]) -> None:
    """A door that writes every few milliseconds: the longest that it waited."""
    sql = Sqlite(path)
    while not done.is_set():
        since = monotonic()
        with sql.transaction():
            waits[0] = max(waits[0], monotonic() - since)
        sleep(0.005)


def _weigher(process: int, done: threading.Event, peaks: list[float]) -> None:
    while not done.wait(0.2):
        with suppress(OSError, IndexError):
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            pss = next(line for line in lines if line.startswith("Pss:"))
            peaks[0] = max(peaks[0], int(pss.split()[1]) / 1024)


def _settings(folder: Path) -> Settings:
    return Settings(
        database=f"sqlite:///{folder.absolute()}/lite.db",
        key_file=f"{folder.absolute()}/keys/lite.keys",
    )


def _main(folder: Path) -> None:
    """The pull itself, in its own process: seconds by the clock and of CPU."""
    house = House(_settings(folder))
    fund = Filedrop("bench", (folder / "drop").absolute(), lambda: datetime.now(UTC), quiet=True)
    since, cpu = monotonic(), process_time()
    assert house.intake.pull(fund, full=True) == 0
    sys.stdout.write(json.dumps({"seconds": monotonic() - since, "cpu": process_time() - cpu}))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
