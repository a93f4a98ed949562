"""Has the SIM behind a phone changed hands? A port: operators know, where somebody asks them.

Asked by the worker alone, before a change is carried out, never within a turn. An operator answers
later, or never: then the 72 hours and the notices stand alone, as they do while this is off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from lite.clock import CASABLANCA, stamp
from lite.identity import enrolment, phones
from lite.store import Store
from lite.vault import Vault

# An answer is good for so long, and waited for so long.
FRESH = timedelta(hours=24)
PATIENCE = timedelta(hours=1)


class SimCheck(Protocol):
    """Asks operators."""

    def ask(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """Begin a check of each number (E.164): number -> the name of its check, by which its
        answer will come. One that no operator can check is absent. Raises when nobody knows what
        became of asking: it is tried again."""
        ...


class Off:
    """Nobody is asked."""

    def ask(self, numbers: Sequence[str]) -> Mapping[str, str]:
        return {}


def awaited(store: Store, vault: Vault, sims: SimCheck, person: str, now: datetime) -> bool:
    """Whether operators are still to say something of a person's phones; asks them first. To be
    called outside a transaction: it may take seconds."""
    wanted, waits = [], False
    for held in phones.held(store, vault, person):
        check = store.sims.asked(held.index, stamp(now - FRESH))
        if check is None:
            wanted.append(held.phone)
        elif not check[1]:
            waits |= check[0] > stamp(now - PATIENCE)
    checks = sims.ask(wanted) if wanted else {}
    with store.transaction():
        for phone, id in checks.items():
            store.sims.ask(id, vault.hash("phone", phone), stamp(now))
    return waits or bool(checks)


def learn(store: Store, id: str, swapped: bool, on: str, now: datetime) -> None:
    """An operator's answer to a check; `on` is the day of the last change, `DD-MM-YYYY`. A change
    counts from the end of its day, or from now if the day is not said."""
    with store.transaction():
        phone = store.sims.answered(id, stamp(now))
        if phone and swapped:
            enrolment.sim_changed(store, phone, min(now, _end_of(on) or now))


def _end_of(day: str) -> datetime | None:
    try:
        read = datetime.strptime(day, "%d-%m-%Y").replace(tzinfo=CASABLANCA)
    except ValueError:
        return None
    return read + timedelta(days=1)
