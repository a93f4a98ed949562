"""The counter: pages for the staff of an agency, who enrol a phone and print a card."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from lite.counter import acts, boxes, entry, files, gate
from lite.counter.room import Room
from lite.desk.door import Door
from lite.desk.office import Office

__all__ = ["make_counter"]

ROUTES = (*entry.ROUTES, *files.ROUTES, *acts.ROUTES, *boxes.ROUTES)


def make_counter(
    office: Office, *, secure: bool, service_code: str,
    card_pdf: Callable[[str], bytes] | None = None,
) -> Blueprint:  # fmt: skip
    """The pages under `/counter/`, to be registered in a Flask application.

    `secure` says that every visitor comes by https, as behind a proxy that ends it; without it
    only https and loopback addresses can sign in. `card_pdf` issues a new card to a person (an
    id) and gives it as a PDF; without it no page offers a card.
    """
    room = Room(office, Door(office, "counter"), secure, service_code, card_pdf)
    blueprint = Blueprint("counter", __name__, url_prefix="/counter")
    gate.open_routes(blueprint, room, ROUTES)
    return blueprint
