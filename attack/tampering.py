"""S7: somebody who owns the machine edits, deletes, moves or cuts the audit log."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic

from attack.figures import Figure
from lite.app import House
from lite.identity import audit
from lite.store import Store
from lite.vault import Vault

_NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
_COLUMNS = ("at", "who", "act", "person", "detail", "mac")
_AT_ONCE = 10_000  # entries of one transaction
_GUARDS = ("audit_no_update", "audit_no_delete", "audit_in_order")


def _edit(store: Store, chance: random.Random, last: int) -> None:
    column, seq = chance.choice(_COLUMNS), chance.randint(1, last)
    store.sql.run(f"update audit set {column} = {column} || '0' where seq = ?", seq)


def _delete(store: Store, chance: random.Random, last: int) -> None:
    store.sql.run("delete from audit where seq = ?", chance.randint(1, last))


def _close_the_gap(store: Store, chance: random.Random, last: int) -> None:
    seq = chance.randint(1, last)
    store.sql.run("delete from audit where seq = ?", seq)
    store.sql.run("update audit set seq = -seq where seq > ?", seq)
    store.sql.run("update audit set seq = -seq - 1 where seq < 0")


def _swap(store: Store, chance: random.Random, last: int) -> None:
    one, other = chance.sample(range(1, last + 1), 2)
    for before, after in ((one, 0), (other, one), (0, other)):
        store.sql.run("update audit set seq = ? where seq = ?", after, before)


def _cut(store: Store, chance: random.Random, last: int) -> None:
    store.sql.run("delete from audit where seq > ?", chance.randint(0, last - 1))


TAMPERINGS: tuple[Callable[[Store, random.Random, int], None], ...] = (
    _edit, _delete, _close_the_gap, _swap, _cut,
)  # fmt: skip


class _Undone(Exception):
    """Nothing of a transaction is to stay."""


def missed(store: Store, vault: Vault, last: int, times: int) -> int:
    """How many of so many tamperings are not found, each on a log that is whole before it."""
    known, unseen = audit.head(store), 0
    for number in range(times):
        chance = random.Random(number)
        with suppress(_Undone), store.transaction():
            chance.choice(TAMPERINGS)(store, chance, last)
            unseen += not audit.verify(store, vault, known)
            raise _Undone
    return unseen


def fill(store: Store, vault: Vault, entries: int) -> None:
    """A log of so many entries, then without the guards that the engine has."""
    for first in range(0, entries, _AT_ONCE):
        with store.transaction():
            for number in range(first, min(first + _AT_ONCE, entries)):
                audit.append(store, vault, "amina", "found", f"{number:016x}", "question", _NOW)
    for guard in _GUARDS:
        store.sql.run(f"drop trigger {guard}")


def run(small: House, large: House, times: int, entries: int) -> list[Figure]:
    """In two empty houses."""
    fill(small.store, small.vault, 400)
    unseen = missed(small.store, small.vault, 400, times)
    fill(large.store, large.vault, entries)
    since = monotonic()
    faults = audit.verify(large.store, large.vault, audit.head(large.store))
    seconds = monotonic() - since
    return [
        Figure("S7", f"tamperings found, of {times:,}", f"{times - unseen:,}", f"{times:,}",
               not unseen),
        Figure("S7", f"seconds to verify {entries:,} entries", f"{seconds:.1f}", "<= 20",
               seconds <= 20 and not faults),
    ]  # fmt: skip
