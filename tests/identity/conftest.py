"""An empty store and a vault of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from lite import vault as vaults
from lite.store import Store
from lite.vault import Vault
from tests import engines


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(engines.store_of(tmp_path))
    store.migrate()
    return store


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    vaults.create(tmp_path / "lite.keys")
    return vaults.load(tmp_path / "lite.keys")
