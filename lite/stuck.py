"""Letters that need an operator: given up, refused for a setting's sake, or behind a shut lane."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lite.store.lanes import FAILURES

if TYPE_CHECKING:
    from lite.app import House

# What an operator mends before refused letters are sent again.
_REMEDIES = {
    "InvalidSenderId": "have the gateway register LITE_AT_SENDER",
    "RiskHold": "ask the gateway to lift it",
    "CouldNotRoute": "ask the gateway for this operator",
}


def stuck(house: House) -> Iterator[tuple[bool, str]]:
    """(well, what it is and what to do); nothing of a store that lacks migrations."""
    if house.store.pending():
        return
    yield from _waiting(house)
    for state in ("dead", "refused"):
        for kind, reason, number in house.store.shelf.reasons(state):
            remedy = _REMEDIES.get(reason, "see what it is" if state == "dead" else "")
            again = f"lite letters retry --all --state {state} --because '{reason}' --reason …"
            todo = f"; {remedy}, then `{again}`" if remedy else ""
            yield not remedy, f"letters {kind}, {state}: {number}, {reason}{todo}"
    for lane in house.store.lanes.all():
        name = lane.route or lane.kind
        says = f"the way to {name}: shut after {lane.failures} failures in a row, {lane.reason}"
        if lane.failures >= FAILURES:
            yield False, f"{says}; one letter tries at {lane.retry_at[:19]}Z"


def _waiting(house: House) -> Iterator[tuple[bool, str]]:
    for kind, route, state, number, oldest in house.store.shelf.counts():
        if state == "unknown":
            says = f"letters {kind}, unknown: {number}, the oldest of {oldest[:16]}"
            yield False, f"{says}; a report or time settles them (lite letters --state unknown)"
        if state == "waiting" and route and route not in house.settings.funds:
            yield False, f"requests to {route}: {number} wait (LITE_UPSTREAM lacks it)"
