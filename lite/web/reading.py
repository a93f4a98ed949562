"""A form as it must come: of a browser's type, each field once, none of them a list."""

from __future__ import annotations

from flask import Flask, abort, request

from lite.services.form import LongChoice, questions
from lite.web.site import Site

_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "")


def add_reading(app: Flask, site: Site) -> None:
    """Refuse what cannot be read, rather than guess which of two answers is meant."""
    # What is typed to find a town, and the town that is then chosen, come together.
    found = {
        one.name
        for service in site.services.values()
        for one in questions(service)
        if isinstance(one, LongChoice)
    }

    @app.before_request
    def refuse_riddles() -> None:
        if request.method == "POST" and (request.mimetype not in _TYPES or _riddle(found)):
            abort(400)


def _riddle(found: set[str]) -> bool:
    """Whether a field has two different answers, or is sent as a list (`phone[]`)."""
    return any(
        name.endswith("]") or (len(set(filter(None, values))) > 1 and name not in found)
        for name, values in request.form.lists()
    )
