"""Is it really you? Each SMS and each call of an agent carries a reference that can be checked.

A reference is good for 24 hours and for the phone that was contacted: one that a swindler had
sent to his own phone proves nothing on another.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from lite.clock import instant, stamp
from lite.desk.facts import Contact
from lite.desk.office import Office
from lite.store.contacts import ContactRow
from lite.text import Ltr, T, Text, say

LIFE = timedelta(hours=24)
# An expired one is told from a false one for so long: « not ours » would be untrue.
_KEPT = timedelta(days=7)
# Wrong tries a day: the chance to hit one of a phone's living references stays near 10^-5.
TRIES = 10
_DAY = timedelta(hours=24)


def begin(office: Office, phone: str, about: str, agent: str = "") -> str:
    """A new contact with a phone (E.164), by an agent if named: its six digits, random and not
    given to another living contact of this phone."""
    now, index = office.clock.now(), office.index(phone)
    with office.store.transaction():
        office.store.contacts.forget(stamp(now - _KEPT))
        while True:
            reference = f"{secrets.randbelow(10**6):06}"
            sealed = office.seal(_place(index, reference), agent) if agent else ""
            row = ContactRow(index, reference, about, sealed, stamp(now), stamp(now + LIFE))
            if office.store.contacts.add(row):
                return reference


def signed(lines: Sequence[Text], reference: str, language: str) -> list[Text]:
    """The lines of an SMS with its contact reference: last, but for the line that a browser
    reads, `@host #code`, which is nothing unless it is the last."""
    line = T("SMS {reference}", reference=Ltr(reference))
    bound = bool(lines) and say(lines[-1], language).startswith("@")
    return [*lines[:-1], line, lines[-1]] if bound else [*lines, line]


def check(office: Office, phone: str, reference: str, counted: str) -> Contact:
    """What a phone (its blind index) may be told of a reference. A wrong try counts for
    `counted`, over 24 hours."""
    store, now = office.store, office.clock.now()
    with store.transaction(f"tries:{counted}"):
        if len(store.access.failures(counted, stamp(now - _DAY))) >= TRIES:
            return Contact("spent")
        row = store.contacts.find(phone, reference)
        if row is None:
            store.access.fail(counted, stamp(now))
            return Contact("unknown")
    agent = office.open(_place(phone, reference), row.sealed) if row.sealed else ""
    state: Literal["ours", "old"] = "ours" if row.expires_at > stamp(now) else "old"
    return Contact(state, row.about, agent, instant(row.at))


def _place(phone: str, reference: str) -> str:
    return f"contacts.sealed:{phone}/{reference}"
