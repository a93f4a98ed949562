"""A whole house in a temporary folder, filled by the pretend fund, for every test to live in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lite import vault
from lite.app import House
from lite.clock import set_clock
from lite.config import Settings
from lite.desk.office import Office
from tests import engines

# A Tuesday morning in Casablanca, in office hours.
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def furnish(folder: Path) -> House:
    """A migrated store with keys, the pretend fund's people and the demo's agencies."""
    set_clock(folder / "clock", START)
    vault.create(folder / "lite.keys")
    house = House(
        Settings(
            database=engines.address(folder),
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
    house.store.sql.close()
    house.vault.owners.scrub()
    return folder


@pytest.fixture
def house(filled: Path, tmp_path: Path) -> Iterator[House]:
    """A house of one's own."""
    engines.copy(filled, tmp_path)
    house = furnish(tmp_path)
    yield house
    house.store.sql.close()


@pytest.fixture(autouse=engines.ENGINE != "sqlite")
def tidied(tmp_path: Path) -> Iterator[None]:
    """A server has not room for the store of every test."""
    yield
    engines.tidy(tmp_path)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On another engine, what opens the SQLite file itself says so instead of running."""
    for item in items:
        mark = item.get_closest_marker("sqlite")
        if mark and engines.ENGINE != "sqlite":
            item.add_marker(pytest.mark.skip(reason=mark.args[0]))


@pytest.fixture
def office(house: House) -> Office:
    return house.office
