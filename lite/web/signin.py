"""Signing in with a phone and an access code, and leaving."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, request

from lite.clock import hour, local, stamp
from lite.desk.door import Door
from lite.identity import codes, sessions, throttle
from lite.identity.codes import Locked, Signed, Spent, Wrong
from lite.numbers import plain, typed_phone
from lite.services.form import Form
from lite.text import Ltr, T, Text
from lite.web.page import go, page
from lite.web.site import Site, Visitor

_WHERE = "/<any(fr, ar):language>"
_TITLE = T("Entrer dans mon dossier")
_CODE = "code"
# A second tap on the button would make a second code, and the first would stop working.
_TAPS = timedelta(seconds=30)
_log = logging.getLogger("lite.web")


def add_sign_in(app: Flask, site: Site) -> None:
    """`/fr/sign-in` and `POST /fr/leave`."""

    @app.get(f"{_WHERE}/sign-in")
    def sign_in(language: str) -> Response:
        return _form(site, language, public=True)

    @app.post(f"{_WHERE}/sign-in")
    def enter(language: str) -> Response:
        phone = typed_phone(request.form.get("phone", ""))
        code = re.sub(r"[\s.-]", "", plain(request.form.get("code", "")))
        if phone is None:
            return _wrong(site, language, "phone", T("Tapez votre numéro, par exemple 0612345678."))
        try:
            return _enter(site, language, phone, code) if code else _send(site, language, phone)
        except Exception as error:
            # Whatever broke, nobody must believe that their code is wrong.
            _log.error("sign-in failed", extra={"why": type(error).__name__})
            g.visitor = Visitor("", None)
            down = T("Notre système est en panne. Votre code n'est pas en cause."
                     " Réessayez dans quelques minutes.")  # fmt: skip
            return _wrong(site, language, "code", down, 503)

    @app.post(f"{_WHERE}/leave")
    def leave(language: str) -> Response:
        visitor = site.visitor()
        if visitor.cookie:
            sessions.end(site.office.store, site.office.vault, visitor.cookie)
        response = go(f"/{language}/left")
        if name := site.cookie():
            response.delete_cookie(name, secure=name != "s", httponly=True, samesite="Lax")
        return response

    @app.get(f"{_WHERE}/left")
    def left(language: str) -> Response:
        lines = [T("Rien de votre dossier ne reste sur cet appareil.")]
        title = T("Vous êtes sorti")
        return page(site, "message.html", language, title, public=True, lines=lines)


def _form(site: Site, language: str, **values: Any) -> Response:
    wanted = request.values.get("next", "")
    shown = {"error": None, "at": "", "sent": False, **values}
    return page(
        site, "signin.html", language, _TITLE,
        next=wanted if wanted in site.services else "",
        phone=plain(request.form.get("phone", ""))[:30],
        dial=Ltr(site.dial(_CODE)), **shown,
    )  # fmt: skip


def _wrong(site: Site, language: str, at: str, error: Text, status: int = 422) -> Response:
    return _form(site, language, status=status, wrong=True, at=at, error=error)


def _send(site: Site, language: str, phone: str) -> Response:
    """Send a code if the phone is enrolled; the answer does not say whether it is."""
    store, now = site.office.store, site.office.clock.now()
    subject = f"send:{site.office.index(phone)}"
    with store.transaction():
        tapped = store.access.failures(subject, stamp(now - _TAPS))
        if not tapped and not throttle.locked_until(store, subject, now):
            throttle.fail(store, subject, now)
            _post_code(site, language, phone)
    return _form(site, language, sent=True)


def _post_code(site: Site, language: str, phone: str) -> None:
    """The SMS goes to the phone itself, so it is answered as if it had texted us."""
    service = site.services[_CODE]
    desk = Door(site.office, "sms").desk(phone, "", language)
    if desk.level < service.level:
        return
    form = Form(service, desk)
    if form.asked():
        several = T("Plusieurs personnes ont ce numéro. Pour un code, composez {code}",
                    code=Ltr(site.dial(_CODE)))  # fmt: skip
        desk.text([several], "answer")
    else:
        form.answer()


def _enter(site: Site, language: str, phone: str, code: str) -> Response:
    name = site.cookie()
    if name is None:
        unsafe = T("Cette adresse n'est pas protégée. Ouvrez la même avec https au début.")
        return _wrong(site, language, "code", unsafe, 403)
    if not re.fullmatch("[0-9]{6}", code):
        return _wrong(site, language, "code", T("Le code a 6 chiffres."))
    office, now = site.office, site.office.clock.now()
    with office.store.transaction():
        outcome = codes.check(office.store, office.vault, office.index(phone), code, now)
        if not isinstance(outcome, Signed):
            return _wrong(site, language, "code", *_said(site, outcome))
        if old := site.visitor().cookie:
            sessions.end(office.store, office.vault, old)
        cookie = sessions.begin(office.store, office.vault, outcome.person, phone, 1, now)
    wanted = request.form.get("next", "")
    response = go(f"/{language}/services/{wanted}" if wanted in site.services else f"/{language}/")
    return site.admit(response, cookie)


def _said(site: Site, outcome: Wrong | Spent | Locked) -> tuple[Text, int]:
    """Why it did not open, truly, and the status of the answer."""
    if isinstance(outcome, Spent):
        return T("Ce code a déjà servi ou est trop vieux. Demandez-en un autre."), 422
    if isinstance(outcome, Wrong):
        return T("Ce code est faux. Vérifiez-le et tapez-le de nouveau."), 422
    until, at = outcome.until, Ltr(hour(outcome.until))
    if local(until).date() == local(site.office.clock.now()).date():
        return T("Trop d'essais. Réessayez à {hour}.", hour=at), 429
    return T("Trop d'essais. Réessayez le {day} à {hour}.", day=until, hour=at), 429
