"""Rows of a drop made records, and back: one table a kind of record, in the names of the wire.

A cell of CSV is text and an empty one is absent; a list or an object in it is JSON. Amounts are
whole minor units; days are ISO dates, months `YYYY-MM`, persons `scheme:value`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple, NoReturn

from lite.upstream.filedrop.values import (
    LAST_DAY,
    amount,
    currency,
    day,
    keys,
    month,
    one_of,
    pairs,
    person,
    phones,
    reason,
    reasons,
    text,
    word,
    words,
)  # fmt: skip
from lite.upstream.records import (
    DOSSIER_KINDS,
    KINDS,
    DossierStatus,
    Record,
    RightStatus,
)

_STATUSES: dict[str, Any] = {"dossier": DossierStatus, "right": RightStatus}
_TYPES = {str: "text", int: "a whole number", list: "a list", dict: "an object"}


class Unreadable(ValueError):
    """One row that cannot become a record; the message says which value and why."""


class Column(NamedTuple):
    """One value of a record: its name on the wire, how it is read, what stands for none."""

    name: str
    read: Callable[[Any], Any]
    wanted: type = str
    none: Any = ...  # `...`: the value is required


_PAST, _EVER = day(LAST_DAY), day(LAST_DAY)  # _PAST stands for days up to tomorrow
_WHOM = Column("insured", person)
_COLUMNS: dict[str, tuple[Column, ...]] = {
    "insured": (
        Column("keys", keys, dict), Column("family_key", word),
        Column("role", one_of("head", "dependant")), Column("name", word),
        Column("birth_date", _PAST), Column("phones", phones, list, ()),
        Column("name_ar", text, str, ""), Column("language", one_of("fr", "ar"), str, None),
    ),
    "right": (
        _WHOM, Column("scheme", word), Column("status", word), Column("from", _EVER, str, None),
        Column("to", _EVER, str, None), Column("reason", reason, dict, None),
        Column("raw", text, str, ""),
    ),
    "dossier": (
        Column("number", word), _WHOM, Column("kind", one_of(*DOSSIER_KINDS)),
        Column("submitted_on", _PAST, str, None), Column("status", word),
        Column("since", _PAST, str, None), Column("reasons", reasons, list, ()),
        Column("missing_documents", words, list, ()), Column("claimed", amount, int, None),
        Column("approved", amount, int, None), Column("paid", amount, int, None),
        Column("currency", currency, str, "MAD"), Column("raw", text, str, ""),
    ),
    "payment": (
        Column("number", word), _WHOM, Column("dossier", word, str, None),
        Column("benefit", word, str, None), Column("amount", amount, int),
        Column("currency", currency), Column("executed_on", _PAST),
        Column("masked_account", text, str, ""),
    ),
    "benefit": (
        Column("number", word), _WHOM, Column("type", word), Column("period", word),
        Column("amount", amount, int), Column("currency", currency), Column("status", word),
    ),
    "salary": (
        _WHOM, Column("employer", word), Column("month", month), Column("days", amount, int),
        Column("amount", amount, int), Column("currency", currency, str, "MAD"),
    ),
    "notice": (
        Column("number", word), _WHOM, Column("code", word),
        Column("parameters", pairs, dict, {}),
    ),
}  # fmt: skip


def columns(today: date) -> dict[str, tuple[Column, ...]]:
    """The columns of each kind, in the order of the record's fields; `today` bounds the past."""
    past = day(date.fromordinal(today.toordinal() + 1).isoformat())
    return {
        kind: tuple(one._replace(read=past) if one.read is _PAST else one for one in table)
        for kind, table in _COLUMNS.items()
    }


def read(columns: Sequence[Column], values: Sequence[Any]) -> list[Any]:
    """The values, read by their columns, None where absent; Unreadable names the column."""
    try:
        found = [
            column.none if value is None else column.read(value)
            for column, value in zip(columns, values, strict=True)
        ]
    except (ValueError, TypeError):
        _blame(columns, values)
    if ... in found:
        raise Unreadable(f"'{columns[found.index(...)].name}' is missing")
    return found


def record(kind: str, columns: Sequence[Column], values: Sequence[Any]) -> Record:
    """The record of these values, in the order of its columns; Unreadable."""
    found = read(columns, values)
    if kind in _STATUSES:
        _understand(_STATUSES[kind], found)
    return KINDS[kind](*found)


def _understand(known: Any, found: list[Any]) -> None:
    """A status nobody listed is `unknown`, and is kept as the raw code: never a guess."""
    place = 2 if known is RightStatus else 4
    try:
        found[place] = known(found[place])
    except ValueError:
        found[-1] = found[-1] or found[place]
        found[place] = known("unknown")


def _blame(columns: Sequence[Column], values: Sequence[Any]) -> NoReturn:
    for column, value in zip(columns, values, strict=True):
        try:
            if value is not None:
                column.read(value)
        except (ValueError, TypeError) as error:
            raise Unreadable(f"'{column.name}' {error}") from error
    raise AssertionError("one of the values was wrong a moment ago")


def typed(column: Column, value: Any) -> Any:
    """A value of JSON, if it is of the type that the column wants (a `bool` is no number)."""
    if value is not None and type(value) is not column.wanted:
        raise Unreadable(f"'{column.name}' must be {_TYPES[column.wanted]}")
    return value


def from_cell(column: Column, cell: str) -> Any:
    """A cell of CSV: None when empty; JSON for a list or an object; else the text itself."""
    if not cell:
        return None
    if column.wanted in (str, int):
        return cell
    try:
        return typed(column, json.loads(cell))
    except (json.JSONDecodeError, RecursionError) as error:
        raise Unreadable(f"'{column.name}' is not JSON") from error
