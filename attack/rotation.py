"""S6: new keys for a million fields, while another process reads without a pause."""

from __future__ import annotations

import random
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from pathlib import Path
from time import monotonic
from typing import Any

from attack.figures import Figure
from lite import rotation
from lite.app import House
from lite.config import Settings
from lite.store.sealed import COLUMNS

_EACH = 5  # records of one person
_PERSON = b'{"name": "Fatima-Zahra Ait Benhaddou", "birth_date": "1984-03-12", "claimed": 123450}'
_RECORDS = COLUMNS[0]
_PEOPLE_AT_ONCE = 10_000


@dataclass(frozen=True)
class Turned:
    """Seconds that the rotation took, reads meanwhile, and how many of those failed."""

    seconds: float
    left: int
    reads: int
    failed: int
    slowest: float


def fill(house: House, fields: int) -> None:
    """So many sealed records, of a fifth as many people."""
    house.store.people.missed("town", "up", "", "")
    for first in range(0, fields // _EACH, _PEOPLE_AT_ONCE):
        people = range(first, min(first + _PEOPLE_AT_ONCE, fields // _EACH))
        rows = [_record(house, rank, of) for rank in people for of in range(_EACH)]
        sealed = house.vault.seal_many([
            (_RECORDS.of(("town", "dossier", key, 0)), _PERSON, person) for key, person in rows
        ])  # fmt: skip
        with house.store.transaction():
            house.store.sql.each(
                "insert into records (fund, kind, key, person, fingerprint, sealed)"
                " values ('town', 'dossier', ?, ?, '', ?)",
                [(*row, told) for row, told in zip(rows, sealed, strict=True)],
            )


def _record(house: House, rank: int, of: int) -> tuple[str, str]:
    return house.vault.hash("record", f"{rank}/{of}"), f"{rank:016x}"


def _read(settings: Settings, people: int, stop: Event, told: Any) -> None:
    """A process that began before the rotation: files of people taken at random."""
    house, chance = House(settings), random.Random(6)
    reads, failed, slowest = 0, 0, 0.0
    while not stop.is_set():
        since = monotonic()
        for kept in house.store.people.records(f"{chance.randrange(people):016x}", "dossier"):
            place = _RECORDS.of((kept.fund, kept.kind, kept.key, 0))
            reads += 1
            try:
                failed += house.vault.open(place, kept.sealed) != _PERSON
            except ValueError:
                failed += 1
        slowest = max(slowest, monotonic() - since)
    told.put((reads, failed, slowest))


def turn(house: House, fields: int) -> Turned:
    """Rotate while somebody reads."""
    context = get_context("spawn")
    stop, told = context.Event(), context.Queue()
    reader = context.Process(target=_read, args=(house.settings, fields // _EACH, stop, told))
    reader.start()
    since = monotonic()
    rotation.begin(Path(house.settings.key_file), house.vault)
    rotation.rewrite(house.store, house.vault, house.clock.now(), lambda _: None)
    seconds = monotonic() - since
    stop.set()
    reads, failed, slowest = told.get()
    reader.join()
    left = house.store.sealed.count(house.vault.keys.current)
    return Turned(seconds, left, reads, failed, slowest)


def run(house: House, fields: int) -> list[Figure]:
    """In an empty house."""
    fill(house, fields)
    found = turn(house, fields)
    return [
        Figure("S6", f"seconds to seal {fields:,} fields anew, doors open", f"{found.seconds:.1f}",
               "<= 60", found.seconds <= 60 and not found.left),
        Figure("S6", f"failed reads, of {found.reads:,} by a process that began before (slowest "
               f"file {found.slowest * 1000:.0f} ms)", str(found.failed), "0",
               not found.failed and found.reads > 0),
    ]  # fmt: skip
