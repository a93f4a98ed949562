"""The two menus: what they list for this caller, and what a reply to them means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.services import MORE, under
from lite.services.form import Service, offered
from lite.text import T, Text, say
from lite.ussd.screens import View
from lite.words import folded

if TYPE_CHECKING:
    from lite.desk.service import Desk

HOME_MENU, MORE_MENU = "home", "more"
_PREFIXES = {HOME_MENU: "", MORE_MENU: f"{MORE}*"}
_OTHERS = T("Autres services")
_ENROL, _ACTIVATE = "enrol", "activate"

Entry = tuple[str, Text, str]  # digit, label, key of the service


def menu(services: Sequence[Service], desk: Desk, place: str) -> View:
    """What `home` or `more` shows to this caller: digits that never change, in order."""
    if place == MORE_MENU:
        title = _OTHERS
    else:
        title = T("Lite CNSS-CNOPS") if desk.level or desk.helps else _stranger(desk)
    rows = [
        f"{digit} {say(label, desk.language)}"
        for digit, label, _ in _entries(services, desk, place)
    ]
    return View([title, *rows], steady=place == HOME_MENU)


def chosen(services: Sequence[Service], desk: Desk, place: str, typed: str) -> str | None:
    """The key of the service that a digit or a label means, `more` for the second menu, None for
    neither. Every digit of the map is understood, shown to this caller or not."""
    path = _PREFIXES[place] + typed.rstrip(".)")
    if path == MORE:
        return MORE_MENU
    dialled = (service.key for service in services if service.ussd == path)
    named = (
        key for _, label, key in _entries(services, desk, place)
        if folded(desk.says(label)) == folded(typed)
    )  # fmt: skip
    return next(dialled, None) or next(named, None)


def dialled(services: Sequence[Service], parts: Sequence[str]) -> str:
    """The key of the service that digits dialled in advance lead to; empty for none."""
    paths = {"*".join(parts[:1]), "*".join(parts[:2])}
    return next((service.key for service in services if service.ussd in paths), "")


def _entries(services: Sequence[Service], desk: Desk, place: str) -> list[Entry]:
    prefix = _PREFIXES[place]
    entries = [
        (service.ussd.removeprefix(prefix), service.short, service.key)
        for service in under(services, prefix)
        if _open(service, desk)
    ]
    if place == HOME_MENU:
        entries.append((MORE, _OTHERS, MORE_MENU))
    return sorted(entries, key=lambda entry: int(entry[0]))


def _open(service: Service, desk: Desk) -> bool:
    """Whether a menu shows it: what this caller may open; how to enrol, to strangers alone, and
    how to activate, to a phone that waits for it."""
    if service.key == _ACTIVATE:
        return desk.enrolment.silent or desk.enrolment.waits
    return offered(service, desk) and (service.key != _ENROL or not desk.level)


def _stranger(desk: Desk) -> Text:
    return T("Numéro à confirmer") if desk.enrolment.silent else T("Numéro non inscrit")
