"""One row of a pull: what becomes of one record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Literal

from lite.upstream.records import KIND_OF, Record, key_of
from lite.upstream.writing import canonical


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a pull: the record to keep, or the key of the one to delete (no record then).
    `wire` is the record as `canonical` writes it, without its kind: written once, for all uses."""

    op: Literal["upsert", "delete"]
    kind: str
    key: str
    record: Record | None
    fingerprint: str
    source_updated_at: datetime | None = None
    wire: bytes = field(default=b"", repr=False, compare=False)


def upsert(record: Record, source_updated_at: datetime | None = None) -> Change:
    """The change that keeps this record, under its own key and fingerprint."""
    told = canonical(record)
    kind, mark, wire = KIND_OF[type(record)], sha256(told).hexdigest(), told.partition(b" ")[2]
    return Change("upsert", kind, key_of(record), record, mark, source_updated_at, wire)
