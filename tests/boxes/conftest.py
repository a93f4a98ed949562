"""A centre, a box, a stick."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from boxes.town import Town, founded

from lite.app import House


@pytest.fixture
def town(house: House, tmp_path: Path) -> Iterator[Town]:
    town = founded(house, tmp_path)
    yield town
    town.box.store.sql.close()
