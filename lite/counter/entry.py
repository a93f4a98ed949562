"""Coming in and going out: password and second factor, or a one-time link."""

from __future__ import annotations

import logging

from flask import Response, request

from lite.clock import hour, local
from lite.counter.gate import Route
from lite.counter.page import go, message, page
from lite.counter.room import Visit
from lite.identity import staff, staff_sessions
from lite.identity.codes import Locked, Wrong
from lite.numbers import plain
from lite.text import Ltr, T, Text

_TITLE = T("Guichet")
_log = logging.getLogger("lite.counter")


def sign_in(visit: Visit) -> Response:
    """The sign-in form again; who is signed in already goes on."""
    return go("/counter/") if visit.who else form(visit)


def form(visit: Visit, error: Text | None = None, status: int = 200) -> Response:
    """The sign-in form, with what was wrong."""
    name = plain(request.form.get("name", ""))[:32]
    return page(visit, "sign_in.html", _TITLE, status=status, error=error, name=name)


def enter(visit: Visit) -> Response:
    """Name, password and six digits, all at once."""
    if visit.room.cookie_name() is None:
        unsafe = T("Cette adresse n'est pas protégée. Ouvrez la même avec https au début.")
        return form(visit, unsafe, 403)
    given = request.form
    try:
        outcome = staff.sign_in(
            visit.store, visit.vault, plain(given.get("name", "")).lower(),
            given.get("password", ""), given.get("code", ""), visit.now,
        )  # fmt: skip
    except Exception as error:
        # Whatever broke, nobody must believe that their password is wrong.
        _log.error("sign-in failed", extra={"why": type(error).__name__})
        return form(visit, _DOWN, 503)
    if isinstance(outcome, staff.Opened):
        return _seated(visit, outcome)
    return form(visit, *_said(visit, outcome))


_DOWN = T("Notre système est en panne. Votre mot de passe n'est pas en cause."
          " Réessayez dans quelques minutes.")  # fmt: skip
_WRONG = T("Nom, mot de passe ou code faux. Attendez le prochain code et recommencez.")


def _said(visit: Visit, outcome: Wrong | Locked) -> tuple[Text, int]:
    if isinstance(outcome, Wrong):
        return _WRONG, 422
    until, at = outcome.until, Ltr(hour(outcome.until))
    if local(until).date() == local(visit.now).date():
        return T("Trop d'essais. Réessayez à {hour}.", hour=at), 429
    return T("Trop d'essais. Réessayez le {day} à {hour}.", day=until, hour=at), 429


def follow(visit: Visit) -> Response:
    """A one-time link, which the machine's own keeper made."""
    if visit.room.cookie_name() is None:
        return form(visit)
    token = (request.view_args or {}).get("token", "")
    opened = staff.follow(visit.store, visit.vault, token, visit.now)
    if opened:
        return _seated(visit, opened)
    lines = [T("Ce lien a déjà servi ou est trop vieux."), T("Entrez avec votre mot de passe.")]
    return message(visit, _TITLE, lines, 403)


def _seated(visit: Visit, opened: staff.Opened) -> Response:
    """A new session; the one before, if any, ends."""
    _rise(visit)
    response = go("/counter/")
    name = visit.room.cookie_name() or ""
    response.set_cookie(name, opened.cookie, secure=name != "staff", httponly=True, samesite="Lax")
    return response


def leave(visit: Visit) -> Response:
    """End the session on the server."""
    _rise(visit)
    response = go("/counter/")
    if name := visit.room.cookie_name():
        response.delete_cookie(name, secure=name != "staff", httponly=True, samesite="Lax")
    return response


def _rise(visit: Visit) -> None:
    if visit.who:
        staff_sessions.end(visit.store, visit.vault, visit.cookie, visit.who, visit.now)


ROUTES = (
    Route("GET", "/sign-in", sign_in, roles=(), file=""),
    Route("POST", "/sign-in", enter, roles=(), file=""),
    Route("GET", "/enter/<token>", follow, roles=(), file=""),
    Route("POST", "/leave", leave, file=""),
)
