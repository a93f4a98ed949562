"""A store on either engine: for the promises that both must keep, and for whole houses.

`LITE_TEST_ENGINE=postgresql` has every test live on a PostgreSQL server of its own process; a test
that opens the SQLite file itself is marked `sqlite`, with its reason.
"""

from __future__ import annotations

import atexit
import os
import shutil
from functools import cache
from pathlib import Path

import pytest

from lite.store import Store
from tools.cluster import Cluster, missing

ENGINES = ("sqlite", "postgresql")
ENGINE = os.environ.get("LITE_TEST_ENGINE", "sqlite")
_made: list[tuple[Path, str]] = []


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


def unguard(store: Store, trigger: str) -> None:
    """What a thief who may change the schema would do first."""
    on = " on audit" if store.sql.name == "postgresql" else ""
    store.sql.run(f"drop trigger {trigger}{on}")


# The store of a folder


def address(folder: Path, name: str = "lite") -> str:
    """`LITE_DATABASE` of the store that belongs to a folder; it is made when it is first asked
    for, and dropped once its folder is gone or its test is over."""
    if ENGINE == "sqlite":
        return f"sqlite:///{folder / f'{name}.db'}"
    note = folder / f"{name}.url"
    if not note.exists():
        _note(note, cluster().create())
    return note.read_text()


def _note(note: Path, url: str) -> None:
    note.write_text(url)
    _made.append((note.parent, url))


def store_of(folder: Path, name: str = "lite") -> str | Path:
    """The same, as a `Store` takes it."""
    there = address(folder, name)
    return Path(there.removeprefix("sqlite:///")) if ENGINE == "sqlite" else there


def copy(filled: Path, folder: Path) -> None:
    """The store and the keys of one folder, for another one."""
    for file in filled.glob("lite.*"):
        if not file.name.endswith(("-wal", "-shm", ".url")):
            shutil.copy(file, folder / file.name)
    if ENGINE != "sqlite":
        url = (filled / "lite.url").read_text()
        _note(folder / "lite.url", cluster().create(cluster().name(url)))


def tidy(folder: Path) -> None:
    """Drop the databases of this folder."""
    for one in [one for one in _made if one[0] == folder]:
        _made.remove(one)
        cluster().drop(one[1])
