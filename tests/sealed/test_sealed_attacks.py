"""Small versions of what `make attack` plays at length: a rotation while others read, and an
audit log in the hands of whoever owns the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from attack import rotation, tampering
from lite import vault
from lite.app import House
from lite.config import Settings
from lite.identity import audit
from tests import engines


@pytest.fixture
def empty(tmp_path: Path) -> House:
    settings = Settings(
        database=engines.address(tmp_path), key_file=str(tmp_path / "keys" / "lite.keys")
    )
    vault.create(Path(settings.key_file))
    house = House(settings)
    house.store.migrate()
    return house


def test_whoever_reads_meanwhile_never_fails(empty: House) -> None:
    rotation.fill(empty, 3_000)
    turned = rotation.turn(empty, 3_000)
    assert (turned.failed, turned.left) == (0, 0)
    assert turned.reads > 1_000


@pytest.mark.sqlite("each tampering is undone by SQLite's own words")
def test_no_tampering_goes_unseen(empty: House) -> None:
    tampering.fill(empty.store, empty.vault, 40)
    assert tampering.missed(empty.store, empty.vault, 40, 60) == 0
    assert audit.verify(empty.store, empty.vault) == []


@pytest.mark.sqlite("each tampering is undone by SQLite's own words")
def test_without_a_head_cuts_go_unseen(empty: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count of what is missed can be other than nothing."""
    tampering.fill(empty.store, empty.vault, 40)
    verify = audit.verify
    monkeypatch.setattr(audit, "verify", lambda store, keys, known: verify(store, keys))
    assert tampering.missed(empty.store, empty.vault, 40, 60) > 0
