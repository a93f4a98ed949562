"""Signing in with a phone and an access code, and leaving."""

from __future__ import annotations

import logging
import re
import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, request

from lite.clock import hour, local, stamp
from lite.identity import codes, sessions, throttle
from lite.identity.codes import Closed, Elsewhere, Locked, Signed, Spent, Wrong
from lite.numbers import plain, typed_phone
from lite.services.form import opens
from lite.text import Ltr, T, Text
from lite.web import late
from lite.web.echo import harmless
from lite.web.page import go, page
from lite.web.place import wanted
from lite.web.site import Site, Visitor

_WHERE = "/<any(fr, ar):language>"
_TITLE = T("Entrer dans mon dossier")
_CODE = "code"
# A second tap on the button would make a second code, and the first would stop working.
_TAPS = timedelta(seconds=30)
_CLOSED = T("Trop de codes faux ont été tapés sur ce site. Votre code n'est pas en cause."
            " Entrez par SMS.")  # fmt: skip
UNSAFE = T("Cette adresse n'est pas protégée. Ouvrez la même avec https au début.")
DOWN = T("Notre système est en panne. Votre code n'est pas en cause."
         " Réessayez dans quelques minutes.")  # fmt: skip
_SAID = {
    Spent: T("Ce code a déjà servi ou est trop vieux. Demandez-en un autre."),
    Wrong: T("Ce code est faux. Vérifiez-le et tapez-le de nouveau."),
    Elsewhere: T("Ce code a été demandé sur un autre écran. Demandez-en un ici."),
}
_log = logging.getLogger("lite.web")


def add_sign_in(app: Flask, site: Site) -> None:
    """`/fr/sign-in` and `POST /fr/leave`."""

    @app.get(f"{_WHERE}/sign-in")
    def sign_in(language: str) -> Response:
        try:
            if where := _inside(site, language):
                return go(f"/{language}/services/{where}")
            closed = _closed(site)
        except Exception as error:
            return _down(site, language, error)
        return (
            _refused(site, language) if closed else _form(site, language, public=True, bland=True)
        )

    @app.post(f"{_WHERE}/sign-in")
    def enter(language: str) -> Response:
        phone = typed_phone(request.form.get("phone", ""))
        code = re.sub(r"[\s.-]", "", plain(request.form.get("code", "")))
        if phone is None:
            return _wrong(site, language, "phone", T("Tapez votre numéro, par exemple 0612345678."))
        try:
            return _enter(site, language, phone, code) if code else _send(site, language, phone)
        except Exception as error:
            return _down(site, language, error)

    @app.post(f"{_WHERE}/leave")
    def leave(language: str) -> Response:
        if site.sent():
            sessions.end(site.office.store, site.office.vault, site.sent())
        late.done(site)
        response = go(f"/{language}/left")
        if name := site.cookie():
            response.delete_cookie(name, secure=name != "s", httponly=True, samesite="Lax")
        # Pages are kept nowhere; a browser that knows this word forgets what it kept nevertheless.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return site.forgotten(response)

    @app.get(f"{_WHERE}/left")
    def left(language: str) -> Response:
        lines = [T("Rien de votre dossier ne reste sur cet appareil.")]
        title = T("Vous êtes sorti")
        return page(site, "message.html", language, title, public=True, lines=lines)


def admitted(site: Site, language: str, person: str, phone: str) -> Response:
    """Open a session for a person and their phone (E.164), and go where they wanted to, or to the
    form that they sent too late. The one before ends, in the transaction of the caller."""
    office, before, where = site.office, site.last(), wanted(site)
    if before:
        sessions.end(office.store, office.vault, site.sent())
    now = office.clock.now()
    cookie = sessions.begin(office.store, office.vault, person, phone, 1, now, before)
    response = go(f"/{language}/services/{where}" if where else f"/{language}/")
    if service := late.follow(site, person, cookie):
        response = go(late.address(language, service))
    return site.forgotten(site.admit(response, cookie))


