"""A copy of the filled house elsewhere, for tests that share one or serve it to others."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from lite.app import House
from lite.clock import set_clock
from lite.config import Settings

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def copied(filled: Path, folder: Path) -> House:
    """The house of `filled`, moved to an empty folder, on a Tuesday morning."""
    for file in filled.glob("lite.*"):
        if not file.name.endswith(("-wal", "-shm")):
            shutil.copy(file, folder / file.name)
    set_clock(folder / "clock", START)
    return House(
        Settings(
            database=f"sqlite:///{folder / 'lite.db'}",
            key_file=str(folder / "lite.keys"),
            upstream=f"pretend=pretend://{folder / 'fund.db'}?ripen=20",
            webhook_secrets=("secret",),
            clock=str(folder / "clock"),
            demo=True,
        )
    )
