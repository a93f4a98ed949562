"""New keys while the doors go on: add one, seal everything with it, then drop the old ones.

Blind indexes and keyed hashes do not rotate: their key never sealed anything.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import sleep, time

from lite import keys
from lite.identity import audit
from lite.keys import KeyFileError
from lite.store import Store
from lite.store.sealed import COLUMNS, Column
from lite.vault import LOOK_EVERY, Tampered, Vault

_BATCH = 2_000  # rows rewritten in one transaction: doors wait some forty milliseconds
# No turn is as long: what was sealed with an old key when the new one came is committed by then.
SETTLED = 60.0


@dataclass(frozen=True)
class Rotated:
    """How many values were sealed anew, and how many could not be opened at all."""

    rows: int
    unreadable: int


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """One rotation at a time. Raises `KeyFileError`."""
    with path.with_name(f"{path.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise KeyFileError("Another rotation is running: wait for it.") from None
        yield


def prepare(path: Path) -> str:
    """Add a key that seals nothing yet: what it seals later can be opened by every machine that was
    given the file meanwhile. Its name; raises `KeyFileError` where a rotation was begun."""
    found = keys.read(path)
    if len(found.sealing) > 1:
        raise KeyFileError("A rotation was begun: run `lite rotate`, then `lite rotate --finish`.")
    keys.write(path, found.prepared())
    return found.prepared().newest


def begin(path: Path, vault: Vault, elsewhere: Collection[str] = ()) -> None:
    """Have the key that was prepared seal from now on, or add one, unless a rotation was begun;
    back when every process has taken it up. Raises `KeyFileError` while other machines work
    `elsewhere` and none was prepared: they could not open what it seals."""
    found = keys.read(path)
    if len(found.sealing) == 1 and elsewhere:
        raise KeyFileError(
            f"{', '.join(sorted(elsewhere))} could not open what a new key seals. Run `lite rotate "
            "--prepare`, copy the key file to every machine, then `lite rotate` on each."
        )
    if len(found.sealing) == 1 or found.current != found.newest:
        keys.write(path, found.grown() if len(found.sealing) == 1 else found.turned())
        sleep(2 * LOOK_EVERY)
    vault.look(now=True)


def rewrite(store: Store, vault: Vault, now: datetime, step: Callable[[int], object]) -> Rotated:
    """Seal with the current key what older ones sealed. `step` is told of each batch."""
    done = unreadable = 0
    for one in COLUMNS:
        for page in store.sealed.old(one, vault.keys.current, _BATCH):
            vault.read_ahead(row[-1] for row in page)
            renewed = [row for row in (_renewed(vault, one, row) for row in page) if row]
            store.sealed.replace(one, renewed)
            done, unreadable = done + len(renewed), unreadable + len(page) - len(renewed)
            step(len(page))
    vault.read_ahead([])
    detail = f"{vault.keys.current} rows={done:,}"
    audit.append(store, vault, audit.SYSTEM, "keys_rotated", "", detail, now)
    return Rotated(done, unreadable)


def _renewed(vault: Vault, one: Column, row: Sequence[str]) -> tuple[str, ...] | None:
    *key, sealed = row
    try:
        return (vault.renew(one.of(key), sealed), *key, sealed)
    except Tampered:
        return None


def finish(store: Store, vault: Vault, path: Path, now: datetime) -> None:
    """Drop the keys that nothing needs any more. Raises `KeyFileError` while something does."""
    left = store.sealed.count(vault.keys.current)
    if left:
        raise KeyFileError(
            f"{left} values still need an old key. Run `lite rotate`; what stays was damaged, or "
            "is of somebody who was erased (`lite purge`)."
        )
    if time() - path.stat().st_mtime < SETTLED:
        raise KeyFileError(f"The new key is younger than {SETTLED:.0f} seconds: try again then.")
    keys.write(path, keys.read(path).pruned())
    vault.look(now=True)
    detail = f"{vault.keys.current} alone"
    audit.append(store, vault, audit.SYSTEM, "keys_rotated", "", detail, now)