def _inside(site: Site, language: str) -> str:
    """Where somebody wanted to go who is signed in already, and came by a page of before that."""
    where = wanted(site)
    if not where or site.visitor().session is None:
        return ""
    service = site.services[where.partition("?")[0]]
    return where if opens(service, site.desk(language)) else ""


def _form(site: Site, language: str, **values: Any) -> Response:
    shown = {"error": None, "at": "", "sent": False, "closed": False, "public": False, **values}
    kept = shown.pop("kept") if "kept" in shown else late.waits(site)
    shown["public"] = shown["public"] and not kept
    if not (kept or site.sent()):
        harmless()  # of nobody's file: the telephone that was typed stands beside no secret
    return page(
        site, "signin.html", language, _TITLE,
        next=wanted(site), phone=plain(request.form.get("phone", ""))[:30],
        dial=Ltr(site.dial(_CODE)), kept=Ltr(hour(kept)) if kept else None,
        lost=late.LOST in request.args, **shown,
    )  # fmt: skip


def _wrong(site: Site, language: str, at: str, error: Text, status: int = 422) -> Response:
    return _form(site, language, status=status, wrong=True, at=at, error=error)


def _closed(site: Site) -> bool:
    office = site.office
    return throttle.web_closed(office.store, office.clock.now(), office.guess_budget)


def _refused(site: Site, language: str) -> Response:
    """Nobody signs in by typing a code: the page asks for a text instead."""
    return _form(site, language, status=429, wrong=True, at="sms", error=_CLOSED, closed=True)


def _down(site: Site, language: str, error: Exception) -> Response:
    """Whatever broke, nobody must believe that their code is wrong."""
    _log.error("sign-in failed", extra={"why": type(error).__name__})
    g.visitor = Visitor("", None)
    return _form(site, language, status=503, wrong=True, at="code", error=DOWN, kept=None)


def _send(site: Site, language: str, phone: str) -> Response:
    """Ask for a code. Nothing here depends on whether the phone is enrolled: the answer, the work
    and the time are the same, and the worker looks into it."""
    office, now = site.office, site.office.clock.now()
    browser = site.browser() or secrets.token_urlsafe(16)
    bound = codes.of_browser(office.vault, browser) if site.cookie() else ""
    subject = f"send:{office.index(phone)}"
    with office.store.transaction(f"tries:{subject}"):
        if _closed(site):
            return _refused(site, language)
        tapped = office.store.access.failures(subject, stamp(now - _TAPS))
        if not tapped and not throttle.locked_until(office.store, subject, now):
            throttle.fail(office.store, subject, now)
            site.door.want_code(phone, bound, language)
    return site.known(_form(site, language, sent=True), browser)


def _enter(site: Site, language: str, phone: str, code: str) -> Response:
    if site.cookie() is None:
        return _wrong(site, language, "code", UNSAFE, 403)
    if not re.fullmatch("[0-9]{6}", code):
        return _wrong(site, language, "code", T("Le code a 6 chiffres."))
    office, now = site.office, site.office.clock.now()
    browser = codes.of_browser(office.vault, site.browser())
    with office.store.transaction():
        outcome = codes.check(
            office.store, office.vault, office.index(phone), code, now, browser,
            office.guess_budget,
        )  # fmt: skip
        if isinstance(outcome, Signed):
            return admitted(site, language, outcome.person, phone)
    if isinstance(outcome, Closed):
        return _refused(site, language)
    return _wrong(site, language, "code", *_said(site, outcome))


def _said(site: Site, outcome: Wrong | Spent | Elsewhere | Locked) -> tuple[Text, int]:
    """Why it did not open, truly, and the status of the answer."""
    if not isinstance(outcome, Locked):
        return _SAID[type(outcome)], 422
    until, at = outcome.until, Ltr(hour(outcome.until))
    if local(until).date() == local(site.office.clock.now()).date():
        return T("Trop d'essais. Réessayez à {hour}.", hour=at), 429
    return T("Trop d'essais. Réessayez le {day} à {hour}.", day=until, hour=at), 429
