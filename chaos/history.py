"""What callers did and were told, a JSON line each; and what the store must hold of it after."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from lite.app import House


@dataclass(frozen=True)
class Done:
    """One wish of one phone. `id`: of the session or message; `told`: what acknowledged it (a
    reference; `taken` for a message), empty if nothing did; `tries`: how often it was asked."""

    kind: str
    phone: str
    id: str
    told: str
    tries: int
    at: float


class History:
    """Written as it happens, a line at a time: it outlives who writes it."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.Lock()
        self._file = path.open("a", encoding="utf-8")

    def add(self, done: Done) -> None:
        with self._lock:
            self._file.write(json.dumps(asdict(done)) + "\n")
            self._file.flush()

    def read(self) -> list[Done]:
        """Every wish so far."""
        return [Done(**json.loads(line)) for line in self.path.read_text().splitlines()]


@dataclass(frozen=True)
class Verdict:
    """Counts: acknowledged; of these not in the store (`lost`); wishes kept in part (`halves`) or
    more than once (`doubled`); kept though nobody was told (`silent`)."""

    acknowledged: int
    lost: int
    halves: int
    doubled: int
    silent: int


def judge(history: list[Done], house: House) -> Verdict:
    """Compare what callers were told with the store: a call-back is a request of that phone with
    that reference, its dialogue and its receipt; a message is its record and its answer."""
    found = [_kept(done, house) for done in history]
    told = [bool(done.told) for done in history]
    return Verdict(
        acknowledged=sum(told),
        lost=sum(was and kept == [0] * len(kept) for was, kept in zip(told, found, strict=True)),
        halves=sum(0 < sum(map(bool, kept)) < len(kept) for kept in found),
        doubled=sum(max(kept) > 1 for kept in found),
        silent=sum(not was and all(kept) for was, kept in zip(told, found, strict=True)),
    )


def _kept(done: Done, house: House) -> list[int]:
    """How many there are of each part of a wish."""
    index = house.office.index(done.phone)
    letters = _count(house, "letters where kind = 'sms' and address = ?", index)
    if done.kind == "sms":
        return [_count(house, "inbox where id = ?", done.id), letters]
    which = "requests where phone = ?"
    named = "requests where phone = ? and reference = ?"
    requests = _count(house, which, index)
    if done.told and requests:
        requests = _count(house, named, index, done.told) and requests
    talks = _count(house, "talks where door = 'ussd' and session = ?", done.id)
    return [requests, talks, letters]


def _count(house: House, which: str, *values: str) -> int:
    row = house.store.sql.one(f"select count(*) from {which}", *values)
    return int(row[0]) if row else 0
