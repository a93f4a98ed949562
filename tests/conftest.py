"""A whole house in a temporary folder, filled by the pretend fund, for every test to live in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lite import vault
from lite.app import House
from lite.clock import set_clock
from lite.config import Settings
from lite.desk.office import Office

# A Tuesday morning in Casablanca, in office hours.
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def furnish(folder: Path) -> House:
    """A migrated store with keys, the pretend fund's people and the demo's agencies."""
    set_clock(folder / "clock", START)
    vault.create(folder / "lite.keys")
    house = House(
        Settings(
            database=f"sqlite:///{folder / 'lite.db'}",
            key_file=str(folder / "lite.keys"),
            upstream=f"pretend=pretend://{folder / 'fund.db'}?ripen=20",
            webhook_secrets=("secret",),
            clock=str(folder / "clock"),
            demo=True,
        )
    )
    house.store.migrate()
    return house


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that the pretend fund has filled once, to be copied by each test."""
    from lite.cli.demo import give_cards
    from lite.places import import_agencies

    folder = tmp_path_factory.mktemp("filled")
    house = furnish(folder)
    for fund in house.funds.values():
        house.intake.pull(fund)
    import_agencies(house.store, Path("lite/demo/agencies.csv"), demo=True)
    give_cards(house)
    house.store.sql.scrub()
    house.vault.owners.scrub()
    return folder


@pytest.fixture
def house(filled: Path, tmp_path: Path) -> Iterator[House]:
    """A house of one's own."""
    for name in ("lite.db", "lite.keys", "lite.keys.people"):
        shutil.copy(filled / name, tmp_path / name)
    house = furnish(tmp_path)
    yield house


@pytest.fixture
def office(house: House) -> Office:
    return house.office
