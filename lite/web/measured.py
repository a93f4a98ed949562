"""Every page is a turn of the web's door; and `/metrics`, for who watches this machine."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from flask import Flask, Response, abort, request

from lite import trace
from lite.web.site import Site

# Prometheus' text format.
_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_NEARBY = ("127.0.0.1", "::1")


def add_turns(app: Flask, site: Site) -> None:
    """Say of each page's turn which service it was of, and what came of it."""

    @app.after_request
    def note(response: Response) -> Response:
        trace.note(str((request.view_args or {}).get("key", "")), _outcome(response.status_code))
        return response


def _outcome(status: int) -> str:
    return "failed" if status >= 500 else "refused" if status >= 400 else "answered"


def add_metrics(app: Flask, text: Callable[[], bytes], token: str) -> None:
    """`/metrics` for this machine's own watcher, or for whoever shows the token. What came
    through a proxy is a stranger's: behind one everybody seems to be near."""

    @app.get("/metrics")
    def metrics() -> Response:
        given = request.headers.get("Authorization", "").encode()
        shown = bool(token) and hmac.compare_digest(given, f"Bearer {token}".encode())
        relayed = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
        if not shown and (relayed or request.remote_addr not in _NEARBY):
            abort(404)
        return Response(text(), headers={"Cache-Control": "no-store"}, content_type=_TYPE)
