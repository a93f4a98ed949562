"""For figures and tests in which the disk has no part: a house that waits for none."""

from __future__ import annotations

from lite.app import House
from lite.store.engine import Sql
from lite.store.sqlite import Sqlite


def hasty(house: House) -> House:
    """The same house; from now on a power cut may undo what it answered."""
    for sql in (house.store.sql, house.vault.owners.sql):
        no_wait(sql)
    return house


def no_wait(sql: Sql) -> None:
    """The same for one store."""
    if isinstance(sql, Sqlite):
        sql.flush.wait = lambda number, log: None  # type: ignore[method-assign]
