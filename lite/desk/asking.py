"""Asking a fund: a request of the person's own, a letter that carries it, a reference at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lite.clock import instant, stamp
from lite.desk import post
from lite.desk.facts import Announced, Cancelled, Person, Request
from lite.desk.office import Office
from lite.numbers import new_reference
from lite.store.requests import RequestRow
from lite.text import Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

_SHOWN = 30  # requests in a list
# Until the fund holds it, a request can be taken back; a call-back until it was made.
CANCELLABLE = ("queued", "sent", "acknowledged")
ATTESTATIONS = ("salaries", "amo", "registration", "family_allowances", "pension")


def ask(desk: Desk, kind: str, details: Mapping[str, str], receipt: Sequence[Text]) -> str:
    """Write the request and its letter, once for each idempotency key; the reference."""
    office, store = desk.office, desk.office.store
    once = office.vault.hash("once", desk.once)
    if made := store.requests.made_by(once):
        return made.reference
    reference = _fresh(office, kind)
    now, person = stamp(desk.now), desk.person
    phone = details.get("phone") or desk.phone or ""
    content = {"details": dict(details), "phone": phone, "insured": person.key if person else ""}
    row = RequestRow(
        reference=reference, once=once, person=person.id if person else None,
        phone=office.index(phone) if phone else secrets.token_hex(8), kind=kind,
        language=desk.language, state="queued", reason="", asked_at=now, changed_at=now,
        fund=person.fund if person else "", receipt="",
        sealed=office.seal(f"requests.sealed:{reference}", content, person.id if person else ""),
    )  # fmt: skip
    store.requests.add(row)
    if person:
        letter = {"reference": reference, "type": kind, "fund": person.fund, **content}
        post.request(office, person.id, letter, f"request-{reference}")
    if receipt and desk.door == "ussd":
        desk.text([*receipt, Text("{value}", {"value": reference})], "receipt")
    return reference


def _fresh(office: Office, kind: str) -> str:
    """A reference that nobody has yet."""
    family = "attestation" if kind in ATTESTATIONS else kind
    while True:
        reference = new_reference(family)
        if office.store.requests.get(reference) is None:
            return reference


def requests(office: Office, person: Person | None, index: str) -> list[Request]:
    """What a person asked for, and the call-backs that this phone asked for in nobody's name: a
    stranger's, or those of a phone that several people share. The latest first, so many that
    somebody would still look for one among them."""
    rows = office.store.requests.of_person(person.id) if person else []
    rows += office.store.requests.of_phone(index) if index else []
    rows.sort(key=lambda row: row.asked_at, reverse=True)
    carried = _carried(office) if rows else set()
    return [_request(office, row, row.fund in carried) for row in rows[:_SHOWN]]


def _carried(office: Office) -> set[str]:
    """The funds that a stick goes to and fro for."""
    return {row.name for row in office.store.people.funds() if row.expires_at}


def announced(office: Office, reference: str) -> Announced | None:
    """What a reference proves to whoever holds it: that something was announced, and when."""
    found = office.store.requests.announced(reference)
    if found is None:
        return None
    kind, state, asked_at, held_at, fund = found
    held, carried = instant(held_at) if held_at else None, fund in _carried(office)
    return Announced(kind, state, instant(asked_at), held, carried)


def _request(office: Office, row: RequestRow, carried: bool) -> Request:
    content = office.open(f"requests.sealed:{row.reference}", row.sealed)
    return Request(
        reference=row.reference,
        kind=row.kind,
        state=row.state,
        reason=row.reason,
        asked_at=instant(row.asked_at),
        changed_at=instant(row.changed_at),
        details=content["details"],
        carried=carried,
    )


def cancel(desk: Desk, reference: str) -> Cancelled | None:
    """Move the request to `cancelled` if it can still be, and keep its letter from leaving; None
    when it is too late. A letter that left is not called back: no fund offers that."""
    if reference not in {request.reference for request in desk.requests()}:
        return None
    store, now, letter = desk.office.store, stamp(desk.now), f"request-{reference}"
    store.letters.withdraw(letter, now)
    if not store.requests.move(reference, CANCELLABLE, "cancelled", "", now):
        return None
    return "left" if store.letters.left(letter) else "kept"
