"""Houses to be in when it rains, and the people of the tests, with their phones and browsers."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from lite import vault
from lite.app import House
from lite.clock import set_clock
from lite.config import Settings
from lite.places import import_agencies

ROOT = Path(__file__).parent.parent
# The people of the tests (`phone`, `visitor`, `cast`, `cards`) are at home in this folder.
sys.path[:0] = [folder for folder in (str(ROOT), str(ROOT / "tests")) if folder not in sys.path]

# A Tuesday morning in Casablanca, in office hours.
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
_MEMORY = Path("/dev/shm")


@contextmanager
def folder(memory: bool = False) -> Iterator[Path]:
    """An empty folder that is gone at the end; in memory where no disk is to be waited for."""
    Path("build").mkdir(exist_ok=True)
    inside = _MEMORY if memory and os.access(_MEMORY, os.W_OK) else Path("build")
    with TemporaryDirectory(prefix="weather-", dir=inside) as made:
        yield Path(made).absolute()


def house(folder: Path, upstream: str = "") -> House:
    """A migrated house in a folder, nobody in it yet; its fund is the pretend one unless said."""
    set_clock(folder / "clock", START)
    vault.create(folder / "lite.keys")
    built = House(
        Settings(
            database=f"sqlite:///{folder / 'lite.db'}", key_file=str(folder / "lite.keys"),
            upstream=upstream or f"pretend=pretend://{folder / 'fund.db'}?ripen=20",
            webhook_secrets=("secret",), clock=str(folder / "clock"), demo=True,
        )
    )  # fmt: skip
    built.store.migrate()
    return built


def village(folder: Path) -> House:
    """A house that the pretend fund has filled; its people hold their cards."""
    from lite.cli.demo import give_cards

    built = house(folder)
    for fund in built.funds.values():
        built.intake.pull(fund)
    import_agencies(built.store, ROOT / "lite/demo/agencies.csv", demo=True)
    give_cards(built)
    return built


def languages() -> Mapping[str, str]:
    """The phones that speak for one person who has a dossier: number -> language."""
    from cast import enrolled, owner

    from lite.upstream import pretend

    held = {row["phone"] for row in pretend.people(START) if row["dossiers"]}
    return {one: owner(one).insured.language for one in enrolled() if one in held}
