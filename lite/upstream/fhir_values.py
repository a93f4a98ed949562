"""Values of FHIR R4 resources, read without trust: a value, or `Unreadable` with the reason."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import unquote

Resource: TypeAlias = Mapping[str, Any]

# ISO 4217 currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND",
                     "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}  # fmt: skip
_ISO_4217 = re.compile(r"[A-Z]{3}")
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?", re.ASCII)
_BROKEN = re.compile("[\ud800-\udfff]")  # half a character: no encoding writes it
_LARGEST = 10**15  # minor units: more is no amount of one person
_WHOLE = 10**18
_LONGEST = 200  # characters of a name, a number, a code


class Unreadable(ValueError):
    """A row that cannot be read; the message says why, and holds nobody's data."""


def _whole(value: int | Decimal) -> str:
    try:
        return str(int(value)) if -_WHOLE < value < _WHOLE and value == int(value) else ""
    except ArithmeticError:
        return ""  # neither a number nor a sign of one


class Coding(NamedTuple):
    """One code of a concept."""

    system: str
    code: str
    display: str


class Money(NamedTuple):
    """An amount in minor units, and its ISO 4217 currency."""

    amount: int
    currency: str


def text(value: object) -> str:
    """A short text, from a text or a whole number; empty when it is neither, or absent."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    found = " ".join((value if isinstance(value, str) else _whole(value)).split())
    if len(found) > _LONGEST:
        raise Unreadable("a value is too long")
    if not found.isascii() and _BROKEN.search(found):
        raise Unreadable("a text is broken")
    return found.replace("\0", "")


def rows(value: object) -> Iterator[Resource]:
    """The objects of a list, or of one object where a list is due; anything else is left out."""
    for row in value if isinstance(value, list) else [value]:
        if isinstance(row, Mapping):
            yield row


def at(resource: object, *path: str) -> Any:
    """What stands at the end of a path of names, None where it breaks off."""
    for name in path:
        if not isinstance(resource, Mapping):
            return None
        resource = resource.get(name)
    return resource


def codings(concept: object) -> Iterator[Coding]:
    """The codes of a concept, or of a list of concepts; its text where it has no code."""
    for one in rows(concept):
        found = [
            Coding(text(row.get("system")), text(row.get("code")), text(row.get("display")))
            for row in rows(one.get("coding"))
        ]
        yield from found or ([Coding("", text(one["text"]), "")] if one.get("text") else [])


def code(concept: object) -> str:
    """The first code of a concept, else what it displays."""
    return next((one.code or one.display for one in codings(concept)), "")


def day(value: object, last: bool = False) -> str | None:
    """An ISO date from a FHIR date or dateTime, whole or partial: `2019` is its first day, or its
    `last`. None when absent; Unreadable when it is none."""
    if value is None or value == "":
        return None
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Unreadable("a date cannot be read")
    year, month, number = (int(part) if part else 0 for part in found.groups())
    month = month or (12 if last else 1)
    try:
        number = number or (calendar.monthrange(year, month)[1] if last else 1)
        return date(year, month, number).isoformat()
    except ValueError:
        raise Unreadable("a date is in no calendar") from None


def money(value: object, currency: str) -> Money | None:
    """An amount in minor units; the currency given where the wire's is not ISO 4217.

    None when there is no amount; Unreadable when it is not one. A float of the source that is
    not whole (`410.00000000000006`) is rounded to the nearest minor unit.
    """
    told = at(value, "value")
    if told is None or told == "":
        return None
    named = at(value, "currency")
    if isinstance(named, str) and _ISO_4217.fullmatch(named):
        currency = named
    try:
        amount = Decimal(str(told)) if not isinstance(told, bool | list | dict) else Decimal("NaN")
        minor = amount.scaleb(_EXPONENTS.get(currency, 2)).quantize(Decimal(1), ROUND_HALF_UP)
    except ArithmeticError:
        raise Unreadable("an amount cannot be read") from None
    if not minor.is_finite() or not 0 <= minor <= _LARGEST:
        raise Unreadable("an amount is out of all bounds")
    return Money(int(minor), currency)


def positive(value: object) -> bool:
    """Whether an amount is more than nothing; what cannot be read is not."""
    try:
        return Decimal(str(at(value, "value"))) > 0
    except ArithmeticError:
        return False


def identifiers(resource: object) -> Iterator[tuple[frozenset[str], str, str]]:
    """Each identifier: the codes of its type in lower case, its system and its value."""
    for one in rows(at(resource, "identifier")):
        if value := text(one.get("value")):
            kinds = {found.code.lower() for found in codings(one.get("type"))} - {""}
            yield frozenset(kinds), text(one.get("system")), value


def reference(value: object) -> str:
    """The id at the end of a reference, however it is written: relative or whole, encoded, with
    a version or a slash at its end, or an urn; else its identifier; empty when there is none."""
    told = at(value, "reference")
    if not isinstance(told, str):
        return text(at(value, "identifier", "value"))
    path = unquote(told).partition("/_history/")[0].rstrip("/")
    return text(path.removeprefix("urn:uuid:").rpartition("/")[2])
