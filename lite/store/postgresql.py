"""PostgreSQL, the engine for more than one machine: as many processes as wanted, none in charge.

Connections are kept and used again, as many as there are threads at work. One that was cut by a
restart is noticed when a transaction begins and replaced before anything was lost; a transaction
that was cut in its middle is undone and told as a `StoreError`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from lite.store import dialect
from lite.store.dialect import Broken, Connection, Cursor
from lite.store.engine import Known, Row, StoreError, statements, steps
from lite.store.pool import Pool

_COLUMNS = (
    "select table_name, column_name from information_schema.columns join information_schema.tables"
    " using (table_schema, table_name) where table_schema = current_schema()"
    " and table_type = 'BASE TABLE' order by table_name, ordinal_position"
)


class Postgresql:
    """Runs SQL on one database. Everything of one turn goes in one `transaction`."""

    name: Literal["sqlite", "postgresql"] = "postgresql"

    def __init__(self, url: str, **pool: float) -> None:
        self._pool = Pool(dialect.conninfo(url), **pool)
        self._threads = threading.local()

    def close(self) -> None:
        """Close the connections that nobody is using; the next call opens new ones."""
        self._pool.close()

    def _held(self) -> Connection | None:
        return getattr(self._threads, "connection", None)

    @contextmanager
    def _ran(self, sql: str, values: Sequence[object]) -> Iterator[Cursor]:
        held = self._held()
        connection = held or self._pool.borrow()
        try:
            with dialect.told():
                yield dialect.sent(connection, sql, values)
        finally:
            if held is None:
                self._pool.give_back(connection)

    def free(self, select: str) -> str:
        """A choice of rows to change. Materialized: else a plan may make it again for each row,
        and take more than it asks for."""
        chosen = f"{select} for update skip locked"
        return f"with chosen as materialized ({chosen}) select * from chosen"

    def all(self, sql: str, *values: object) -> list[Row]:
        """Every row of a query."""
        return self._asked(lambda cursor: cursor.fetchall(), sql, values)

    def one(self, sql: str, *values: object) -> Row | None:
        """The first row of a query, or None."""
        return self._asked(lambda cursor: cursor.fetchone(), sql, values)

    def _asked(self, fetch: Callable[[Cursor], Known], sql: str, values: Sequence[object]) -> Known:
        """A question outside of a transaction is asked once more when its connection was cut."""
        try:
            with self._ran(sql, values) as cursor:
                return fetch(cursor)
        except StoreError as error:
            cut = isinstance(error.__cause__, Broken) and not dialect.state(error.__cause__)
            if self._held() is not None or not (cut and sql.startswith("select")):
                raise
        self.close()
        with self._ran(sql, values) as cursor:
            return fetch(cursor)

    def run(self, sql: str, *values: object) -> int:
        """Change rows; how many were changed."""
        with self._ran(sql, values) as cursor:
            return cursor.rowcount

    def each(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """The same change for many rows."""
        with self.transaction(), dialect.told():
            self._threads.connection.cursor().executemany(dialect.native(sql), rows)

    def pour(self, table: str, columns: str, rows: Sequence[Sequence[object]], twice: str) -> None:
        """Insert many rows; `twice`: what becomes of one whose key is there."""
        with self.transaction(), dialect.told():
            dialect.pour(self._threads.connection, table, columns, rows, twice)

    def grown(self, *tables: str) -> None:
        """A plan that was made for an empty table reads all of a full one, for years."""
        with self.transaction():
            self.unhurried()
            self.run(f"analyze {', '.join(tables)}")

    # Transactions

    @contextmanager
    def transaction(self, *alone: str) -> Iterator[None]:
        """All of it, or nothing; `alone` with these names. One inside another is part of it."""
        if self._held() is not None:
            self.alone(*alone)
            yield
            return
        hurry = getattr(self._threads, "hurry", "")
        with self._within(f"begin; {hurry}{dialect.locks(alone)}"):
            yield

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """What is committed within it is not waited for."""
        self._threads.hurry = "set local synchronous_commit = off; "
        try:
            yield
        finally:
            self._threads.hurry = ""

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Questions asked within it are answered as of its first one."""
        with self._within("begin isolation level repeatable read, read only"):
            self.unhurried()
            yield

    @contextmanager
    def _within(self, begin: str) -> Iterator[None]:
        connection = self._begun(begin)
        self._threads.connection, self._threads.late = connection, []
        try:
            yield
            self._finish(connection)
        except BaseException as error:
            dialect.undo(connection, error)
            raise
        finally:
            self._threads.connection = self._threads.late = None
            self._pool.give_back(connection)

    def _begun(self, begin: str) -> Connection:
        """A connection in a new transaction. One that was cut while nobody used it is replaced."""
        while True:
            kept = self._pool.any()
            connection = self._pool.borrow()
            try:
                connection.execute(begin.encode(), prepare=False)
                return connection
            except Broken as error:
                dialect.undo(connection, error)
                cut = connection.closed
                self._pool.give_back(connection)
                if not (cut and kept):
                    raise dialect.translated(error) from error
                self.close()

    def _finish(self, connection: Connection) -> None:
        late = self._threads.late
        while late:
            late.pop(0)()
        with dialect.told():
            said = connection.execute(b"commit", prepare=False).statusmessage
        if said != "COMMIT":
            raise StoreError("A statement of this transaction failed: nothing was written.")

    def alone(self, *names: str) -> None:
        """Until the transaction ends, whoever else asks for one of these names waits."""
        if names:
            self.run(dialect.locks(names))

    def at_end(self, work: Callable[[], None]) -> None:
        """Done last in this transaction, or at once outside of one."""
        if self._held() is not None:
            self._threads.late.append(work)
            return
        with self.transaction():
            work()

    def make_room(self) -> None:
        """The server keeps the files of its log for the next ones."""

    def unhurried(self) -> None:
        """This transaction and its statements have no time limit."""
        for limit in ("statement", "lock", "idle_in_transaction_session"):
            self.run(f"set local {limit}_timeout = 0")

    def scrub(self) -> bool:
        """Old versions of rows go with the engine's own vacuum, its log with its checkpoints."""
        return True

    # The shape of the store

    def migrate(self, folder: Path) -> list[str]:
        """Apply the numbered `.sql` files that this store has not had yet; their names."""
        dialect.ordered(self.one(dialect.ORDER))
        with self.transaction("migrations"):
            self.unhurried()
            self.run("create table if not exists migrations (name text primary key)")
            fresh = self.pending(folder)
            for name in fresh:
                for statement in statements(steps(folder, self.name)[name].read_text()):
                    self.run(dialect.wide(statement))
                self.run("insert into migrations (name) values (?)", name)
        return fresh

    def pending(self, folder: Path) -> list[str]:
        """The migrations still to be applied."""
        row = self.one("select to_regclass('migrations') is null")
        if row and row[0]:
            return list(steps(folder, self.name))
        done = {name for (name,) in self.all("select name from migrations")}
        return [name for name in steps(folder, self.name) if name not in done]

    def pages(self, sql: str, most: int) -> Iterator[list[Row]]:
        """Every row of a query, so many at a time."""
        on = self._threads.connection
        on.execute(f"declare page no scroll cursor for {sql}".encode(), prepare=False)
        while page := on.execute(f"fetch {most} from page".encode(), prepare=False).fetchall():
            yield page
        on.execute(b"close page", prepare=False)

    def written(self) -> object:
        """What is another value once anybody else has written, or the server by itself."""
        return self.one("select pg_snapshot_xmax(pg_current_snapshot())::text")

    def tables(self) -> dict[str, list[str]]:
        """Every table -> its columns, in their order."""
        found: dict[str, list[str]] = {}
        for table, column in self.all(_COLUMNS):
            found.setdefault(table, []).append(column)
        return found

    def server(self) -> str:
        """Which server, by the name that it was given when it was made."""
        row = self.one("select system_identifier::text from pg_control_system()")
        return str(row[0]) if row else ""

    def version(self) -> str:
        """The engine and its release."""
        return f"PostgreSQL {(self.one('show server_version') or ('',))[0].split()[0]}"
