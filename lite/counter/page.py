"""A page of the counter: one template, one inlined stylesheet, nothing kept anywhere."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Request, Response, request
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from lite.clock import hour
from lite.counter.room import LANGUAGE, Visit
from lite.text import DIRECTIONS, LANGUAGES, Ltr, T, Text, Value, say

_HERE = Path(__file__).parent
_TAGS = {"fr": "fr", "ar": "ar-MA"}
_NAMES = {"fr": "Français", "ar": "العربية"}
_OTHER = {"fr": "ar", "ar": "fr"}
_CSS = re.sub(r"\s+", " ", (_HERE / "counter.css").read_text("utf-8")).strip()
_STYLE = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE}'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_templates = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=True, auto_reload=False,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


class Page(Response):
    """An answer of this room. Its policy is its own, whatever the application around it puts on
    every page: set where nobody comes after."""

    def get_wsgi_headers(self, environ: Any) -> Any:
        headers = super().get_wsgi_headers(environ)
        headers.update(_HEADERS)
        if self.mimetype == "text/html":
            headers["Content-Security-Policy"] = _POLICY
        return headers


def page(visit: Visit, template: str, title: Text, *, status: int = 200, **values: Any) -> Response:
    """Render a page in the visit's language."""
    language = visit.language

    def t(id: str, **fields: Value) -> Markup:
        return said(T(id, **fields), language)

    html = _templates.get_template(template).render(
        t=t,
        said=said,
        lines=lambda text: said(text, language),
        language=language,
        languages=LANGUAGES,
        names=_NAMES,
        tags=_TAGS,
        directions=DIRECTIONS,
        other=_OTHER[language],
        css=Markup(_CSS),
        get=request.method == "GET",
        title=title,
        who=visit.who,
        until=Ltr(hour(visit.who.until)) if visit.who else "",
        csrf=visit.token() if visit.who else "",
        **values,
    )
    response = Page(html, status, mimetype="text/html")
    return _remember_language(response, request, visit)


def message(visit: Visit, title: Text, lines: Sequence[Text], status: int = 200) -> Response:
    """A page that only says something."""
    return page(visit, "message.html", title, status=status, says=lines)


def go(location: str) -> Response:
    """Send the browser elsewhere, by GET."""
    return Page(status=303, headers={"Location": location}, mimetype="text/plain")


def pdf(body: bytes, name: str) -> Response:
    """A paper to print."""
    response = Page(body, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def said(text: Text, language: str) -> Markup:
    """A sentence as HTML, each of its values isolated (Unicode FSI/LRI), so that a number keeps
    its order inside Arabic."""
    return escape(say(text, language, _isolated))


def _isolated(shown: str, value: Value) -> str:
    name = isinstance(value, str) and not isinstance(value, Ltr)
    start = "\u2068" if name else "\u2066"
    return f"{start}{shown}\u2069"


def _remember_language(response: Response, asked: Request, visit: Visit) -> Response:
    if asked.args.get("lang") in LANGUAGES:
        response.set_cookie(
            LANGUAGE, visit.language, path="/counter", httponly=True, samesite="Lax",
            secure=visit.room.secure or asked.is_secure,
        )  # fmt: skip
    return response
