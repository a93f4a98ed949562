"""A batch of dossiers read and verified, beside a plain csv reader over the same file.

    python -m bench.filedrop [ROWS]
"""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from lite.upstream import fund
from lite.upstream.answers import Change, upsert
from lite.upstream.filedrop import export
from lite.upstream.filedrop.write import Head
from lite.upstream.records import Dossier, DossierStatus, PersonKey, Reason

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def dossiers(rows: int) -> Iterator[Change]:
    """As many dossiers as asked for, three for each person, one in ten with a reason."""
    late = (Reason("HD60", "Dépôt hors délai de 60 jours"),)
    for n in range(rows):
        person = PersonKey("cnss", f"{100_000_000 + n // 3}")
        day = f"2026-{n % 10 + 1:02d}-{n % 28 + 1:02d}"
        yield upsert(
            Dossier(
                f"{1_000_000_000 + n}", person, "reimbursement", day, DossierStatus.IN_REVIEW,
                day, late if n % 10 == 0 else (), (), 10_000 + n, 8_000 + n, None, "MAD", "EC",
            )
        )  # fmt: skip


def plain(path: Path) -> int:
    """What only splitting the cells costs."""
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def main(rows: int) -> None:
    """Print rows a second of processor time for each form, and the memory of the process."""
    for form in ("csv", "ndjson"):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            head = Head(1, "full", NOW, "cnss")
            export.write(root / "1", head, dossiers(rows), "csv" if form == "csv" else "ndjson")
            if form == "csv":
                started = time.process_time()
                found = plain(root / "1" / "dossier.csv")
                _tell("plain csv reader", found, started)
            started = time.process_time()
            pull = fund("cnss", f"filedrop://{root}", lambda: NOW).pull(None, "full")
            found = sum(len(page.changes) for page in pull)
            assert pull.end.complete
            _tell(f"filedrop {form}", found, started)


def _tell(what: str, rows: int, started: float) -> None:
    took = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:18} {rows:>10,} rows  {rows / took:>9,.0f} rows/s  peak {peak} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
