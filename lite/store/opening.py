"""Which engine an address is of."""

from __future__ import annotations

from pathlib import Path

from lite.store.engine import Sql, StoreError
from lite.store.sqlite import Sqlite


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
