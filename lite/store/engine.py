"""What an engine of the store promises: one SQL text, the same answers, on SQLite and PostgreSQL.

The text is the common subset, with `?` marks. What is read before it is written is kept from
everybody else by a name: `transaction("phone:…")`, `alone(…)`. SQLite has one writer at a time
anyway; PostgreSQL lets transactions run side by side (READ COMMITTED), and those that ask for the
same name one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

Row = tuple[Any, ...]
Known = TypeVar("Known")
Answer = TypeVar("Answer")


class StoreError(Exception):
    """The store cannot be used; the message says what to do."""


class Contended(StoreError):
    """Another transaction stood in the way and everything was undone: the same may succeed now."""


class Asked(Protocol):
    """Answers questions, and no more."""

    def all(self, sql: str, *values: object) -> list[Row]:
        """Every row of a query."""
        ...

    def one(self, sql: str, *values: object) -> Row | None:
        """The first row of a query, or None."""
        ...


class Sql(Asked, Protocol):
    """Runs SQL. Everything of one turn goes in one `transaction`."""

    name: Literal["sqlite", "postgresql"]

    def free(self, select: str) -> str:
        """A choice of rows to change, made once: those that another one is changing are passed
        over. `select` names one table and its key."""
        ...

    def run(self, sql: str, *values: object) -> int:
        """Change rows; how many were changed."""
        ...

    def each(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """The same change for many rows."""
        ...

    def pour(self, table: str, columns: str, rows: Sequence[Sequence[object]], twice: str) -> None:
        """Insert many rows; `twice`: what becomes of one whose key is there."""
        ...

    def grown(self, *tables: str) -> None:
        """These tables have become much larger: what is planned for them is planned anew."""
        ...

    def transaction(self, *alone: str) -> AbstractContextManager[None]:
        """All of it, or nothing; `alone` with these names. One inside another is part of it."""
        ...

    def alone(self, *names: str) -> None:
        """Until the transaction ends, whoever else asks for one of these names waits. Those of one
        call are taken in their own order, and calls follow this one, so that nobody waits in a
        circle: the caller's phone; a subject of tries, a card, a person; letters' addresses and
        messages; the log last (`at_end`)."""
        ...

    def at_end(self, work: Callable[[], None]) -> None:
        """Done last in this transaction, in the order asked for, or at once outside of one. For
        what everybody needs: the log's chain is held for a commit, not for a whole turn."""
        ...

    def ahead(self) -> AbstractContextManager[None]:
        """What this thread commits within it may be undone by a power cut, the last first, until
        something is committed outside of it: for what nobody sees yet. Others wait the less."""
        ...

    def make_room(self) -> None:
        """For a process that will commit much: what the disk can prepare for it is done now."""
        ...

    def unhurried(self) -> None:
        """This transaction may last: its statements have no time limit."""
        ...

    def scrub(self) -> bool:
        """Leave nothing of what was deleted in the engine's log, where an engine can. False if a
        reader kept it."""
        ...

    def migrate(self, folder: Path) -> list[str]:
        """Apply the numbered `.sql` files that this store has not had yet; their names."""
        ...

    def pending(self, folder: Path) -> list[str]:
        """The migrations still to be applied."""
        ...

    def snapshot(self) -> AbstractContextManager[None]:
        """Questions asked within it are answered as of its first one, whoever writes meanwhile."""
        ...

    def pages(self, sql: str, most: int) -> Iterator[list[Row]]:
        """Every row of a query, so many at a time, within a `snapshot` or a transaction."""
        ...

    def written(self) -> object:
        """What is another value once anybody else has written."""
        ...

    def tables(self) -> dict[str, list[str]]:
        """Every table -> its columns, in their order; the migrations' own one too."""
        ...

    def version(self) -> str:
        """The engine and its release, as it calls itself."""
        ...

    def server(self) -> str:
        """Which file, or which server: what is backed up as one."""
        ...

    def close(self) -> None:
        """Let go of what is held of the store; the next call takes it up again."""
        ...


def steps(folder: Path, name: str) -> dict[str, Path]:
    """The migrations for an engine, in order: the portable file, or `0001_x.<engine>.sql` beside
    it where the engines cannot share one."""
    portable = [file for file in sorted(folder.glob("*.sql")) if "." not in file.stem]
    own = {file.name: file.with_suffix(f".{name}.sql") for file in portable}
    return {file.name: own[file.name] if own[file.name].exists() else file for file in portable}


def statements(script: str) -> list[str]:
    """The statements of a migration, without its comments."""
    plain = re.sub(r"--[^\n]*", "", script)
    return [statement.strip() for statement in plain.split(";") if statement.strip()]


def again(work: Callable[[Known], Answer], most: int = 3) -> Callable[[Known], Answer]:
    """`work`, done again when another transaction stood in its way: so often at most. For what
    may be repeated, as the gateway may repeat every callback."""

    def patient(given: Known) -> Answer:
        for _ in range(most - 1):
            try:
                return work(given)
            except Exception as error:
                if not isinstance(error, Contended) and not isinstance(error.__cause__, Contended):
                    raise
        return work(given)

    return patient
