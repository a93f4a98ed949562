"""A copy of the filled house elsewhere, for tests that share one; what serves one to others."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from lite.app import House
from lite.clock import set_clock
from lite.config import Settings
from tests import engines

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def copied(filled: Path, folder: Path) -> House:
    """The house of `filled`, moved to an empty folder, on a Tuesday morning."""
    engines.copy(filled, folder)
    set_clock(folder / "clock", START)
    return House(
        Settings(
            database=engines.address(folder),
            key_file=str(folder / "lite.keys"),
            upstream=f"pretend=pretend://{folder / 'fund.db'}?ripen=20",
            webhook_secrets=("secret",),
            clock=str(folder / "clock"),
            demo=True,
        )
    )


def environment(house: House) -> dict[str, str]:
    """What a process that serves a house finds in its environment."""
    settings = house.settings
    return os.environ | {
        "LITE_DATABASE": settings.database, "LITE_KEY_FILE": settings.key_file,
        "LITE_UPSTREAM": settings.upstream,
        "LITE_WEBHOOK_SECRETS": ",".join(settings.webhook_secrets),
    }  # fmt: skip
