"""The worker, for as much of its work as a test waits for."""

from __future__ import annotations

from lite.app import House
from lite.outbox import Outbox
from lite.sms import wishes


def grants_wishes(house: House) -> None:
    """Look into every code that a page asked for."""
    Outbox(house.store, house.clock, {"wish": wishes.carrier(house.office)}).run_once()
