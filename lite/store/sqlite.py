"""SQLite, the embedded engine: one writer at a time, on one connection that all threads share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

import pysqlite3 as sqlite3

from lite.store.connections import Connections
from lite.store.engine import Row, StoreError, statements, steps
from lite.store.file import ask, log_of, scrub, write_ahead
from lite.store.flush import Flush, has_room, make_room

_CHANGES = ("insert", "update", "delete")
_TABLES = "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"


class _Mine(threading.local):
    """What this thread's transaction does last; None outside of one."""

    late: list[Callable[[], None]] | None = None


class Sqlite:
    """Runs SQL on one file. Everything of one turn goes in one `transaction`."""

    name: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path, self._log_file = path, log_of(path)
        self._to = Connections(path, self._log_file)
        self._mine = _Mine()
        self._writer = threading.RLock()
        self._seen: int | None = None  # of what other processes wrote
        self.flush = Flush()

    def free(self, select: str) -> str:
        """A choice of rows to change: nobody else is changing any."""
        return select

    def all(self, sql: str, *values: object) -> list[Row]:
        """Every row of a query."""
        return self._asked(sql, values, sqlite3.Cursor.fetchall)  # type: ignore[no-any-return]

    def one(self, sql: str, *values: object) -> Row | None:
        """The first row of a query, or None."""
        return self._asked(sql, values, sqlite3.Cursor.fetchone)  # type: ignore[no-any-return]

    def _asked(self, sql: str, values: Sequence[object], told: Callable[[Any], Any]) -> Any:
        if self._mine.late is not None:
            return told(ask(self._to.writing, sql, values))
        if sql.startswith(_CHANGES):
            with self.transaction():
                return told(ask(self._to.writing, sql, values))
        with self._to.reading() as connection:
            return told(ask(connection, sql, values))

    def run(self, sql: str, *values: object) -> int:
        """Change rows; how many were changed."""
        if self._mine.late is None and sql.startswith(_CHANGES):
            with self.transaction():
                return self.run(sql, *values)
        with self._writer:
            return int(ask(self._to.writing, sql, values).rowcount)

    def each(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """The same change for many rows."""
        with self.transaction():
            self._to.writing.executemany(sql, rows)

    def pour(self, table: str, columns: str, rows: Sequence[Sequence[object]], twice: str) -> None:
        """Insert many rows; `twice`: what becomes of one whose key is there."""
        marks = ", ".join("?" * (columns.count(",") + 1))
        self.each(f"insert into {table} ({columns}) values ({marks}) {twice}", rows)

    def grown(self, *tables: str) -> None:
        """Nothing is planned by the size of a table."""

    @contextmanager
    def transaction(self, *alone: str) -> Iterator[None]:
        """All of it, or nothing. A transaction inside a transaction is part of the outer one."""
        if self._mine.late is not None:
            yield
            return
        with self._writer:
            number = yield from self._committed(self._to.writing)
        try:
            self.flush.wait(number, self._to.log)
        except OSError as error:
            raise _unwritten(error) from error

    def _committed(self, connection: Any) -> Generator[None, None, int]:
        """What is done meanwhile, then its commit: the number of it."""
        late = self._mine.late = []
        try:
            self._begin(connection)
            changes = connection.total_changes
            yield
            while late:
                late.pop(0)()
            connection.execute("commit")
            return self._number(connection, connection.total_changes > changes)
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("rollback")
            if isinstance(error, sqlite3.OperationalError):
                raise _unwritten(error) from error
            raise
        finally:
            self._mine.late = None

    def _number(self, connection: Any, wrote: bool) -> int:
        """What to wait for: this commit, or what it read that somebody else had committed."""
        if not wrote:
            (seen,) = ask(connection, "pragma data_version").fetchone()
            if seen == self._seen:
                return self.flush.last()
            self._seen = seen
        return self.flush.committed()

    def _begin(self, connection: Any) -> None:
        if self.flush.doubtful:
            try:
                self.flush.mend(connection, self._log_file)
            except OSError as error:
                raise _unwritten(error) from error
        ask(connection, "begin immediate")

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """For what is written long before it is seen: its share of the log is written back early,
        and its pages are kept at hand."""
        self._write_ahead(True)
        try:
            yield
        finally:
            self._write_ahead(False)

    def _write_ahead(self, ahead: bool) -> None:
        with self._writer:
            write_ahead(self._to.writing, ahead)

    def make_room(self) -> None:
        """For a process that will commit much: the log is made as long as it gets, now; not while
        others write without a pause."""
        with self._writer, suppress(sqlite3.OperationalError):
            make_room(self._to.writing, self._log_file)

    def alone(self, *names: str) -> None:
        """Whoever writes is alone."""

    def at_end(self, work: Callable[[], None]) -> None:
        """Done last in this transaction, or at once outside of one."""
        if self._mine.late is not None:
            self._mine.late.append(work)
            return
        with self.transaction():
            work()

    def unhurried(self) -> None:
        """No statement has a time limit."""

    def scrub(self) -> bool:
        """Overwrite what was deleted in the write-ahead log too. False if a reader kept it."""
        long = has_room(self._log_file)
        with self._writer:
            done = scrub(self._to.writing)
        if long:
            self.make_room()
        return done

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
        with self._to.pinned() as connection:
            connection.execute("begin")
            try:
                yield
            finally:
                connection.execute("rollback")

    def pages(self, sql: str, most: int) -> Iterator[list[Row]]:
        """Every row of a query, so many at a time."""
        if self._mine.late is not None:
            yield from _pages(self._to.writing, sql, most)
            return
        with self._to.reading() as connection:
            yield from _pages(connection, sql, most)

    def written(self) -> object:
        """What is another value once anybody else has written."""
        with self._writer:
            return ask(self._to.writing, "pragma data_version").fetchone()

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
        """Close every connection that nobody is using; the next question opens one again."""
        with self._writer:
            self._to.close()
            self._seen = None


def _pages(connection: Any, sql: str, most: int) -> Iterator[list[Row]]:
    cursor = connection.execute(sql)
    while page := cursor.fetchmany(most):
        yield page


def _unwritten(error: Exception) -> StoreError:
    remedy = " Make room on its disk." if "full" in str(error) or "No space" in str(error) else ""
    return StoreError(f"The store could not be written ({error}).{remedy}")
