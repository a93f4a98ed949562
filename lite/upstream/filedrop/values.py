"""How the values of a row are read: each function takes one and gives it back understood.

ValueError says why not, in words that follow the column's name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from lite.upstream.records import PersonKey, Reason

LAST_DAY = "2199-12-31"  # of a right: a sentinel such as 9999-12-31 is a missing end
FIRST_DAY = "1880-01-01"
LONGEST = 2_000  # characters of one value
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_PERSON = re.compile(r"([a-z][a-z0-9_]{0,31}):([A-Za-z0-9][A-Za-z0-9./_-]{0,63})")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def text(value: str) -> str:
    if not value.isprintable() and _UNFIT.search(value):
        raise ValueError("holds control characters")
    if len(value) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters")
    return value


def word(value: str) -> str:
    if not value or value.isspace():
        raise ValueError("is empty")
    return value if value.isprintable() and len(value) <= LONGEST else text(value)


def amount(value: Any) -> int:
    """Minor units, from a cell or from a number of JSON."""
    if type(value) is int:
        if 0 <= value < 10**15:
            return value
    elif value.isascii() and value.isdecimal() and len(value) <= 15:
        return int(value)
    raise ValueError("is not a whole number of minor units (12,50 DH is 1250)")


def person(value: str) -> PersonKey:
    found = _PERSON.fullmatch(value)
    if found is None:
        raise ValueError("is not a person; write scheme:number, such as cnss:123456789")
    return PersonKey(found[1], found[2])


def day(latest: str) -> Callable[[str], str]:
    """Reads an ISO date from FIRST_DAY to `latest`."""

    @lru_cache(maxsize=50_000)
    def read(value: str) -> str:
        if not _DAY.fullmatch(value):
            raise ValueError("is not a date; write 2026-11-22")
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ValueError("is no day of the calendar") from None
        if not FIRST_DAY <= value <= latest:
            raise ValueError(f"is not between {FIRST_DAY} and {latest}")
        return value

    return read


def month(value: str) -> str:
    if not _MONTH.fullmatch(value) or not FIRST_DAY <= value <= LAST_DAY:
        raise ValueError("is not a month; write 2026-11")
    return value


def currency(value: str) -> str:
    if not _CURRENCY.fullmatch(value):
        raise ValueError("is not an ISO 4217 currency; write MAD")
    return value


def one_of(*words: str) -> Callable[[str], str]:
    known = {word: word for word in words}

    def read(value: str) -> str:
        if value not in known:
            raise ValueError(f"is none of {', '.join(words)}")
        return known[value]

    return read


def reason(value: Mapping[str, Any]) -> Reason:
    code, label = value.get("code"), value.get("label", "")
    if not isinstance(code, str) or not isinstance(label, str) or value.keys() - {"code", "label"}:
        raise ValueError('is not {"code": …, "label": …}')
    return Reason(word(code), text(label))


def reasons(value: Sequence[Any]) -> tuple[Reason, ...]:
    if not all(isinstance(one, dict) for one in value):
        raise ValueError('is not a list of {"code": …, "label": …}')
    return tuple(reason(one) for one in value)


def words(value: Sequence[Any]) -> tuple[str, ...]:
    if not all(isinstance(one, str) for one in value):
        raise ValueError("is not a list of texts")
    return tuple(word(one) for one in value)


def phones(value: Sequence[Any]) -> tuple[str, ...]:
    if not all(isinstance(one, str) and _PHONE.fullmatch(one) for one in value):
        raise ValueError("is not a list of telephone numbers such as +212612345678")
    return tuple(value)


def pairs(value: Mapping[str, Any]) -> dict[str, str]:
    if not all(isinstance(one, str) for one in value.values()):
        raise ValueError("is not an object of texts")
    return {word(name): text(one) for name, one in value.items()}


def keys(value: Mapping[str, Any]) -> dict[str, str]:
    if not value:
        raise ValueError("names nobody")
    return dict(person(f"{scheme}:{number}") for scheme, number in value.items())


def strict_json(text: str) -> Any:
    """JSON without the liberties of the parser: no name twice in an object, no NaN.

    ValueError, also where nesting is too deep.
    """
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    held = dict(pairs)
    if len(held) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return held


def _never(constant: str) -> Any:
    raise ValueError(f"{constant} is no number of JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_never)
