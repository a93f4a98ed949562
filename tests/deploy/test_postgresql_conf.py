"""The shipped PostgreSQL settings: the server takes every one of them, and Lite lives on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lite.store import Store
from tools.cluster import Cluster, missing

SHIPPED = Path("deploy/postgresql/lite.conf")
WORDS = dict(re.findall(r"^(\w+) = (\S+)", SHIPPED.read_text(), re.M))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if why := missing():
        pytest.fail(why)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tools.cluster._SETTINGS", {"listen_addresses": ""} | WORDS)
        server = Cluster(durable=True)
        yield server
        server.stop()


@pytest.mark.parametrize("name", WORDS)
def test_the_server_knows_it(cluster: Cluster, name: str) -> None:
    with psycopg.connect(cluster.url()) as connection:
        row = connection.execute(
            "select setting, source from pg_settings where name = %s", [name]
        ).fetchone()
    assert row, f"PostgreSQL has no {name}"
    assert row[1] == "command line"


def test_what_is_acknowledged_is_on_the_disk(cluster: Cluster) -> None:
    with psycopg.connect(cluster.url()) as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            row = connection.execute("select current_setting(%s)", [name]).fetchone()
            assert row == ("on",)


def test_a_store_is_made_and_kept_there(cluster: Cluster) -> None:
    url = cluster.create()
    store = Store(url)
    store.migrate()
    store.places.set_fact("one", "kept")
    assert store.pending() == []
    store.sql.close()
    cluster.restart()
    assert Store(url).places.fact("one") == "kept"
