"""The two menus: what they list for this caller, and what a reply to them means."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from lite.services import MORE, under
from lite.services.form import Level, Service, offered
from lite.text import T, Text, say
from lite.ussd.screens import View
from lite.words import folded

if TYPE_CHECKING:
    from lite.desk.service import Desk

HOME_MENU, MORE_MENU = "home", "more"
_PREFIXES = {HOME_MENU: "", MORE_MENU: f"{MORE}*"}
_LITE, _OTHERS = T("Lite CNSS-CNOPS"), T("Autres services")
_ENROL, _ACTIVATE = "enrol", "activate"


class _Entry(NamedTuple):
    digit: str
    label: Text
    key: str
    service: Service | None  # none: the way to the second menu


class _Shown(NamedTuple):
    """All that a menu depends on. Few callers differ in it: each one is laid out once."""

    place: str
    language: str
    enrolled: bool
    scopes: frozenset[str]  # what mandates of this helper hold
    awaited: bool  # by a phone that is to be activated, or confirmed


class Menus:
    """The digit map of some services. Digits never change; which of them are shown does."""

    def __init__(self, services: Sequence[Service]) -> None:
        self.services = {service.key: service for service in services}
        self._keys = {service.ussd: service.key for service in reversed(services)}
        self._entries = {place: _entries(services, place) for place in _PREFIXES}
        self._rows = lru_cache(maxsize=256)(self._listed)

    def menu(self, desk: Desk, place: str) -> View:
        """What `home` or `more` shows to this caller, in order."""
        if place == MORE_MENU:
            title = _OTHERS
        else:
            title = _LITE if desk.level or desk.helps else _stranger(desk)
        rows = self._rows(_shown(desk, place))
        return View((say(title, desk.language), *rows), steady=place == HOME_MENU, common=True)

    def chosen(self, desk: Desk, place: str, typed: str) -> str | None:
        """The key of the service that a digit or a label means, `more` for the second menu, None
        for neither. Every digit of the map is understood, shown to this caller or not."""
        path = _PREFIXES[place] + typed.rstrip(".)")
        if path == MORE:
            return MORE_MENU
        return self._keys.get(path) or self._named(_shown(desk, place), folded(typed))

    def dialled(self, parts: Sequence[str]) -> str:
        """The key of the service that digits dialled in advance lead to; empty for none."""
        found = (self._keys.get("*".join(parts[:depth])) for depth in (1, 2))
        return next(filter(None, found), "")

    def _named(self, shown: _Shown, wanted: str) -> str | None:
        named = (
            one.key for one in self._open(shown)
            if folded(say(one.label, shown.language)) == wanted
        )  # fmt: skip
        return next(named, None)

    def _listed(self, shown: _Shown) -> tuple[str, ...]:
        return tuple(f"{one.digit} {say(one.label, shown.language)}" for one in self._open(shown))

    def _open(self, shown: _Shown) -> list[_Entry]:
        return [one for one in self._entries[shown.place] if _is_open(one, shown)]


def _entries(services: Sequence[Service], place: str) -> list[_Entry]:
    prefix = _PREFIXES[place]
    entries = [
        _Entry(one.ussd.removeprefix(prefix), one.short, one.key, one)
        for one in under(services, prefix)
    ]
    if place == HOME_MENU:
        entries.append(_Entry(MORE, _OTHERS, MORE_MENU, None))
    return sorted(entries, key=lambda entry: int(entry.digit))


def _shown(desk: Desk, place: str) -> _Shown:
    enrolled, scopes = desk.level > Level.T0, frozenset[str]().union(*desk.helps.values())
    awaited = desk.enrolment.silent or desk.enrolment.waits
    return _Shown(place, desk.language, enrolled, scopes, awaited)


def _is_open(one: _Entry, shown: _Shown) -> bool:
    """Whether a menu shows it: what this caller may open; how to enrol, to strangers alone, and
    how to activate, to a phone that waits for it."""
    if one.service is None:
        return True
    if one.key == _ACTIVATE:
        return shown.awaited
    if one.key == _ENROL and shown.enrolled:
        return False
    return offered(one.service, shown.enrolled, shown.scopes)


def _stranger(desk: Desk) -> Text:
    return T("Numéro à confirmer") if desk.enrolment.silent else T("Numéro non inscrit")
