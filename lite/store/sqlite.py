"""SQLite, the embedded engine: one kept connection a thread, one writer at a time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import pysqlite3 as sqlite3
from sqlite_utils import Database

from lite.store.engine import Row, StoreError, statements, steps

# Below this release a reset of the write-ahead log can corrupt a file that two processes share.
OLDEST = (3, 51, 3)
# A caller hears nothing after ten seconds: better our own sentence before that.
_BUSY_MS, _ASK_MS = 4_000, 15
# What is deleted is overwritten with zeros: no purge nor erasure leaves it on a free page.
_PRAGMAS = ("synchronous = full", "foreign_keys = on", "secure_delete = on")
# Pages in the log when whoever committed last writes them back: one that writes ahead does it
# long before a door has to.
_LOG, _LOG_AHEAD = 10_000, 4_000
_CACHE, _CACHE_AHEAD = 2_000, 64_000  # kB
_TABLES = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"


class Sqlite:
    """Runs SQL on one file. Everything of one turn goes in one `transaction`."""

    name: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self, path: Path) -> None:
        if sqlite3.sqlite_version_info < OLDEST:
            raise StoreError(
                f"SQLite {sqlite3.sqlite_version} may corrupt a store that web and worker share. "
                "Run `pip install pysqlite3` to get 3.51.3 or later."
            )
        self.path = path
        self._threads = threading.local()
        self._writer = threading.RLock()
        self._connection()

    def _connection(self) -> Any:
        try:
            return self._threads.connection
        except AttributeError:
            self._threads.connection = connection = _open(self.path)
            return connection

    def free(self, select: str) -> str:
        """A choice of rows to change: nobody else is changing any."""
        return select

    def all(self, sql: str, *values: object) -> list[Row]:
        """Every row of a query."""
        return self._connection().execute(sql, values).fetchall()  # type: ignore[no-any-return]

    def one(self, sql: str, *values: object) -> Row | None:
        """The first row of a query, or None."""
        return self._connection().execute(sql, values).fetchone()  # type: ignore[no-any-return]

    def run(self, sql: str, *values: object) -> int:
        """Change rows; how many were changed."""
        return self._connection().execute(sql, values).rowcount  # type: ignore[no-any-return]

    def each(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """The same change for many rows."""
        self._connection().executemany(sql, rows)

    @contextmanager
    def transaction(self, *alone: str) -> Iterator[None]:
        """All of it, or nothing. A transaction inside a transaction is part of the outer one."""
        connection = self._connection()
        with self._writer:
            if connection.in_transaction:
                yield
                return
            late = self._threads.late = []
            try:
                _begin(connection)
                yield
                while late:
                    late.pop(0)()
                connection.execute("commit")
            except BaseException as error:
                if connection.in_transaction:
                    connection.execute("rollback")
                if isinstance(error, sqlite3.OperationalError):
                    raise StoreError(f"The store could not be written ({error}).") from error
                raise
            finally:
                self._threads.late = None
        if log := getattr(self._threads, "log", None):
            os.fdatasync(log)

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """What is committed within it reaches the disk when nobody waits for the lock any more."""
        connection, log = self._connection(), Path(f"{self.path}-wal")
        _set(connection, "synchronous = normal", _LOG_AHEAD, _CACHE_AHEAD)
        try:
            with log.open("rb") as file:
                self._threads.log = file.fileno()
                yield
        finally:
            self._threads.log = None
            _set(connection, "synchronous = full", _LOG, _CACHE)

    def alone(self, *names: str) -> None:
        """Whoever writes is alone."""

    def at_end(self, work: Callable[[], None]) -> None:
        """Done last in this transaction, or at once outside of one."""
        late = getattr(self._threads, "late", None)
        if late is not None:
            late.append(work)
            return
        with self.transaction():
            work()

    def unhurried(self) -> None:
        """No statement has a time limit."""

    def scrub(self) -> bool:
        """Overwrite what was deleted in the write-ahead log too. False if a reader kept it."""
        row = self.one("pragma wal_checkpoint(truncate)")
        return row is not None and row[0] == 0

    def migrate(self, folder: Path) -> list[str]:
        """Apply the numbered `.sql` files that this store has not had yet; their names."""
        with self.transaction():
            self.run("create table if not exists migrations (name text primary key)")
            fresh = self.pending(folder)
            for name in fresh:
                for statement in statements(steps(folder, self.name)[name].read_text()):
                    self.run(statement)
                self.run("insert into migrations (name) values (?)", name)
        return fresh

    def pending(self, folder: Path) -> list[str]:
        """The migrations still to be applied."""
        if self.one("select 1 from sqlite_master where name = 'migrations'") is None:
            return list(steps(folder, self.name))
        done = {name for (name,) in self.all("select name from migrations")}
        return [name for name in steps(folder, self.name) if name not in done]

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Questions asked within it are answered as of its first one."""
        connection = self._connection()
        connection.execute("begin")
        try:
            yield
        finally:
            connection.execute("rollback")

    def pages(self, sql: str, most: int) -> Iterator[list[Row]]:
        """Every row of a query, so many at a time."""
        cursor = self._connection().execute(sql)
        while page := cursor.fetchmany(most):
            yield page

    def written(self) -> object:
        """What is another value once anybody else has written."""
        return self.one("pragma data_version")

    def tables(self) -> dict[str, list[str]]:
        """Every table -> its columns, in their order."""
        names = [name for (name,) in self.all(f"{_TABLES} order by name")]
        return {name: [row[1] for row in self.all(f"pragma table_info({name})")] for name in names}

    def version(self) -> str:
        """The engine and its release."""
        return f"SQLite {sqlite3.sqlite_version}"

    def server(self) -> str:
        """Which file."""
        return str(self.path.absolute())

    def close(self) -> None:
        """Close this thread's connection."""
        if connection := self._threads.__dict__.pop("connection", None):
            connection.close()


def _begin(connection: Any) -> None:
    """The lock, asked for every ten milliseconds at least: SQLite's own wait grows to a tenth of
    a second a step, and misses the pauses of a process that writes much."""
    until = monotonic() + _BUSY_MS / 1000
    connection.execute(f"pragma busy_timeout = {_ASK_MS}")
    try:
        while True:
            try:
                connection.execute("begin immediate")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or monotonic() > until:
                    raise
    finally:
        connection.execute(f"pragma busy_timeout = {_BUSY_MS}")


def _set(connection: Any, synchronous: str, log: int, cache: int) -> None:
    for pragma in (synchronous, f"wal_autocheckpoint = {log}", f"cache_size = -{cache}"):
        connection.execute(f"pragma {pragma}")


def _open(path: Path) -> Any:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(str(path), isolation_level=None, timeout=_BUSY_MS / 1000)
        database = Database(connection)
        database.enable_wal()
        for pragma in (*_PRAGMAS, f"busy_timeout = {_BUSY_MS}"):
            database.execute(f"pragma {pragma}")
        database.execute(f"pragma wal_autocheckpoint = {_LOG}")
        return database.conn
    except (OSError, sqlite3.Error) as error:
        raise StoreError(
            f"The store {path} cannot be opened or written ({error}). "
            "Check that the folder exists and is yours, or set LITE_DATABASE."
        ) from error
