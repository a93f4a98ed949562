"""The menu, the pages about nobody, the errors, and what machines ask."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flask import Flask, Response, abort, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.response import Response as WsgiResponse

from lite.services import MORE, under
from lite.services.form import Level, Service
from lite.text import DIRECTIONS, LANGUAGES, Ltr, T, Text
from lite.web.dress import said
from lite.web.page import TAGS, go, page, templates
from lite.web.site import Site
from lite.web.weight import MARK

_WHERE = "/<any(fr, ar):language>"
# Not in the menu: `code` and `web` are the ways in, a phone is activated by itself, each page names
# the other language, and a passer-by has no phone whose messages could be stopped.
_ELSEWHERE = ("code", "web", "activate", "language")
_PHONE_ONLY = ("stop", "start")
_KEYS = 9  # of a phone, but for 0
_OTHERS = T("Autres services")
_log = logging.getLogger("lite.web")

_LOST = (T("Cette page n'existe pas."),)
_DOWN = (
    T("Notre système est en panne. Ce n'est pas de votre faute."),
    T("Réessayez dans quelques minutes."),
)
ERRORS: dict[int, Sequence[Text]] = {
    404: _LOST,
    405: (T("Cette page ne s'ouvre pas ainsi."),),
    413: (T("C'est trop long. Rien n'a été envoyé."),),
    400: (
        T("Ce formulaire n'a pas pu être lu. Rien n'a été envoyé."),
        T("Rouvrez la page et remplissez-la de nouveau."),
    ),
    403: (T("Cette demande vient d'un autre site. Rien n'a été envoyé."),),
    500: _DOWN,
}


def add_pages(app: Flask, site: Site) -> None:
    """The entrance and the menus."""

    @app.get("/")
    def root() -> Response:
        language = request.cookies.get("language", "")
        if language not in LANGUAGES:
            language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
        response = go(f"/{language}/", 302)
        response.headers["Vary"] = "Accept-Language, Cookie"
        return response

    @app.get(f"{_WHERE}/")
    def menu(language: str) -> Response:
        return _menu(site, language, T("Votre dossier CNSS ou CNOPS"), "")

    @app.get(f"{_WHERE}/services/")
    def more(language: str) -> Response:
        return _menu(site, language, _OTHERS, f"{MORE}*")

    @app.get(f"{_WHERE}/services/<int:first>")
    def further(language: str, first: int) -> Response:
        return _menu(site, language, _OTHERS, f"{MORE}*", first)

    @app.get("/phone")
    def phone() -> Response:
        if not site.demo or not site.phone_url:
            abort(404)
        chosen = request.query_string.decode("ascii", "replace")
        return go(f"{site.phone_url}?{chosen}" if chosen else site.phone_url, 302)


def _menu(site: Site, language: str, title: Text, prefix: str, first: int = 1) -> Response:
    """The services under a digit of the map, as on a phone; the first menu leads to the second.
    Nine numbers a page, from `first` on, so that no list is long to read or to load."""
    signed, after = site.visitor().session is not None, first + _KEYS
    listed = {
        int(one.ussd.removeprefix(prefix)): one
        for one in under(site.services.values(), prefix)
        if _listed(one, signed)
    }
    shown = [one for number, one in listed.items() if first <= number < after]
    if not shown:
        abort(404)
    more = MORE if not prefix else after if max(listed) >= after else ""
    return page(
        site, "menu.html", language, title, public=True, bland=True, prefix=prefix, more=more,
        own=[one for one in shown if one.level > Level.T0],
        common=[one for one in shown if one.level == Level.T0],
        dial=Ltr(site.service_code), way=_in if signed else _way,
    )  # fmt: skip


def _in(one: Service) -> str:
    return f"services/{one.key}"


def _way(one: Service) -> str:
    """Where a service begins for a passer-by: a link that led elsewhere would cost a round trip. On
    what asks for more than a sign-in, its own page says first where that can be had."""
    return f"sign-in?next={one.key}" if one.level == Level.T1 else _in(one)


def _listed(service: Service, signed: bool) -> bool:
    return service.key not in _ELSEWHERE and (signed or service.key not in _PHONE_ONLY)


def add_machines(app: Flask, site: Site) -> None:
    """What machines ask, and the script that the gate loads."""

    @app.get("/health")
    def health() -> Response:
        return _plain("alive", 200)

    @app.get("/ready")
    def ready() -> Response:
        try:
            pending = site.office.store.pending()
        except Exception as error:
            return _plain(f"the store does not answer: {type(error).__name__}", 503)
        if pending:
            return _plain(f"migrations to apply: {', '.join(pending)}. Run `lite migrate`.", 503)
        return _plain("ready", 200)

    @app.get("/static/<name>")
    def script(name: str) -> Response:
        body = site.assets.scripts.get(f"/static/{name}") or abort(404)
        return _script(body, "public, max-age=31536000, immutable")

    @app.get("/worker.js")
    def worker() -> Response:
        response = _script(site.assets.worker, "no-cache")
        response.headers["Content-Security-Policy"] = "default-src 'none';connect-src 'self'"
        return response


def _script(body: bytes, kept: str) -> Response:
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    return Response(body, headers=headers, mimetype="text/javascript")


def _plain(text: str, status: int) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(f"{text}\n", status, headers=headers, mimetype="text/plain")


def add_errors(app: Flask, site: Site) -> None:
    """Small pages in both languages that say where to go; they ask nothing of the store."""

    @app.before_request
    def refuse_strangers() -> None:
        # Where the browser says that another site sent the form, none of ours did.
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site") in (
            "cross-site", "same-site",
        ):  # fmt: skip
            abort(403)

    @app.errorhandler(HTTPException)
    def told(error: HTTPException) -> Response | WsgiResponse:
        status = error.code or 500
        if status < 400:  # an address that lacks its slash
            return error.get_response()
        response = _error(site, status)
        response.headers.extend(
            [(name, value) for name, value in error.get_headers() if name == "Allow"]
        )
        return response

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        _log.error("page failed", extra={"why": type(error).__name__, "page": request.endpoint})
        return _error(site, 500)


def _error(site: Site, status: int) -> Response:
    lines = ERRORS.get(status, _DOWN if status >= 500 else _LOST)
    first = request.path[1:3] if request.path[1:3] in LANGUAGES else LANGUAGES[0]
    halves = [
        {
            "language": language,
            "tag": TAGS[language],
            "dir": DIRECTIONS[language],
            "lines": [said(line, language) for line in lines],
            "home": said(T("Accueil"), language),
        }
        for language in sorted(LANGUAGES, key=lambda one: one != first)
    ]
    html = templates.get_template("error.html").render(
        status=status, halves=halves, css=Markup(site.assets.css), weight=MARK
    )
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    return Response(html, status, headers=headers, mimetype="text/html")
