"""The phones that speak for a person, and how one of them stops."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lite.clock import stamp
from lite.identity import audit
from lite.store import Store
from lite.vault import Vault


@dataclass(frozen=True)
class Held:
    """A phone (E.164, and its blind index) that speaks for a person. `by` says who told us:
    `counter` or a fund."""

    phone: str
    index: str
    by: str


def held(store: Store, vault: Vault, person: str) -> list[Held]:
    """Every phone that speaks for a person now, in the order of its digits."""
    bound = store.enrolments.bound(person)
    known = {vault.hash("phone", phone): phone for phone in _told(store, vault, person)}
    return sorted(
        (Held(known[index], index, by) for index, by in bound.items() if index in known),
        key=lambda one: one.phone,
    )


def _told(store: Store, vault: Vault, person: str) -> Iterator[str]:
    """Every number we were ever told for a person, at a counter or by a fund."""
    for row in store.enrolments.of_person(person):
        yield vault.open(f"enrolments.sealed:{row.id}", row.sealed).decode()
    for kept in store.people.records(person, "insured"):
        told = vault.open(f"records.sealed:{kept.fund}/{kept.kind}/{kept.key}", kept.sealed)
        yield from json.loads(told).get("phones") or ()


def lose(store: Store, vault: Vault, person: str, index: str, by: str, now: datetime) -> bool:
    """A phone (its blind index) is lost: it speaks for this person no more, at once; its access
    codes die and the person's web sessions end. It speaks on for others who share it. False if
    it did not speak for this person."""
    with store.transaction():
        if index not in store.enrolments.bound(person):
            return False
        audit.append(store, vault, by, "phone_lost", person, "", now)
        return store.enrolments.unbind(index, person, stamp(now))
