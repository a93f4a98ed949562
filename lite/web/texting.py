"""Signing in by text: the page shows digits, the enrolled phone sends them, the page opens."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response

from lite.clock import hour
from lite.identity import texted
from lite.text import Ltr, T, Text
from lite.web.page import go, page
from lite.web.place import wanted
from lite.web.signin import DOWN, UNSAFE, admitted
from lite.web.site import Site

_WHERE = "/<any(fr, ar):language>/sign-in/sms"
_WAITS = T("Pas encore. Envoyez le SMS, répondez OUI, puis appuyez de nouveau.")
_GONE = T("Ces chiffres sont trop vieux, ou ce navigateur refuse les cookies. Recommencez.")
_log = logging.getLogger("lite.web")


def add_texting(app: Flask, site: Site) -> None:
    """`/fr/sign-in/sms`: digits for this browser, then "I have sent them". No phone is typed, so
    nobody learns here which phones are enrolled, and no failure elsewhere closes it."""

    @app.get(_WHERE)
    def shown(language: str) -> Response:
        return _calm(lambda: _page(site, language), site, language)

    @app.post(_WHERE)
    def begin(language: str) -> Response:
        return _calm(lambda: _begin(site, language), site, language)

    @app.post(f"{_WHERE}/sent")
    def sent(language: str) -> Response:
        return _calm(lambda: _sent(site, language), site, language)


def _calm(answer: Callable[[], Response], site: Site, language: str) -> Response:
    """Whatever breaks, the digits are not to blame."""
    try:
        return answer()
    except Exception as error:
        _log.error("sign-in by text failed", extra={"why": type(error).__name__})
        return _told(site, language, None, DOWN, 503)


def _begin(site: Site, language: str) -> Response:
    if site.cookie() is None:
        return _told(site, language, None, UNSAFE, 403)
    office, browser = site.office, site.browser() or secrets.token_urlsafe(16)
    texted.begin(office.store, office.vault, browser, office.clock.now())
    query = f"?{urlencode({'next': wanted(site)})}" if wanted(site) else ""
    return site.known(go(f"/{language}/sign-in/sms{query}"), browser)


def _sent(site: Site, language: str) -> Response:
    office = site.office
    with office.store.transaction():
        entered = texted.enter(office.store, office.vault, site.browser(), office.clock.now())
        if entered:
            return admitted(site, language, entered.person, entered.phone)
    found = _waiting(site)
    return _told(site, language, found, None if found else _GONE, 200 if found else 422, _WAITS)


def _page(site: Site, language: str) -> Response:
    return _told(site, language, _waiting(site))


def _waiting(site: Site) -> texted.Page | None:
    office = site.office
    return texted.find(office.store, office.vault, site.browser(), office.clock.now())


def _told(
    site: Site, language: str, waiting: texted.Page | None, error: Text | None = None,
    status: int = 200, note: Text | None = None,
) -> Response:  # fmt: skip
    values: dict[str, Any] = {}
    if waiting:
        code = f"{site.service_code.rstrip('#')}*{site.services['web'].ussd}*{waiting.digits}#"
        values = {
            "message": f"WEB {waiting.digits}", "to": Ltr(site.short_code), "dial": Ltr(code),
            "until": Ltr(hour(waiting.until)), "note": note,
        }  # fmt: skip
    return page(
        site, "texting.html", language, T("Entrer par SMS"), status=status, wrong=bool(error),
        error=error, next=wanted(site), **values,
    )  # fmt: skip
