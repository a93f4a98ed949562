"""What every answer says to the browser, and how few bytes it takes."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from flask import Flask, Response, request

from lite.text import LANGUAGES
from lite.web.assets import CODINGS, squeezed
from lite.web.page import CHOSE
from lite.web.site import Site

_SMALL = 300  # bytes below which compressing gains nothing
_YEAR = 365 * 24 * 3600


def add_headers(app: Flask, site: Site) -> None:
    """Put the headers on every answer of the application."""

    @app.after_request
    def _finish(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", site.assets.policy)
            response.headers["Referrer-Policy"] = "no-referrer"
            _remember_language(response, site)
            _revalidate(response)
        return response if response.status_code == 304 else _compress(response)


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
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:12], weak=True)
        response.make_conditional(request)


def _compress(response: Response) -> Response:
    if "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    coding = request.accept_encodings.best_match(CODINGS) if len(body) > _SMALL else None
    if coding:
        kept = response.headers.get("Cache-Control") != "no-store"
        response.set_data(_known(body, coding) if kept else squeezed(body, coding, 9))
        response.headers["Content-Encoding"] = coding
    return response


@lru_cache(maxsize=64)
def _known(body: bytes, coding: str) -> bytes:
    """Public pages only: a personal one leaves nothing in memory. Brotli's best costs 5 ms and
    saves a seventh of the bytes, so it is for what is compressed once."""
    return squeezed(body, coding)
