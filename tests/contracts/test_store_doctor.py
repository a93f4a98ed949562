"""What `lite doctor` says of the store and of the people's keys, on both engines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lite.app import House
from lite.config import Settings
from lite.signs import findings
from lite.store import Store, StoreError
from lite.store.owners import Owners
from tests.engines import cluster, forget


@pytest.fixture
def afar() -> Iterator[str]:
    url = cluster().create()
    yield url
    forget(url)


def said(house: House, word: str) -> list[tuple[bool, str]]:
    return [(one.well, one.says) for one in findings(house) if word in one.says]


def test_the_engine_is_named(house: House, afar: str) -> None:
    ((well, says),) = said(House(replace(house.settings, database=afar)), "store: ")
    assert well
    assert says.startswith("store: PostgreSQL 1")


def test_a_new_database_lacks_migrations(house: House, afar: str) -> None:
    there = House(replace(house.settings, database=afar))
    ((well, _),) = said(there, "migrations missing")
    assert not well
    there.store.migrate()
    assert said(there, "migrations missing")[0][0]


def test_a_server_that_is_away_is_a_finding(house: House) -> None:
    away = House(replace(house.settings, database="postgresql://lite@127.0.0.1:1/lite"))
    ((well, says),) = said(away, "cannot be reached")
    assert not well
    assert "Check LITE_DATABASE" in says


def test_keys_on_the_server_of_the_store_are_told(house: House, afar: str) -> None:
    store = cluster().create()
    Owners(afar, make=True)
    both = House(replace(house.settings, database=store, people_database=afar))
    both.store.migrate()
    ((well, says),) = said(both, "people's keys")
    assert not well
    assert "move them to another one" in says
    both.store.sql.close()
    forget(store)


def test_keys_elsewhere_than_the_store_are_well(
    house: House, afar: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    Owners(afar, make=True)
    keys = f"sqlite:///{tmp_path_factory.mktemp('keys') / 'people'}"
    Owners(tmp_path_factory.mktemp("else") / "people")
    there = House(replace(house.settings, database=afar, people_database=keys))
    there.store.migrate()
    Owners(there.settings.people or "", make=True)
    assert said(there, "people's keys")[0][0]


def test_a_driver_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lite.store.postgresql", None)
    with pytest.raises(StoreError, match=r"pip install 'lite\[postgresql\]'"):
        Store("postgresql://lite@localhost/lite")


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="LITE_DATABASE=mysql") as told:
        House(Settings(database="mysql://lite:hunter2@host/lite")).store  # noqa: B018
    assert "hunter2" not in str(told.value)
