"""One row of a pull: what becomes of one record."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple

from lite.upstream.records import KIND_OF, KINDS, Record, key_of
from lite.upstream.writing import canonical

_HEADS = {kind: f"{kind} ".encode() for kind in KINDS}


class Change(NamedTuple):
    """One row of a pull: the record to keep, or the key of the one to delete (no record then).
    `wire` is the record as `canonical` writes it, without its kind: written once, for all uses."""

    op: Literal["upsert", "delete"]
    kind: str
    key: str
    record: Record | None
    fingerprint: str
    source_updated_at: datetime | None = None
    wire: bytes = b""


def upsert(record: Record, source_updated_at: datetime | None = None) -> Change:
    """The change that keeps this record, under its own key and fingerprint."""
    told = canonical(record)
    kind, mark, wire = KIND_OF[type(record)], sha256(told).hexdigest(), told.partition(b" ")[2]
    return Change("upsert", kind, key_of(record), record, mark, source_updated_at, wire)


def upsert_as(kind: str, record: Record, wire: str) -> Change:
    """The same of a record that `canonical` would write as its kind, a space, and this."""
    told = wire.encode()
    mark = sha256(_HEADS[kind] + told).hexdigest()
    return Change("upsert", kind, key_of(record), record, mark, None, told)
