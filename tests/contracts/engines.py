"""A store on each engine, for the promises that both must keep."""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path

import pytest

from lite.store import Store
from tools.cluster import Cluster, missing

ENGINES = ("sqlite", "postgresql")


@cache
def cluster() -> Cluster:
    """This process's own PostgreSQL server, started when it is first asked for."""
    if why := missing():
        pytest.fail(why)
    server = Cluster()
    atexit.register(server.stop)
    return server


def place(engine: str, folder: Path) -> str | Path:
    """Where a new empty store of an engine may be."""
    return folder / "store.db" if engine == "sqlite" else cluster().create()


def forget(where: str | Path) -> None:
    """The store of this place is wanted no more."""
    if isinstance(where, str):
        cluster().drop(where)


def made(where: str | Path) -> Store:
    store = Store(where)
    store.migrate()
    return store
