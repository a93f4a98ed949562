"""Where somebody wanted to go, carried through the sign-in: a service of ours and its choices."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from flask import request

from lite.services.form import SURE, Service, questions
from lite.web.questions import addressable
from lite.web.site import Site

_LONGEST = 200  # characters


def sign_in(language: str, service: Service, given: Mapping[str, str]) -> str:
    """The address of the sign-in that leads back to this page of this service."""
    return f"/{language}/sign-in?{urlencode({'next': _place(service, given)})}"


def wanted(site: Site) -> str:
    """What led to the sign-in, `dossiers?dossier=…`; empty for what is no page of ours. No address
    is taken over as it came: it is made anew, of a service's key and of what it may be asked."""
    key, _, query = request.values.get("next", "").partition("?")
    service = site.services.get(key)
    return _place(service, dict(parse_qsl(query[:_LONGEST]))) if service else ""


def _place(service: Service, given: Mapping[str, str]) -> str:
    known = {
        one.name: given[one.name]
        for one in questions(service)
        if one.name in given and one.name != SURE and addressable(service, [one])
    }
    query = urlencode(known)
    return f"{service.key}?{query}" if 0 < len(query) <= _LONGEST else service.key
