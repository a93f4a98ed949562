"""Being served at a relay point without a network: only for who agreed to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import Response, request

from lite.counter.gate import Route
from lite.counter.page import go
from lite.counter.room import Visit
from lite.identity import boxes
from lite.identity.consent import BOX_CURRENT, BOX_TEXTS, of_box
from lite.text import LANGUAGES, Text


class Box(NamedTuple):
    """A box, whether the person agreed to be served there, and what is read to them first."""

    name: str
    agreed: bool
    lines: Sequence[Text]


def listed(visit: Visit) -> list[Box]:
    """The boxes there are, for the person of the open file."""
    theirs = set(visit.store.boxes.of_person(visit.clerk.person))
    return [
        Box(row.name, row.name in theirs, of_box(BOX_CURRENT, row.name, row.days))
        for row in visit.store.boxes.all()
    ]


def agree(visit: Visit) -> Response:
    """The text was read to the person, who agreed."""
    given = request.form
    name, version, spoken = (given.get(one, "") for one in ("box", "version", "spoken"))
    known = visit.store.boxes.get(name) is not None and version in BOX_TEXTS
    if "agreed" not in given or spoken not in LANGUAGES or not known:
        return go("/counter/file?done=box-no")
    clerk = visit.clerk
    boxes.agree(
        visit.store, visit.vault, name, clerk.person, version, spoken, clerk.name, visit.now
    )
    return go("/counter/file?done=box")


def end(visit: Visit) -> Response:
    """They want it no more."""
    clerk, name = visit.clerk, request.form.get("box", "")
    boxes.disagree(visit.store, visit.vault, name, clerk.person, clerk.name, visit.now)
    return go("/counter/file?done=box-end")


ROUTES = (
    Route("POST", "/box", agree, file="shown"),
    Route("POST", "/box-end", end),
)
