"""Heads of the audit log, kept outside: a chain does not show that its end was cut off, they do."""

from __future__ import annotations

import logging
import os
import re
from datetime import date, datetime
from pathlib import Path

from lite.clock import local, stamp
from lite.identity import audit
from lite.identity.audit import Head
from lite.store import Store

_FILE = "audit-head-{}.txt"
_FILES = "audit-head*.txt"
_DAY = re.compile(r"audit-head-(\d{4}-\d\d-\d\d)\.txt")
_log = logging.getLogger("lite.identity")


def export(store: Store, folder: Path, now: datetime) -> bool:
    """Write the head of today, `TIME COUNT:MAC`, into a file of its own, whole or not at all; false
    when today's is there. OSError where the folder cannot be written."""
    file = folder / _FILE.format(local(now).date().isoformat())
    if file.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    head, beside = audit.head(store), file.with_suffix(".new")
    with beside.open("w") as written:
        written.write(f"{stamp(now)} {head}\n")
        written.flush()
        os.fsync(written.fileno())
    beside.replace(file)
    _log.info("audit head exported", extra={"outcome": f"entries={head.count:,}"})
    return True


def kept(folder: Path) -> list[Head]:
    """Every head that lies in a folder. ValueError for a line that is none."""
    lines = [
        line for file in sorted(folder.glob(_FILES)) for line in file.read_text().splitlines()
    ]
    return [Head.read(line.rpartition(" ")[2]) for line in lines if line.strip()]


def latest(folder: Path) -> date | None:
    """The day of the last head in a folder; None without any."""
    days = [found[1] for file in folder.glob(_FILES) if (found := _DAY.fullmatch(file.name))]
    return date.fromisoformat(max(days)) if days else None
