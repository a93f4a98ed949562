"""Rows of a drop made records: one table a kind of record, in the names of the wire.

A cell of CSV is text and an empty one is absent; a list or an object in it is JSON. Amounts are
whole minor units; days are ISO dates, months `YYYY-MM`, persons `scheme:value`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any

from lite.upstream.filedrop.columns import Column
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

# Kind -> where its status stands, and what a status is.
_STATUSES: dict[str, tuple[int, type[StrEnum]]] = {
    "dossier": (4, DossierStatus), "right": (2, RightStatus),
}  # fmt: skip


def _status(of: type[StrEnum]) -> Callable[[str], str]:
    known = {str(one): one for one in of}
    return lambda value: known.get(value) or word(value)


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
        _WHOM, Column("scheme", word), Column("status", _status(RightStatus)),
        Column("from", _EVER, str, None), Column("to", _EVER, str, None),
        Column("reason", reason, dict, None), Column("raw", text, str, ""),
    ),
    "dossier": (
        Column("number", word), _WHOM, Column("kind", one_of(*DOSSIER_KINDS)),
        Column("submitted_on", _PAST, str, None), Column("status", _status(DossierStatus)),
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


def record(kind: str, found: list[Any]) -> Record:
    """The record of values that were read, in the order of its columns. A status nobody listed is
    `unknown`, and is kept as the raw code: never a guess."""
    if not understood(kind, found):
        place, of = _STATUSES[kind]
        found[-1] = found[-1] or found[place]
        found[place] = of("unknown")
    return KINDS[kind](*found)


def understood(kind: str, found: list[Any]) -> bool:
    """Whether the status, of a kind that has one, is one that Lite knows."""
    known = _STATUSES.get(kind)
    return known is None or isinstance(found[known[0]], known[1])
