"""The world of the pretend fund as a feed: what differs between two days, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from lite.upstream.answers import Page, Quarantined
from lite.upstream.changes import Change, upsert
from lite.upstream.pretend_facts import world
from lite.upstream.records import (
    KIND_OF,
    Dossier,
    Insured,
    PersonKey,
    Record,
    key_of,
    person_of,
)

PAGE_SIZE = 500
_GARBLED_EVERY = 5


def changes(since: str | None, today: date) -> list[Change]:
    """What differs from the world of the day `since`; all of today's when there is none."""
    before = _by_key(date.fromisoformat(since)) if since else {}
    after = _by_key(today)
    kept = [_upsert(record) for key, record in after.items() if before.get(key) != record]
    gone = [
        Change("delete", kind, key, None, "") for kind, key in before if (kind, key) not in after
    ]
    return kept + gone


def page(rows: Sequence[Change], garbled: bool) -> Page:
    """The rows as a page; garbled, one in five cannot be read and is set aside."""
    if not garbled:
        return Page(tuple(rows))
    bad = rows[::_GARBLED_EVERY]
    good = tuple(row for place, row in enumerate(rows) if place % _GARBLED_EVERY)
    return Page(good, tuple(_garbage(row) for row in bad))


def records_of(person: PersonKey, day: date) -> tuple[Record, ...]:
    """What is known of one person under any of their numbers, and of nobody else."""
    known = world(day)
    families = (keys_of(record) for record in known if isinstance(record, Insured))
    keys = next((keys for keys in families if person in keys), frozenset[PersonKey]())
    return tuple(record for record in known if person_of(record) in keys)


def keys_of(insured: Insured) -> frozenset[PersonKey]:
    """Every number of one person."""
    return frozenset(PersonKey(*pair) for pair in insured.keys.items())


def _by_key(day: date) -> dict[tuple[str, str], Record]:
    return {(KIND_OF[type(record)], key_of(record)): record for record in world(day)}


def _upsert(record: Record) -> Change:
    if not isinstance(record, Dossier) or record.since is None:
        return upsert(record)
    moved = datetime.combine(date.fromisoformat(record.since), time(), UTC)
    return upsert(record, moved)


def _garbage(row: Change) -> Quarantined:
    return Quarantined(f"{row.kind}/{row.key}", "unreadable row", '{"number": \x00 "??"')
