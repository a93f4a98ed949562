"""Connections to PostgreSQL, kept and used again: as many as there are threads at work."""

from __future__ import annotations

import time
from collections import deque

import psycopg

from lite.store.dialect import Connection, kept_as, unreachable
from lite.store.engine import StoreError

OLDEST = 15
# A server that restarts is waited for (s); one that stays away is asked once each time.
_PATIENCE, _STEP, _AWAY = 2.0, 0.02, 5.0


class Pool:
    """No thread of its own: a connection is opened by who needs one, at once."""

    def __init__(self, conninfo: str, patience: float = _PATIENCE) -> None:
        self._conninfo, self._patience = conninfo, patience
        self._free: deque[Connection] = deque()
        self._away = -_AWAY

    def borrow(self) -> Connection:
        """A connection for this thread alone; it may have been cut since it was used last. Raises
        `StoreError` when the server cannot be reached."""
        try:
            return self._free.pop()
        except IndexError:
            return self._connect()

    def give_back(self, connection: Connection) -> None:
        """It is free again; one that was cut is forgotten."""
        if not connection.closed:
            self._free.append(connection)

    def any(self) -> bool:
        """Whether the next one borrowed was used before."""
        return bool(self._free)

    def close(self) -> None:
        """Close those that nobody is using."""
        while self._free:
            self._free.pop().close()

    def _connect(self) -> Connection:
        until = time.monotonic() + (self._patience if time.monotonic() - self._away > _AWAY else 0)
        while True:
            try:
                connection = psycopg.connect(
                    self._conninfo, autocommit=True, cursor_factory=psycopg.RawCursor
                )
                break
            except psycopg.OperationalError as error:
                if time.monotonic() >= until:
                    self._away = time.monotonic()
                    raise StoreError(unreachable(self._conninfo, error)) from error
                time.sleep(_STEP)
        self._away = -_AWAY
        if wrong := _old(connection) or kept_as(connection):
            connection.close()
            raise StoreError(wrong)
        return connection


def _old(connection: Connection) -> str:
    if connection.info.server_version >= OLDEST * 10_000:
        return ""
    return f"The PostgreSQL server is older than {OLDEST}: upgrade it."
