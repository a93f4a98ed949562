"""Which engine an address is of."""

from __future__ import annotations

from pathlib import Path

from lite.store.engine import Sql, StoreError
from lite.store.replica import Aged
from lite.store.sqlite import Sqlite


def standby(store: Sql, url: str) -> Aged:
    """What asks a standby of the store, at this address; one that is away is not waited for."""
    from lite.store.postgresql import Postgresql

    return Aged(store, Postgresql(url, patience=0.0))


def opened(where: str | Path) -> Sql:
    """The engine of the path of an SQLite file, or of an address `postgresql://…`."""
    if isinstance(where, Path):
        return Sqlite(where)
    try:
        from lite.store.postgresql import Postgresql
    except ImportError as error:
        raise StoreError(
            "PostgreSQL is asked for, and its driver is not installed. "
            "Run: pip install 'lite[postgresql]'"
        ) from error
    return Postgresql(where)
