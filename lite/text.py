"""Sentences that wait for a language.

A service writes `T("Dossier {number}", number=Ltr("1000000042"))` and never knows in which
language, or on which door, it will be read. The source sentence is French and is its own
message id; `translations/` holds the rest. What stands between braces is a *value*: it is
formatted at the last moment, and the web isolates each one so that a number keeps its order
inside Arabic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.support import NullTranslations, Translations

from lite.clock import day

LANGUAGES = ("fr", "ar")
DIRECTIONS = {"fr": "ltr", "ar": "rtl"}
_HERE = Path(__file__).parent


class Ltr(str):
    """A run read from left to right whatever surrounds it: reference, phone, code to dial."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (centimes) of an ISO 4217 currency."""

    minor: int
    currency: str = "MAD"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence to be said later: message id, its plural if it has one, its values."""

    id: str
    values: Mapping[str, Value] = field(default_factory=dict)
    many: str = ""


Value = str | int | date | Money | Text


def T(id: str, /, **values: Value) -> Text:
    """A sentence in the source language, French."""
    return Text(id, values)


def TN(one: str, many: str, n: int, /, **values: Value) -> Text:
    """A sentence that agrees with the number `n`, which it may show as `{n}`."""
    return Text(one, {**values, "n": n}, many)


def raw(value: Value) -> Text:
    """A value alone, to stand where a sentence is expected."""
    return Text("{value}", {"value": value})


@cache
def catalogue(language: str) -> NullTranslations:
    """The compiled sentences of a language: from the installed package, else the source tree."""
    for folder in (_HERE / "translations", _HERE.parent / "translations"):
        if (folder / language / "LC_MESSAGES" / "messages.mo").exists():
            return Translations.load(folder, [language])
    return NullTranslations()


def translated(text: Text, language: str) -> str:
    """The sentence's template in a language, its values still in braces."""
    if text.many:
        n = int(str(text.values["n"]))
        return catalogue(language).ngettext(text.id, text.many, n)
    return _template(text.id, language) if text.id != "{value}" else text.id


@lru_cache(maxsize=2048)
def _template(id: str, language: str) -> str:
    return catalogue(language).gettext(id)


def say(text: Text, language: str, dress: Callable[[str, Value], str] | None = None) -> str:
    """Say a sentence. `dress` may wrap each formatted value (the web isolates it)."""
    template = translated(text, language)
    if not text.values:
        return template
    return template.format_map(
        {name: _shown(value, language, dress) for name, value in text.values.items()}
    )


def _shown(value: Value, language: str, dress: Callable[[str, Value], str] | None) -> str:
    if isinstance(value, Text):
        return say(value, language, dress)
    shown = formatted(value, language)
    return dress(shown, value) if dress else shown


def formatted(value: Value, language: str) -> str:
    """A value in plain characters that every alphabet carries: `05/09/2026`, `1234,50 DH`."""
    if isinstance(value, str):
        return value
    if isinstance(value, Money):
        return _money(value, language)
    if isinstance(value, date):
        return day(value)
    return str(value)


_CURRENCIES = {"MAD": {"fr": "DH", "ar": "درهم"}}


def _money(value: Money, language: str) -> str:
    whole, cents = divmod(abs(value.minor), 100)
    digits = f"{'-' if value.minor < 0 else ''}{whole}" + (f",{cents:02}" if cents else "")
    return f"{digits} {_CURRENCIES.get(value.currency, {}).get(language, value.currency)}"


_TAGS: dict[str, Callable[[Any], Value]] = {
    "text": lambda packed: unpack(packed),
    "ltr": Ltr,
    "money": lambda packed: Money(*packed),
    "date": date.fromisoformat,
    "time": datetime.fromisoformat,
}


def pack(text: Text) -> dict[str, Any]:
    """A sentence as plain JSON values, for a letter that leaves later; `unpack` is its inverse."""
    values = {name: _packed(value) for name, value in text.values.items()}
    return {"id": text.id, "many": text.many, "values": values}


def _packed(value: Value) -> Any:
    if isinstance(value, Text):
        return ["text", pack(value)]
    if isinstance(value, Ltr):
        return ["ltr", str(value)]
    if isinstance(value, Money):
        return ["money", [value.minor, value.currency]]
    if isinstance(value, datetime):
        return ["time", value.isoformat()]
    return ["date", value.isoformat()] if isinstance(value, date) else value


def unpack(packed: Mapping[str, Any]) -> Text:
    """The sentence that `pack` made plain."""
    values = {
        name: _TAGS[value[0]](value[1]) if isinstance(value, list) else value
        for name, value in packed["values"].items()
    }
    return Text(packed["id"], values, packed["many"])
