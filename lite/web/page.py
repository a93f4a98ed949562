"""A page: a template, said in one language, whole or only the part that changes."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request
from jinja2 import Environment, FileSystemLoader
from jinja2.ext import Extension
from markupsafe import Markup

from lite.clock import hour
from lite.desk.facts import Stop
from lite.identity.sessions import Session
from lite.services.stops import headline
from lite.text import DIRECTIONS, Ltr, T, Text, Value, say
from lite.web.dress import said
from lite.web.relay import vary
from lite.web.site import Site
from lite.web.weight import MARK

_log = logging.getLogger("lite.web")

TAGS = {"fr": "fr", "ar": "ar-MA"}
NAMES = {"fr": "Français", "ar": "العربية"}
OTHER = {"fr": "ar", "ar": "fr"}

_WEIGHT = T("{weight} Ko", weight=Ltr(MARK))  # of this page, as it travels
CHOSE = "l"  # in an address: the person chose this language
_LONGEST = 300  # characters of a query


class Tight(Extension):
    """Templates without the line ends and indentation that no reader sees: a line end beside a
    tag is nothing, elsewhere a space."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        bare = re.sub(r"(?<=[>}])\s*\n\s*|\s*\n\s*(?=[<{])", "", source.strip())
        return re.sub(r"\s*\n\s*", " ", bare)


templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    auto_reload=False,
    extensions=[Tight],
)


def page(
    site: Site, template: str, language: str, title: Text, *, status: int = 200,
    public: bool = False, wrong: bool = False, bland: bool = False, **values: Any,
) -> Response:  # fmt: skip
    """Render a page. `public` pages are the same for every passer-by and may be kept; `bland` ones
    say nothing about whoever is signed in but until when; `wrong` ones say in their title that
    something is to be corrected."""

    def t(id: str, **fields: Value) -> Markup:
        return said(T(id, **fields), language)

    name = say(T("Erreur : {title}", title=title) if wrong else title, language)
    html = templates.get_template(template).render(
        site=site,
        t=t,
        said=lambda text: said(text, language),
        whole="HX-Request" not in request.headers,
        language=language,
        tag=TAGS[language],
        dir=DIRECTIONS[language],
        name=name,
        title=title,
        css=Markup(site.assets.css),
        gate=Markup(site.assets.gate),
        other=OTHER[language],
        other_name=NAMES[OTHER[language]],
        twin=twin(language),
        signed=(session := site.visitor().session) is not None,
        open=_open(session) if session else None,
        stops=_stops(site, language),
        headline=headline,
        weight=said(_WEIGHT, language),
        **values,
    )
    response = Response(html, status, mimetype="text/html")
    response.headers["Vary"] = "Accept-Encoding, Cookie, HX-Request"
    vary(response)
    if not public or session or request.method == "POST":
        response.headers["Cache-Control"] = "no-store"
    if bland and request.method == "GET":
        g.bland = True
    return response


def _open(session: Session) -> Text:
    """Until when the pages stay open, if nothing more is done; what a card opened closes first."""
    ends, shown = Ltr(hour(session.ends)), Ltr(hour(session.until))
    if shown == ends:
        return T("Session ouverte jusqu'à {hour}", hour=ends)
    return T("Montants visibles jusqu'à {shown}, session ouverte jusqu'à {hour}",
             shown=shown, hour=ends)  # fmt: skip


def _stops(site: Site, language: str) -> Sequence[Stop]:
    """What is stopped, for the line on top; the page of the state says it whole. A page that says
    that we are down needs no store."""
    if request.path.endswith("/status"):
        return ()
    try:
        return site.desk(language).stops()
    except Exception as error:
        _log.error("notices not read", extra={"why": type(error).__name__})
        return ()


def twin(language: str) -> str:
    """The address of this page in the other language; without its query if that is no query of
    ours, for it stands in the page."""
    known = [(key, value) for key, value in request.args.items(multi=True) if key != CHOSE]
    known = known if len(request.query_string) <= _LONGEST else []
    return f"/{OTHER[language]}{request.path[3:]}?{urlencode([*known, (CHOSE, '1')])}"


def go(location: str, status: int = 303) -> Response:
    """Send the browser elsewhere, in as few bytes as it takes."""
    headers = {"Location": location, "Cache-Control": "no-store"}
    return Response(status=status, headers=headers, mimetype="text/plain")
