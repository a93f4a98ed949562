"""A person's file on the desk: found for a reason, masked until shown, put away."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Response, request

from lite.clock import day
from lite.counter import boxes, entry
from lite.counter.gate import Route
from lite.counter.page import go, page
from lite.counter.room import Visit
from lite.desk import facts
from lite.identity import audit, cards, phones, staff_sessions
from lite.identity.consent import BOX_CURRENT
from lite.numbers import mask_phone, plain
from lite.text import T, Text

SCHEMES: Mapping[str, Text] = {
    "cnss": T("CNSS : numéro d'immatriculation"),
    "cnops": T("CNOPS : numéro d'immatriculation"),
    "cin": T("Carte nationale d'identité"),
}
# What was just done, said on the file's page; the address holds the key alone.
_DONE: Mapping[str, Text] = {
    "phone": T("Ce téléphone n'ouvre plus ce dossier."),
    "card": T("La carte est annulée. Aucun de ses codes ne sert plus."),
    "seen": T("Voyez d'abord la pièce d'identité."),
    "none": T("Il n'y avait pas de carte en service."),
    "box": T("C'est noté : la prochaine clé USB apportera son dossier."),
    "box-end": T("C'est noté : la prochaine clé USB l'effacera de là-bas."),
    "box-no": T("Lisez le texte à la personne : sans son accord, rien n'est copié."),
}
_NUMBER = re.compile(r"[A-Z0-9]{4,20}")
_FIND = T("Ouvrir un dossier")


def start(visit: Visit) -> Response:
    """The sign-in form, the search, or the file that lies open."""
    if visit.who is None:
        return entry.form(visit)
    return go("/counter/file") if visit.open else _search(visit)


def _search(visit: Visit, error: Text | None = None) -> Response:
    given = request.form
    return page(
        visit, "find.html", _FIND, status=422 if error else 200, error=error,
        schemes=SCHEMES, reasons=audit.REASONS, scheme=given.get("scheme", "cnss"),
        number=plain(given.get("number", ""))[:30], reason=given.get("reason", ""),
    )  # fmt: skip


def find(visit: Visit) -> Response:
    """Open the file of a number, for a reason."""
    given = request.form
    scheme, reason = given.get("scheme", ""), given.get("reason", "")
    number = re.sub(r"[^A-Z0-9]", "", plain(given.get("number", "")).upper())
    if scheme not in SCHEMES or not _NUMBER.fullmatch(number):
        return _search(visit, T("Ce numéro n'est pas complet. Vérifiez-le."))
    if reason not in audit.REASONS:
        return _search(visit, T("Choisissez pourquoi vous ouvrez ce dossier."))
    person = visit.store.people.of_key(visit.vault.hash("key", f"{scheme}:{number}"))
    if person is None or not visit.room.door.person_known(person):
        with visit.store.transaction():
            audit.append(
                visit.store, visit.vault, visit.clerk.name, "not_found", "", scheme, visit.now
            )
        return _search(visit, T("Personne n'est connu sous ce numéro. Vérifiez-le."))
    staff_sessions.open_file(
        visit.store, visit.vault, visit.cookie, visit.clerk, person, reason, visit.now
    )
    return go("/counter/file")


def file(visit: Visit) -> Response:
    """The open file: masked, or shown."""
    person, clerk = visit.person, visit.clerk
    scheme, _, number = person.key.partition(":")
    return page(
        visit, "file.html", T("Dossier ouvert"),
        name=person.name if clerk.shown else person.masked,
        born=_born(person.birth) if clerk.shown else person.birth[:4],
        scheme=SCHEMES.get(scheme), number=number if clerk.shown else _masked(number),
        phones=[
            (one.index, mask_phone(one.phone))
            for one in phones.held(visit.store, visit.vault, clerk.person)
        ],
        codes=cards.left(visit.store, clerk.person),
        boxes=boxes.listed(visit) if clerk.shown else (), version=BOX_CURRENT,
        done=_DONE.get(request.args.get("done", "")), prints=visit.room.card_pdf is not None,
    )  # fmt: skip


def _born(birth: str) -> str:
    told = facts.day(birth)
    return day(told) if told else birth


def _masked(number: str) -> str:
    return f"{'*' * (len(number) - 2)}{number[-2:]}"


def show(visit: Visit) -> Response:
    """Show who the file is about."""
    staff_sessions.show_file(visit.store, visit.vault, visit.cookie, visit.clerk, visit.now)
    return go("/counter/file")


def close(visit: Visit) -> Response:
    """Put the file away."""
    staff_sessions.close_file(visit.store, visit.vault, visit.cookie, visit.clerk, visit.now)
    return go("/counter/")


ROUTES = (
    Route("GET", "/", start, roles=(), file=""),
    Route("POST", "/find", find, file=""),
    Route("GET", "/file", file),
    Route("POST", "/show", show),
    Route("POST", "/close", close),
)
