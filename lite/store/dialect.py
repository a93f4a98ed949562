"""What is PostgreSQL's own: how it is reached, what its errors mean, how our text becomes its."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from hashlib import blake2b
from itertools import count

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from lite.store.engine import Contended, Row, StoreError

# A caller hears nothing after ten seconds: better our own sentence before that.
_OPTIONS = (
    "-c statement_timeout=6000 -c lock_timeout=4000"
    " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
)
_REACH: dict[str, str | int] = {
    "connect_timeout": 2, "tcp_user_timeout": 4000, "application_name": "lite",
}  # fmt: skip
_IN_THE_WAY = {"40001", "40P01", "55P03"}  # serialization, deadlock, lock not available
Broken = (psycopg.OperationalError, psycopg.InterfaceError)
Connection = psycopg.Connection[Row]
Cursor = psycopg.Cursor[Row]


def conninfo(url: str) -> str:
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise StoreError(
            "LITE_DATABASE is not understood. Write postgresql://user:password@host/database."
        ) from error
    missing = {name: value for name, value in _REACH.items() if name not in given}
    return make_conninfo(url, **missing, options=f"{_OPTIONS} {given.get('options') or ''}".strip())


def unreachable(conninfo: str, error: Exception) -> str:
    given = conninfo_to_dict(conninfo)
    where = f"{given.get('host', 'local')}/{given.get('dbname', '')}"
    why = str(error).strip().splitlines()[-1]
    return f"The store {where} cannot be reached ({why}). Check LITE_DATABASE and the server."


def state(error: BaseException) -> str:
    """The server's code of an error; empty when the connection itself was cut."""
    code = getattr(error, "sqlstate", None) or ""
    return "" if code.startswith(("08", "57P")) else code


def translated(error: Exception) -> StoreError:
    """What the caller is told: the class of the error, never a statement nor its values."""
    said = f"The store could not be used ({type(error).__name__})."
    return Contended(said) if state(error) in _IN_THE_WAY else StoreError(said)


@contextmanager
def told() -> Iterator[None]:
    """An error of the driver is told as one of the store."""
    try:
        yield
    except Broken as error:
        raise translated(error) from error


def sent(connection: Connection, sql: str, values: Sequence[object]) -> Cursor:
    """The statement, run. PostgreSQL keeps no NUL in a text: it is kept as U+FFFD."""
    try:
        return connection.execute(native(sql), values)
    except psycopg.DataError:
        if not any(isinstance(value, str) and "\0" in value for value in values):
            raise
        plain = [v.replace("\0", "\ufffd") if isinstance(v, str) else v for v in values]
        return connection.execute(native(sql), plain)


def pour(
    connection: Connection, table: str, columns: str, rows: Sequence[Sequence[object]], twice: str
) -> None:  # fmt: skip
    """The rows, copied beside the table, then put into it at once: a third of the server's work
    for as many inserts."""
    beside = f"poured_{table}"
    cursor = connection.cursor()
    cursor.execute(
        f"create temp table if not exists {beside} (like {table} including defaults)"
        " on commit delete rows".encode()
    )
    with cursor.copy(f"copy {beside} ({columns}) from stdin".encode()) as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(
        f"with taken as (delete from {beside} returning {columns})"
        f" insert into {table} ({columns}) select {columns} from taken {twice}".encode()
    )


ORDER = "select 'B' < 'a' and 'z' < 'é', current_database()"


def ordered(row: Row | None) -> None:
    """What `ORDER` says: text must sort by its bytes, as on SQLite. Raises `StoreError` with the
    remedy."""
    if row and not row[0]:
        raise StoreError(
            f"The database {row[1]} sorts text by a language. Make one that sorts bytes: "
            f"createdb -T template0 -E UTF8 -l C {row[1]}"
        )


def undo(connection: Connection) -> None:
    """Nothing of the transaction stays; a connection in doubt is closed."""
    try:
        if not connection.closed:
            connection.execute(b"rollback", prepare=False)
    except Broken:
        with suppress(*Broken):
            connection.close()


@lru_cache(maxsize=512)
def native(sql: str) -> bytes:
    """The statement with PostgreSQL's own marks: `?` -> `$1`, `$2` ..., but in a quoted text."""
    number = count(1)
    parts = re.split(r"('[^']*')", sql)
    plain = [re.sub(r"\?", lambda _: f"${next(number)}", part) for part in parts[::2]]
    parts[::2] = plain
    return "".join(parts).encode()


def locks(names: Sequence[str]) -> str:
    """The statement that waits for these names, in their order; numbers alone, no name, stand in
    it. Empty for none."""
    if not names:
        return ""
    keys = ",".join(str(_lock(name)) for name in sorted(set(names)))
    return f"select pg_advisory_xact_lock(k) from unnest('{{{keys}}}'::bigint[]) as k"


def _lock(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)


def wide(statement: str) -> str:
    """`integer` has 64 bits on SQLite."""
    return re.sub(r"\binteger\b", "bigint", statement)
