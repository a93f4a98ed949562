"""A notice as an operator writes it: a TOML file, options, or both."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lite.clock import CASABLANCA
from lite.config import SettingError
from lite.notices import ALL, LANGUAGES, WORDS, Draft, Notice

TEMPLATE = '''\
# A notice of Lite. Fill it, then: lite notice add --file THIS_FILE
# Say what stops, until when, and what to do meanwhile; no reasons (no "maintenance").

fund = ""                       # the fund that stops, as in LITE_UPSTREAM; empty for Lite itself
kind = "planned"                # 7 days ahead; or "incident": at once, with the same fields
from = 2026-12-01T22:00:00      # Casablanca time
until = 2026-12-02T06:00:00     # when it is back; or, if nobody knows:
# next_news = 2026-12-01T23:00:00
services = ["all"]              # or keys, as `lite services` tells them: ["attestation", "rights"]

[stops]                         # at most 90 characters, 60 in Arabic
fr = ""
ar = ""

[works]                         # 120, 80
fr = "Lire ce qui est connu, avec sa date. Faire une demande : elle est gardée."
ar = "قراءة ما هو معروف بتاريخه. تقديم طلب: نحتفظ به."

[instead.all]                   # 120, 80; or one for each service: [instead.attestation]
fr = ""
ar = ""

[agency]                        # 120, 80
fr = "La plus proche : envoyez AGENCE et le nom de la ville au 3939."
ar = "الأقرب: أرسلوا وكالة واسم المدينة إلى 3939."

[post]                          # 120, 80
fr = ""
ar = ""

[contact]                       # 60, 40
fr = "Pour être rappelé, envoyez RAPPEL au 3939"
ar = "لنتصل بكم، أرسلوا اتصال إلى 3939"

[hours]                         # 60, 40
fr = "du lundi au vendredi, 8:30-16:30"
ar = "من الإثنين إلى الجمعة، 8:30-16:30"

[pending]                       # 110, 80
fr = "Elles sont gardées dans l'ordre et partiront au retour."
ar = "محفوظة حسب الترتيب وسترسل عند العودة."
'''
_NAMES = {"fund", "kind", "from", "until", "next_news", "services", "instead", *WORDS}


def draft(given: Mapping[str, Any], old: Notice | None = None) -> Draft:
    """What the options say; else the file (`given["file"]`); else the notice that is revised.
    Raises `SettingError` for a file that cannot be read."""
    file = _read(given["file"]) if given["file"] else {}
    start = _of(old) if old else Draft()
    start = _with(start, file)
    options = {name: value for name, value in given.items() if value and name != "file"}
    options |= {
        name: {language: given[f"{name}_{language}"] for language in LANGUAGES}
        for name in WORDS
    }
    instead = {key: {"fr": french, "ar": arabic} for key, french, arabic in given["own"]}
    both = {language: given[f"instead_{language}"] for language in LANGUAGES}
    return _with(start, {**options, "instead": {**instead, ALL: both}})


def _of(old: Notice) -> Draft:
    return Draft(
        fund=old.fund, kind=old.kind, starts_at=old.starts_at, ends_at=old.ends_at,
        next_at=old.next_at, services=old.services, words=old.words, instead=old.instead,
    )  # fmt: skip


def _with(start: Draft, told: Mapping[str, Any]) -> Draft:
    """A draft with what is told in its place; an hour of return puts an end to waiting for news,
    and the other way round."""
    words = {name: _both(start.words.get(name, {}), told.get(name) or {}) for name in WORDS}
    instead = dict(start.instead)
    for key, both in (told.get("instead") or {}).items():
        if any(both.values()):
            instead[key] = _both(instead.get(key, {}), both)
    until, news = _moment(told.get("until")), _moment(told.get("next_news"))
    return replace(
        start,
        fund=told.get("fund") or start.fund,
        kind=told.get("kind") or start.kind,
        starts_at=_moment(told.get("from")) or start.starts_at,
        ends_at=until or (None if news else start.ends_at),
        next_at=news or (None if until else start.next_at),
        services=tuple(told.get("services") or start.services),
        words=words,
        instead=instead,
    )


def _both(before: Mapping[str, str], told: Mapping[str, str | None]) -> dict[str, str]:
    return {language: told.get(language) or before.get(language, "") for language in LANGUAGES}


def _moment(told: datetime | None) -> datetime | None:
    """A time of day in Casablanca, unless it says otherwise."""
    return told.replace(tzinfo=CASABLANCA) if told and told.tzinfo is None else told


def _read(file: Path) -> dict[str, Any]:
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise SettingError(f"{file} is no TOML: {error}. See `lite notice template`.") from None
    if unknown := told.keys() - _NAMES:
        raise SettingError(
            f"{file}: {', '.join(sorted(unknown))} is none of {', '.join(sorted(_NAMES))}."
        )
    if wrong := _misshapen(told):
        raise SettingError(f"{file}: {', '.join(wrong)}. See `lite notice template`.")
    return told


def _misshapen(told: Mapping[str, Any]) -> list[str]:
    """What has not the shape that the template shows."""
    wrong = [
        f"{name} is no date with an hour"
        for name in ("from", "until", "next_news")
        if name in told and not isinstance(told[name], datetime)
    ]
    wrong += [f"{name} is no text" for name in ("fund", "kind") if not _texts([told.get(name, "")])]
    services = told.get("services", [])
    if not isinstance(services, list) or not _texts(services):
        wrong.append("services is no list of keys")
    tables = {name: told[name] for name in WORDS if name in told}
    instead = told.get("instead", {})
    if not isinstance(instead, dict):
        return [*wrong, "instead has no tables"]
    tables |= {f"instead.{key}": both for key, both in instead.items()}
    wrong += [f"{name} is no table of texts, fr and ar" for name, both in tables.items()
              if not isinstance(both, dict) or not _texts(list(both.values()))]  # fmt: skip
    return wrong


def _texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)
