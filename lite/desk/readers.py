"""Who looked at a person's file or acted on it, as the audit log tells it to that person.

What persons do with their own file is no entry of this list; nor is what the house does by itself,
unless somebody at the keyboard asked for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lite.clock import instant
from lite.desk import mandates
from lite.desk.office import Office
from lite.identity import audit
from lite.numbers import mask_phone
from lite.store.audit import AuditRow
from lite.text import Ltr, T, Text

MOST = 20  # entries that a person is told
_SEARCHED = 200  # entries looked through for them
_HELPER = "helper:"
_READ = frozenset({
    "found", "shown", "enrolled", "card_printed", "card_lost", "phone_lost", "audit_read",
    "exported", "helper_acted",
})  # fmt: skip
_ROLES = {"clerk": T("Agent {name}"), "supervisor": T("Superviseur {name}")}


@dataclass(frozen=True, slots=True)
class Reading:
    """One look or act: who, what, and why where a reason was asked for."""

    at: datetime
    who: Text
    what: Text
    why: Text | None


def readings(office: Office, person: str) -> list[Reading]:
    """Who read the file or acted on it, the latest first, `MOST` at most."""
    rows = office.store.audit.of_person(person, _SEARCHED)
    return [_reading(office, row) for row in list(_told(rows))[:MOST]]


def _told(rows: Sequence[AuditRow]) -> Iterator[AuditRow]:
    """Entries that a person is told: of a file that was opened, then shown, the stronger one."""
    shown: set[str] = set()
    for row in rows:
        if row.act == "found" and row.who in shown:
            shown.discard(row.who)
        elif row.act in _READ and (row.who != audit.SYSTEM or row.act == "exported"):
            shown |= {row.who} if row.act == "shown" else set()
            yield row


def _reading(office: Office, row: AuditRow) -> Reading:
    if row.who.startswith(_HELPER):
        used = mandates.USES.get(row.detail, audit.ACTS[row.act])
        return Reading(instant(row.at), _helper(office, row), used, None)
    why = audit.REASONS.get(row.detail)
    return Reading(instant(row.at), _staff(office, row.who), audit.ACTS[row.act], why)


def _staff(office: Office, name: str) -> Text:
    account = office.store.staff.get(name)
    if account is None:
        return T("Administrateur")
    return Text(_ROLES[account.role].id, {"name": Ltr(name)})


def _helper(office: Office, row: AuditRow) -> Text:
    """A helper by the end of their number, which the person gave; it goes with the mandate."""
    mandate = office.store.mandates.given(row.who.removeprefix(_HELPER), row.person)
    if mandate is None:
        return T("Votre aidant")
    phone = mandates.opened(office, mandate.id, mandate.sealed)
    return T("Votre aidant {phone}", phone=Ltr(mask_phone(phone)))
