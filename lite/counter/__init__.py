"""The counter: pages for the staff of an agency, who enrol a phone and print a card."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from lite.counter import acts, boxes, entry, files, gate, handing
from lite.counter.room import Room
from lite.desk.door import Door
from lite.desk.office import Office
from lite.papers.keys import PaperKeys

_UNSIGNED = PaperKeys()
__all__ = ["make_counter"]

ROUTES = (*entry.ROUTES, *files.ROUTES, *acts.ROUTES, *boxes.ROUTES, *handing.ROUTES)


def make_counter(
    office: Office, *, secure: bool, service_code: str,
    card_pdf: Callable[[str], bytes] | None = None, papers: PaperKeys = _UNSIGNED,
) -> Blueprint:  # fmt: skip
    """The pages under `/counter/`, to be registered in a Flask application.

    `secure` says that every visitor comes by https, as behind a proxy that ends it; without it
    only https and loopback addresses can sign in. `card_pdf` issues a new card to a person (an
    id) and gives it as a PDF; without it no page offers a card. `papers` sign what is handed over.
    """
    room = Room(office, Door(office, "counter"), secure, service_code, card_pdf, papers)
    blueprint = Blueprint("counter", __name__, url_prefix="/counter")
    gate.open_routes(blueprint, room, ROUTES)
    return blueprint
