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
    "client_encoding": "UTF8",
}  # fmt: skip
_IN_THE_WAY = {"40001", "40P01", "55P03"}  # serialization, deadlock, lock not available
Broken = (psycopg.OperationalError, psycopg.InterfaceError)
_Refused = (
    psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.InsufficientPrivilege,
    psycopg.errors.UndefinedTable,
)  # fmt: skip
_READ_ONLY = "25006"
# What an operator mends, by the server's code of the error.
_REMEDIES = {
    _READ_ONLY: " The server takes no changes: name the one that does"
    " (?target_session_attrs=read-write), or end its default_transaction_read_only.",
    "42501": " Its user may not do this: alter database … owner to the user of the address.",
    "42P01": " A table is missing: run `lite migrate`.",
    "53100": " The disk of the server is full: make room there.",
}
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
    # Lines that begin with a tab ask; the last one of those that tell is of the last server tried.
    why = [line for line in str(error).strip().splitlines() if not line.startswith("\t")][-1]
    return (
        f"The store {where} cannot be reached ({why}). Check LITE_DATABASE, or the setting that "
        "names this one, and the server."
    )


def state(error: BaseException) -> str:
    """The server's code of an error; empty when the connection itself was cut."""
    code = getattr(error, "sqlstate", None) or ""
    return "" if code.startswith(("08", "57P")) else code


def translated(error: Exception) -> StoreError:
    """What the caller is told: the class of the error, never a statement nor its values."""
    code = getattr(error, "sqlstate", None) or ""
    said = f"The store could not be used ({type(error).__name__}).{_REMEDIES.get(code, '')}"
    return Contended(said) if state(error) in _IN_THE_WAY else StoreError(said)


@contextmanager
def told() -> Iterator[None]:
    """An error of the driver is told as one of the store."""
    try:
        yield
    except (*Broken, *_Refused) as error:
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


def kept_as(connection: Connection) -> str:
    """What is wrong with how this database keeps its text, with the remedy; empty if nothing."""
    info = connection.info
    if (encoding := info.parameter_status("server_encoding")) == "UTF8":
        return ""
    return (
        f"The database {info.dbname} keeps its text as {encoding}. Make one that keeps UTF-8: "
        f"createdb -T template0 -E UTF8 -l C {info.dbname}"
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


def undo(connection: Connection, error: BaseException) -> None:
    """Nothing of the transaction stays; a connection in doubt is closed, and one that takes no
    changes, for it might go on so when the server takes them again."""
    try:
        if state(error.__cause__ or error) == _READ_ONLY:
            connection.close()
        elif not connection.closed:
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
