"""A standby of the store: asked what may be some seconds old, passed over when it is away, behind
or a standby no more. Nobody is told less, or later than that."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from lite.app import House
from lite.config import SettingError, Settings
from lite.signs.around import around
from lite.store import Store
from lite.store.opening import standby
from lite.store.places import Agency
from tools.cluster import Cluster, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def primary() -> Iterator[Cluster]:
    server = Cluster()
    yield server
    server.stop()


@pytest.fixture
def follower(primary: Cluster) -> Iterator[Cluster]:
    server = Cluster(of=primary)
    yield server
    server.stop()


@pytest.fixture
def url(primary: Cluster) -> Iterator[str]:
    there = primary.create()
    Store(there).migrate()
    yield there
    primary.drop(there)


@pytest.fixture
def there(url: str, follower: Cluster, primary: Cluster) -> str:
    """The same database at the standby."""
    return follower.url(primary.name(url))


def agencies(store: Store, *towns: str) -> None:
    """The list of agencies is now of these towns."""
    rows = [Agency("cnss", "agency", 0, town, town, *("" for _ in Agency._fields[5:-2]),
                   town.lower(), "1") for town in towns]  # fmt: skip
    store.places.replace_agencies(rows)


def towns(store: Store) -> list[str]:
    return [french for french, _ in store.places.towns("", 9)]


def following(url: str, there: str) -> Store:
    """A store with agencies of Rabat, and a standby that has them too."""
    store, seen = Store(url, there), Store(there)
    agencies(store, "Rabat")
    assert soon(lambda: towns(seen) == ["Rabat"])
    return store


def soon(true: Callable[[], bool]) -> bool:
    until = time.monotonic() + 20
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()


def told(where: str, sql: str) -> object:
    with psycopg.connect(where, autocommit=True) as line:
        row = line.execute(sql.encode()).fetchone()
        return row[0] if row else None


def test_a_standby_that_follows_is_asked(url: str, there: str) -> None:
    store = following(url, there)
    told(there, "select pg_wal_replay_pause()")
    agencies(store, "Rabat", "Oujda")
    assert towns(store) == ["Rabat"]
    assert store.sql.one("select count(*) from agencies") == (2,)
    told(there, "select pg_wal_replay_resume()")
    assert soon(lambda: towns(store) == ["Oujda", "Rabat"])


def test_a_turn_reads_what_was_just_written(url: str, there: str) -> None:
    store = Store(url, there)
    told(there, "select pg_wal_replay_pause()")
    store.places.set_fact("one", "kept")
    assert store.places.fact("one") == "kept"
    told(there, "select pg_wal_replay_resume()")


def test_one_that_falls_behind_is_not_asked(url: str, there: str) -> None:
    store = following(url, there)
    aged = standby(store.sql, there)
    aged.oldest = 0.3
    told(there, "select pg_wal_replay_pause()")
    agencies(store, "Oujda")
    assert soon(lambda: aged.one("select town_fr from agencies") == ("Oujda",))
    told(there, "select pg_wal_replay_resume()")


def test_one_that_is_away_costs_no_answer(url: str, there: str, follower: Cluster) -> None:
    store = following(url, there)
    follower.interrupt()
    agencies(store, "Oujda")
    assert towns(store) == ["Oujda"]
    assert [one.number for one in store.backlog.piles()] == [0] * 12


def test_one_that_was_promoted_is_no_standby(url: str, there: str, follower: Cluster) -> None:
    store = Store(url, there)
    follower.promote()
    agencies(store, "Oujda")
    assert towns(store) == ["Oujda"]
    assert store.replica is not None
    assert store.replica.behind() is None


def test_the_doctor_tells_of_it(house: House, url: str, there: str, follower: Cluster) -> None:
    following(url, there)
    near = House(replace(house.settings, database=url, database_replica=there))
    assert any(well and "the standby is" in says for well, says in around(near, True))
    follower.interrupt()
    away = House(replace(house.settings, database=url, database_replica=there))
    assert any(
        not well and "Meanwhile the store itself" in says for well, says in around(away, True)
    )


def test_a_standby_of_a_file_is_refused(tmp_path: Path) -> None:
    settings = Settings(
        database=f"sqlite:///{tmp_path}/lite.db", database_replica="postgresql:///lite"
    )
    with pytest.raises(SettingError, match="LITE_DATABASE_REPLICA is a standby of a PostgreSQL"):
        House(settings).store  # noqa: B018
