"""What every answer says to the browser, and how few bytes it takes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Container

from flask import Flask, Response, g, request

from lite.services.form import questions
from lite.text import LANGUAGES
from lite.web import weight
from lite.web.assets import CODINGS
from lite.web.echo import repeated
from lite.web.page import CHOSE
from lite.web.site import Site

_SMALL = 300  # bytes below which compressing gains nothing
_WHOLE, _FRAGMENT = 3400, 500  # bytes of a page's body, and of what htmx swaps
_YEAR = 365 * 24 * 3600
_PACKED = ("text/html", "text/csv", "text/plain", "text/javascript")


def add_headers(app: Flask, site: Site) -> None:
    """Put the headers on every answer of the application."""
    ours = {*site.services, *(one.name for all in site.services.values() for one in questions(all))}

    @app.after_request
    def _finish(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", site.assets.policy)
            response.headers["Referrer-Policy"] = "no-referrer"
            _remember_language(response, site)
            _revalidate(response)
        return response if response.status_code == 304 else _compress(response, ours)


def _remember_language(response: Response, site: Site) -> None:
    """A cookie only once the person chose; it says the language and nothing else."""
    language = request.path[1:3]
    if CHOSE in request.args and language in LANGUAGES:
        secure = site.secure or request.is_secure
        response.set_cookie(
            "language", language, max_age=_YEAR, secure=secure, httponly=True, samesite="Lax"
        )


def _revalidate(response: Response) -> None:
    """A public page may be kept, and is asked again: unchanged, it costs no body."""
    if response.status_code == 200 and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache"
        digest = hashlib.sha256(response.get_data()).digest()
        response.set_etag(base64.urlsafe_b64encode(digest[:6]).decode(), weak=True)
        response.make_conditional(request)
        del response.headers["Date"]  # the server in front writes it


def _compress(response: Response, ours: Container[str]) -> Response:
    """Pack the body as the browser can read it, and let it say its weight."""
    if "Content-Encoding" in response.headers or response.mimetype not in _PACKED:
        return response
    body = response.get_data()
    own = response.headers.get("Cache-Control") == "no-store"
    coding = request.accept_encodings.best_match(CODINGS) if len(body) > _SMALL else None
    if coding is None or (own and repeated(body, ours)):
        response.set_data(weight.bare(body, _head(response)))
        return response
    response.headers["Content-Encoding"] = coding
    head = _head(response)
    if own and "bland" not in g:
        goal = _FRAGMENT if "HX-Request" in request.headers else _WHOLE
        response.set_data(weight.quick(body, coding, head, goal))
    else:
        response.set_data(weight.best(body, coding, head))
    return response


def _head(response: Response) -> int:
    """Bytes of the status line and the headers as HTTP/1.1 writes them, but for the length."""
    lines = sum(
        len(f"{name}: {value}\r\n".encode())
        for name, value in response.headers
        if name != "Content-Length"
    )
    return len(f"HTTP/1.1 {response.status}\r\n\r\n") + lines
