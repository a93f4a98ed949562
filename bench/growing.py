"""Stores of any size, made of blocks: each block is a small store that the product's own import has
filled, and all of them are then put into one, the indexes last."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from bench import town
from bench.growing_postgresql import Joined as JoinedPostgresql
from bench.growing_sqlite import Joined as JoinedSqlite
from chaos.progress import shown
from lite import vault
from lite.app import House
from lite.config import Settings
from tools.hasty import hasty

DOSSIERS = 5
BLOCK = 10_000
# Bytes of one insured person with a right and five dossiers: in a block, in a store.
_IN_BLOCK, _IN_STORE = 5_400, 5_700


class Joined(Protocol):
    """A store that blocks are put into."""

    def __init__(self, folder: Path) -> None: ...

    def settings(self, insured: int) -> Settings | None:
        """Of a store that is complete; None if there is none yet."""

    def join(self, insured: int, blocks: Sequence[Path]) -> Settings:
        """Make it of these blocks."""

    def close(self) -> None: ...


class Engine:
    """Towns of one engine in a folder."""

    def __init__(self, joined: Joined, folder: Path) -> None:
        self._joined, self._folder = joined, folder

    def town(self, insured: int) -> Settings:
        """The settings of a store with so many people of this release, built if need be."""
        found = self._joined.settings(insured) or self._built(insured)
        House(found).store.migrate()
        return found

    def _built(self, insured: int) -> Settings:
        number = -(-insured // BLOCK)
        _room(self._folder, insured)
        blocks = [_block(self._folder, one) for one in shown("blocks", range(number), number)]
        return self._joined.join(insured, blocks)


@contextmanager
def engine(name: str, folder: Path) -> Iterator[Engine]:
    """The engine's towns; its server runs meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds: dict[str, Callable[[Path], Joined]] = {
        "sqlite": JoinedSqlite, "postgresql": JoinedPostgresql
    }  # fmt: skip
    joined = kinds[name](folder)
    try:
        yield Engine(joined, folder)
    finally:
        joined.close()


def _room(folder: Path, insured: int) -> None:
    made = sum(1 for _ in folder.glob("blocks/*/done"))
    need = insured * _IN_STORE + max(0, insured - made * BLOCK) * _IN_BLOCK
    free = shutil.disk_usage(folder).free
    print(f"{insured:,} insured: {need / 1e9:.1f} GB of disk needed, {free / 1e9:.1f} GB free",
          file=sys.stderr)  # fmt: skip
    if free < 1.05 * need:
        sys.exit("Not enough room: choose another --folder or fewer --insured.")


def _block(folder: Path, number: int) -> Path:
    """The folder of one block, filled by a pull of its own; all blocks share one key file."""
    place = folder / "blocks" / f"{number:04}"
    if (place / "done").exists():
        return place
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    keys = folder / "lite.keys"
    if not keys.exists():
        vault.create(keys)
    house = House(
        replace(town.settled(place, keys), people_database=f"sqlite:///{place}/people.db")
    )
    vault.create(keys, place / "people.db")
    house.store.migrate()
    hasty(house)
    first = number * BLOCK
    people = (town.resident(one, DOSSIERS) for one in range(first, first + BLOCK))
    house.intake.pull(town.Fund(people))
    for sql in (house.store.sql, house.vault.owners.sql):
        sql.scrub()
        sql.close()
    (place / "done").touch()
    return place
