"""What the files of a fund may hold: each kind of record, and what is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import quote, unquote

from lite.upstream.changes import Change, upsert, upsert_as
from lite.upstream.filedrop import rows, values
from lite.upstream.filedrop.columns import Column, Unreadable, of_object
from lite.upstream.filedrop.manifest import DELETED
from lite.upstream.filedrop.table import Kind
from lite.upstream.records import KINDS

GONE = (Column("kind", values.one_of(*KINDS)), Column("key", values.word))
_READ_GONE = of_object(GONE, DELETED)


def known(today: date) -> dict[str, Kind]:
    """Every kind by its name; a past day is at most tomorrow."""
    told = {
        kind: Kind(columns, partial(_upsert, kind), told=partial(_told, kind))
        for kind, columns in rows.columns(today).items()
    }
    return {**told, DELETED: Kind(GONE, _gone, _bundle)}


def _upsert(kind: str, found: list[Any]) -> Sequence[Change]:
    return (upsert(rows.record(kind, found)),)


def _told(kind: str, found: list[Any], wire: str) -> Sequence[Change]:
    """The same of a row whose columns, in the order of the record, stand written already."""
    if not rows.understood(kind, found):
        return _upsert(kind, found)
    return (upsert_as(kind, KINDS[kind](*found), wire),)


def _gone(found: list[Any]) -> Sequence[Change]:
    return (Change("delete", found[0], found[1], None, ""),)


def _bundle(row: Mapping[str, Any]) -> Sequence[Change]:
    """The deletes of a transaction Bundle, as HL7 writes what is gone."""
    entries = row.get("entry")
    if row.get("resourceType") != "Bundle" or not isinstance(entries, list):
        raise Unreadable("is not a transaction Bundle")
    return [change for entry in entries for change in _entry(entry)]


def _entry(entry: Any) -> Sequence[Change]:
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict) or request.get("method") != "DELETE":
        raise Unreadable('holds no "request": {"method": "DELETE", "url": "kind/key"}')
    kind, _, key = str(request.get("url")).partition("/")
    return _gone(_READ_GONE({"kind": kind, "key": unquote(key)}))


def deletion(kind: str, key: str) -> Mapping[str, Any]:
    """The NDJSON row that says that a record is gone."""
    request = {"method": "DELETE", "url": f"{kind}/{quote(key, safe=':')}"}
    return {"resourceType": "Bundle", "type": "transaction", "entry": [{"request": request}]}
