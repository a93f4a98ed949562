"""Import: rows per second of a whole pull beside `sqlite3 .import` of the same rows (R, import).

BENCH_ROWS=1000000 for a long one. Rows are read from a file of JSON lines, so that reading and
checking are paid for; everything in one process, on one core.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
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

_EACH = 5  # dossiers of one person
_PAGE = 1_000
_IMPORT = "create table rows (a,b,c,d,e,f,g,h,i,j,k,l,m);\n.mode csv\n.import {csv} rows\n"


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
    """The same rows as JSON lines for us, and as CSV for the anchor."""
    with (folder / "rows.ndjson").open("w") as ours, (folder / "rows.csv").open("w") as theirs:
        for record in islice(_records(), number):
            kind, _, told = port.canonical(record).decode().partition(" ")
            ours.write(f"{kind} {told}\n")
            fields = (str(value) for value in json.loads(told).values())
            theirs.write(",".join(f'"{field}"' for field in fields) + "\n")


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
    """Seconds of the shell's own import, into a table without a key: by the clock, and of CPU."""
    since, before = monotonic(), getrusage(RUSAGE_CHILDREN)
    subprocess.run(
        ["sqlite3", folder / "anchor.db"], text=True, check=True, capture_output=True,
        input=_IMPORT.format(csv=folder / "rows.csv"),
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


class _Fund:
    name = "bench"

    def __init__(self, path: Path) -> None:
        self._path = path

    def capabilities(self) -> port.Capabilities:
        return port.Capabilities("bench", "1", "none", False, False, False, 60, files=True)

    def pull(self, since: str | None, mode: port.Mode) -> port.Pull:
        return port.Pull(self._pages())

    def _pages(self) -> Generator[port.Page, None, port.Batch]:
        with self._path.open() as lines:
            while some := list(islice(lines, _PAGE)):
                yield port.Page(tuple(port.upsert(_read(line)) for line in some))
        return port.Batch("bench", datetime.now(UTC), None, complete=True)


def _read(line: str) -> port.Record:
    kind, _, told = line.partition(" ")
    one = json.loads(told)
    if kind == "insured":
        return port.Insured(
            one["keys"], one["family_key"], one["role"], one["name"], one["birth_date"],
            tuple(one["phones"]),
        )  # fmt: skip
    return port.Dossier(
        one["number"], port.PersonKey.read(one["insured"]), one["kind"], one["submitted_on"],
        port.DossierStatus(one["status"]), one["since"],
        tuple(port.Reason(**reason) for reason in one["reasons"]), claimed=one["claimed"],
    )  # fmt: skip


def _main(folder: Path) -> None:
    """The pull itself, in its own process: seconds by the clock and of CPU."""
    house, fund = House(_settings(folder)), _Fund(folder / "rows.ndjson")
    since, cpu = monotonic(), process_time()
    assert house.intake.pull(fund) == 0
    sys.stdout.write(json.dumps({"seconds": monotonic() - since, "cpu": process_time() - cpu}))


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
