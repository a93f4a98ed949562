"""The file of an SQLite store: how a connection to it is opened, and asked while others write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import pysqlite3 as sqlite3

from lite.store.engine import StoreError

# Below this release a reset of the write-ahead log can corrupt a file that two processes share.
OLDEST = (3, 51, 3)
# A caller hears nothing after ten seconds: better our own sentence before that.
PATIENCE_MS, _ASK_MS = 4_000, 15
# `normal`: SQLite leaves the wait for the disk to us (`Flush`). What is deleted is overwritten with
# zeros: no purge nor erasure leaves it on a free page.
_PRAGMAS = ("synchronous = normal", "foreign_keys = on", "secure_delete = on")
# Pages in the log when whoever committed last writes them back: one that writes ahead does it
# long before a door has to.
_LOG, _LOG_AHEAD = 6_000, 4_000
_CACHE, _CACHE_AHEAD = 2_000, 64_000  # kB
_RESTORE = "Put it back from the backup: docs/operations.md, Restore."


def connect(path: Path) -> Any:
    """A connection to the file, made if it is not there. Raises `StoreError` with the remedy."""
    if sqlite3.sqlite_version_info < OLDEST:
        raise StoreError(
            f"SQLite {sqlite3.sqlite_version} may corrupt a store that web and worker share. "
            "Run `pip install pysqlite3` to get 3.51.3 or later."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _opened(path)
    except (OSError, sqlite3.Error) as error:
        if _damaged(error):
            raise StoreError(f"{path} is no store, or damaged ({error}). {_RESTORE}") from error
        raise StoreError(
            f"The store {path} cannot be opened or written ({error}). "
            "Check that the folder exists and is yours, or set LITE_DATABASE."
        ) from error


def log_of(path: Path) -> Path:
    """The write-ahead log of a file: beside the file itself, where `path` is a link to it."""
    file = path.resolve()
    return file.with_name(f"{file.name}-wal")


def _opened(path: Path) -> Any:
    # Handed from thread to thread, never used by two at once.
    connection = sqlite3.connect(
        str(path), isolation_level=None, timeout=PATIENCE_MS / 1000, check_same_thread=False
    )
    if connection.execute("pragma journal_mode").fetchone() != ("wal",):
        from sqlite_utils import Database  # for whoever makes a store: 8 MB that no server needs

        Database(connection).enable_wal()
    for pragma in (*_PRAGMAS, f"busy_timeout = {_ASK_MS}", f"wal_autocheckpoint = {_LOG}"):
        connection.execute(f"pragma {pragma}")
    return connection


def ask(connection: Any, sql: str, values: Sequence[object] = ()) -> Any:
    """Run a statement. Whoever holds the lock is asked every ten milliseconds at least: SQLite's
    own wait grows to a tenth of a second a step, and misses the pauses of a process that writes
    much."""
    try:
        return connection.execute(sql, values)
    except sqlite3.DatabaseError as error:
        if _damaged(error):
            raise StoreError(f"The store's file is damaged ({error}). {_RESTORE}") from error
        if not _locked(error):
            raise
    until = monotonic() + PATIENCE_MS / 1000
    while True:
        try:
            return connection.execute(sql, values)
        except sqlite3.OperationalError as error:
            if not _locked(error) or monotonic() > until:
                raise


def _damaged(error: Exception) -> bool:
    return "malformed" in str(error) or "not a database" in str(error)


def _locked(error: Exception) -> bool:
    return "locked" in str(error)


def write_ahead(connection: Any, ahead: bool) -> None:
    """For a connection that writes much, or that of a door."""
    log, cache = (_LOG_AHEAD, _CACHE_AHEAD) if ahead else (_LOG, _CACHE)
    connection.execute(f"pragma wal_autocheckpoint = {log}")
    connection.execute(f"pragma cache_size = -{cache}")


def scrub(connection: Any) -> bool:
    """Write the whole log back and cut it off; false if a reader prevents it."""
    connection.execute(f"pragma busy_timeout = {PATIENCE_MS}")
    try:
        return bool(connection.execute("pragma wal_checkpoint(truncate)").fetchone()[0] == 0)
    finally:
        connection.execute(f"pragma busy_timeout = {_ASK_MS}")
