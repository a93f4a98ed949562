"""Who may open what: one table of routes, one guard in front of all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from lite.counter.page import go, message
from lite.counter.room import Room, Visit
from lite.text import T, Text

_LARGEST = 16 * 1024  # bytes of a form
_log = logging.getLogger("lite.counter")

EVERYBODY = ("clerk", "supervisor")


@dataclass(frozen=True)
class Route:
    """One page or one act. `roles` empty: open to a passer-by; `file`: what must lie on the desk,
    nothing, a file, or a file whose names are shown."""

    method: Literal["GET", "POST"]
    path: str
    view: Callable[[Visit], Response]
    roles: tuple[str, ...] = EVERYBODY
    file: Literal["", "open", "shown"] = "open"


def open_routes(blueprint: Blueprint, room: Room, routes: Sequence[Route]) -> None:
    """Hang every route behind the guard, and answer what goes wrong in this room."""
    for route in routes:
        name = f"{route.view.__name__}_{route.method.lower()}"
        blueprint.add_url_rule(
            route.path, name, _guarded(room, route), methods=[route.method],
            provide_automatic_options=False,
        )  # fmt: skip
    blueprint.register_error_handler(Exception, lambda error: _failed(room, error))


def _guarded(room: Room, route: Route) -> Callable[..., Response]:
    def view(**parts: str) -> Response:
        request.max_content_length = request.max_form_memory_size = _LARGEST
        visit = room.visit()
        return _refusal(visit, route) or route.view(visit)

    return view


def _refusal(visit: Visit, route: Route) -> Response | None:
    """Why this may not be done now; None if it may."""
    post = route.method == "POST"
    if post and request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return _refused(visit, _FORGED)
    if not route.roles:
        return None
    if visit.who is None:
        return _refused(visit, _OVER) if post else go("/counter/")
    if visit.who.role not in route.roles:
        return _refused(visit, _NOT_YOURS)
    if post and not visit.brings(request.form.get("csrf", "")):
        return _refused(visit, _OLD)
    if route.file and not visit.open:
        return go("/counter/")
    if route.file == "shown" and not visit.who.shown:
        return go("/counter/file")
    return None


_FORGED = T("Cette demande vient d'un autre site. Rien n'a été fait.")
_OVER = T("Votre session est finie. Rien n'a été fait. Entrez de nouveau.")
_NOT_YOURS = T("Cette page est réservée aux superviseurs.")
_OLD = T("Cette page n'est plus à jour. Rien n'a été fait. Recommencez.")
_DOWN = T("Notre système est en panne. Ce n'est pas de votre faute."
          " Réessayez dans quelques minutes.")  # fmt: skip


def _refused(visit: Visit, why: Text) -> Response:
    return message(visit, T("Refusé"), [why], 403)


def _failed(room: Room, error: Exception) -> Response:
    """What broke is named in the log, never in the page."""
    if isinstance(error, HTTPException):
        visit = Visit(room, "", None, "fr", room.office.clock.now())
        return message(visit, T("Refusé"), [T("Rien n'a été fait.")], error.code or 400)
    _log.error("counter failed", extra={"why": type(error).__name__})
    visit = Visit(room, "", None, "fr", room.office.clock.now())
    return message(visit, T("Panne"), [_DOWN], 503)
