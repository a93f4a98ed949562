"""The rows of a pull under names that say nothing, and what may be told of them as news."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from lite.store.plan import Aside
from lite.upstream import port
from lite.vault import Vault

# Days before the end of a right when whoever has it may be told.
ENDING = timedelta(days=30)


class News(NamedTuple):
    """What of a record is worth telling: its status, and the last day of a right."""

    status: str
    until: str | None = None


class Row(NamedTuple):
    """A change to stage. `key`, `mark`, `owners` and the rest are blind: a key may be the number
    of a person or of a dossier, and a fingerprint would prove a guess of what the record says.

    `wire` is the record as JSON, None for one to delete. `owners` are the numbers of its person,
    the first being the one that names them.
    """

    kind: str
    key: str
    mark: str
    wire: bytes | None
    owners: tuple[str, ...] = ()
    news: News | None = None
    family: str | None = None
    role: str | None = None
    phones: tuple[str, ...] = ()


class Blinder:
    """Turns the changes of one source into rows."""

    def __init__(self, source: str, vault: Vault) -> None:
        self._source = source
        self._record, self._mark = vault.hasher("record"), vault.hasher("fingerprint")
        self._phone = vault.hasher("phone")
        # The rows of one person often follow each other.
        self._key = lru_cache(maxsize=1_024)(vault.hasher("key"))
        self._family = vault.hasher("family")

    def row(self, change: port.Change) -> Row:
        """The change, blinded."""
        kind, record = change.kind, change.record
        key = self._record(f"{self._source}/{kind}/{change.key}")
        if record is None:
            return Row(kind, key, "", None)
        mark = self._mark(f"{key}/{change.fingerprint}")
        wire = change.wire or port.canonical(record).partition(b" ")[2]
        if isinstance(record, port.Insured):
            return self._insured(key, mark, wire, record)
        return Row(kind, key, mark, wire, (self._key(str(record.insured)),), _news(record))

    def _insured(self, key: str, mark: str, wire: bytes, record: port.Insured) -> Row:
        return Row(
            "insured", key, mark, wire,
            tuple([self._key(f"{scheme}:{value}") for scheme, value in record.keys.items()]),
            family=self._family(record.family), role=record.role,
            phones=tuple(dict.fromkeys(self._phone(phone) for phone in record.phones)),
        )  # fmt: skip


def again(aside: Aside, wire: bytes) -> Row:
    """A row that was set aside; its content opened."""
    news = news_of(aside.kind, wire)
    return Row(aside.kind, aside.key, aside.fingerprint, wire, (aside.owner,), news)


def _news(record: port.Record) -> News | None:
    read = _OF_RECORD.get(type(record))
    return read(record) if read else None


def news_of(kind: str, wire: bytes) -> News | None:
    """What a record says that is worth telling, from its JSON."""
    read = _OF_JSON.get(kind)
    return read(json.loads(wire)) if read else None


# Read from millions of rows, and there are a few dozen.
_said = lru_cache(maxsize=1_024)(News)
_OF_RECORD: dict[type, Callable[[Any], News]] = {
    port.Dossier: lambda record: _said(str(record.status)),
    port.Right: lambda record: _said(str(record.status), record.until),
    port.Payment: lambda record: _said("executed"),
}
_OF_JSON: dict[str, Callable[[dict[str, Any]], News]] = {
    "dossier": lambda told: News(told["status"]),
    "right": lambda told: News(told["status"], told.get("to")),
    "payment": lambda told: News("executed"),
}


def moved(before: News | None, after: News, then: date, today: date) -> tuple[str, str] | None:
    """(status before, status after) if there is news since `then`, the day of the last pull."""
    old = before.status if before else ""
    if old != after.status:
        return old, after.status
    ends_soon = _ending(after, today) and not (before and _ending(before, then))
    return (old, "ending") if ends_soon else None


def _ending(news: News, day: date) -> bool:
    if news.status != "open" or not news.until:
        return False
    try:
        return day <= date.fromisoformat(news.until[:10]) <= day + ENDING
    except ValueError:
        return False
