"""A record as it is written: its names on the wire, one way to write it, its fingerprint."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from hashlib import sha256
from json.encoder import encode_basestring as _quoted
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from lite.upstream.records import (
    KINDS,
    DossierStatus,
    PersonKey,
    Reason,
    Record,
    RightStatus,
)


class _Layout(NamedTuple):
    """How the objects of one class are written: names on the wire, and all their values at once."""

    names: tuple[str, ...]
    labels: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]


def _layout(of: type) -> _Layout:
    names = tuple(str(one.metadata.get("wire", one.name)) for one in fields(of))
    labels = tuple(f"{_quoted(name)}:" for name in names)
    return _Layout(names, labels, attrgetter(*(one.name for one in fields(of))))


# Read once: twenty million records pass through here in a full pull.
_LAYOUTS = {of: _layout(of) for of in (*KINDS.values(), Reason)}
_HEADS = {of: f"{kind} " for kind, of in KINDS.items()}
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def to_json(record: Record | Reason) -> dict[str, Any]:
    """The record under its names on the wire, ready for `json`; a person key as `scheme:value`."""
    layout = _LAYOUTS[type(record)]
    return dict(zip(layout.names, map(_plain, layout.values(record)), strict=True))


def canonical(record: Record) -> bytes:
    """The one way to write a record: its kind, then JSON in the order of its fields, UTF-8.

    Not sorted: the first of a person's `keys` is the one that names them.
    """
    return f"{_HEADS[type(record)]}{_object(record)}".encode()


def fingerprint(record: Record) -> str:
    """sha256 of `canonical`, in hexadecimal: equal when and only when nothing changed."""
    return sha256(canonical(record)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, PersonKey):
        return str(value)
    if isinstance(value, Reason):
        return to_json(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value


def written(value: Any) -> str:
    """One value of a record, as `canonical` writes it."""
    return _WRITERS.get(type(value), _encoded)(value)


# What `json` makes of `to_json`, written at once: a walk through an encoder costs five times more.


def _object(one: Record | Reason) -> str:
    layout = _LAYOUTS[type(one)]
    told = [
        label + _WRITERS.get(type(value), _encoded)(value)
        for label, value in zip(layout.labels, layout.values(one), strict=True)
    ]
    return f"{{{','.join(told)}}}"


def _array(values: tuple[Any, ...]) -> str:
    told = [_WRITERS.get(type(value), _encoded)(value) for value in values]
    return f"[{','.join(told)}]"


def _mapping(values: Mapping[str, Any]) -> str:
    return _ENCODER.encode(dict(values))


def _encoded(value: Any) -> str:
    return _ENCODER.encode(_plain(value))


_WRITERS: dict[type, Callable[[Any], str]] = {
    str: _quoted, DossierStatus: _quoted, RightStatus: _quoted, int: int.__repr__,
    type(None): lambda _: "null", PersonKey: lambda key: _quoted(f"{key[0]}:{key[1]}"),
    tuple: _array, Reason: _object, dict: _mapping, MappingProxyType: _mapping,
}  # fmt: skip
