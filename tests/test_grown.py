"""Stores of any size are made of blocks that the import has filled: whoever lives there is
answered, and what was begun is gone on with."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from tempfile import gettempdir

import pytest

from bench import growing
from bench.town import resident
from bench.wire import called, ussd
from lite.app import House
from tools.cluster import missing

ENGINES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.skipif(bool(missing()), reason=missing())),
]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(growing, "BLOCK", 20)
    ours = Path(gettempdir())
    for folder in (tmp_path, *tmp_path.parents):
        if ours in folder.parents:
            folder.chmod(0o755)  # the database server is somebody else


@pytest.mark.parametrize("name", ENGINES)
def test_everybody_in_a_grown_town_is_answered(name: str, tmp_path: Path) -> None:
    with growing.engine(name, tmp_path) as engine:
        house = House(engine.town(60))
        people = [resident(one, growing.DOSSIERS) for one in range(60)]
        for ask in islice(ussd(people), 4 * len(people)):
            called(house.wsgi, ask)
        rows = house.store.sql.one("select count(*), count(distinct person) from current_records")
        assert rows == (60 * 7, 60)
        indexes = _indexes(House(engine.town(20))), _indexes(house)
        assert indexes[0] == indexes[1]
        house.store.sql.close()


def _indexes(house: House) -> set[str]:
    sql = {
        "sqlite": "select name from sqlite_master where type = 'index'",
        "postgresql": "select indexname from pg_indexes where schemaname = current_schema()",
    }
    return {name for (name,) in house.store.sql.all(sql[house.store.sql.name])}


def test_a_build_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with growing.engine("sqlite", tmp_path) as engine:
        engine.town(40)
        done = [(tmp_path / "blocks" / one / "done").stat().st_mtime_ns for one in ("0000", "0001")]
        House(engine.town(60)).store.sql.close()
        again = [
            (tmp_path / "blocks" / one / "done").stat().st_mtime_ns for one in ("0000", "0001")
        ]
    assert again == done


def test_a_disk_without_room_is_told_before(tmp_path: Path) -> None:
    with (
        growing.engine("sqlite", tmp_path) as engine,
        pytest.raises(SystemExit, match="Not enough room"),
    ):
        engine.town(10**12)
