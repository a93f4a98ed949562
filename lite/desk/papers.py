"""Is this paper genuine? What a checker may learn, and what they never learn: the amount."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from lite.clock import instant, local, stamp
from lite.desk.facts import OwnPaper, Paper
from lite.desk.office import Office
from lite.numbers import mask_name
from lite.store.requests import DocumentRow, RequestRow

if TYPE_CHECKING:
    from lite.desk.service import Desk

TRIES = 3
_PROVED = 2  # the level of who gave a code of the card
_DAY = timedelta(hours=24)


class Compared(StrEnum):
    """What a checker is told of a total."""

    SAME = "same"
    DIFFERENT = "different"
    SPENT = "spent"
    NOTHING = "nothing"


def paper(office: Office, reference: str, language: str) -> Paper | None:
    """The paper of a reference, with a name masked in the reader's script."""
    row = office.store.requests.document(reference)
    if row is None:
        return None
    facts = _facts(office, row)
    name = facts["name_ar"] if language == "ar" and facts["name_ar"] else facts["name"]
    return Paper(
        reference=reference,
        kind=_kind(row, facts),
        issued_on=date.fromisoformat(row.issued_on),
        valid_until=date.fromisoformat(row.valid_until),
        revoked=_taken_back(row),
        replaced=_replaced(office, row, facts),
        masked_name=mask_name(name),
        has_total=facts["total"] is not None,
    )


def own(desk: Desk) -> list[OwnPaper]:
    """The attestations that are ready for the person at the desk, the latest first.
    PermissionError before a code of their card was given."""
    if desk.level < _PROVED:
        raise PermissionError("what a paper says is shown after a code of the card")
    rows = desk.office.store.requests.of_person(desk.whose("attestation"))
    found = [_own(desk.office, row) for row in rows]
    return [one for one in found if one]


def whole(office: Office, reference: str) -> OwnPaper | None:
    """The paper of a reference, whole: for whoever hands it over."""
    asked = office.store.requests.get(reference)
    return _own(office, asked) if asked else None


def _own(office: Office, asked: RequestRow) -> OwnPaper | None:
    row = office.store.requests.document(asked.reference)
    if row is None:
        return None
    facts = _facts(office, row)
    return OwnPaper(
        reference=row.reference, kind=_kind(row, facts), fund=asked.fund, issued_on=row.issued_on,
        valid_until=row.valid_until, name=facts["name"], name_ar=facts["name_ar"],
        total=facts["total"], currency=facts["currency"], facts=facts["facts"],
        revoked=_taken_back(row),
        replaced=_replaced(office, row, facts),
    )  # fmt: skip


def _kind(row: DocumentRow, facts: Mapping[str, Any]) -> str:
    """What the paper says, which is not always what was asked for: that there is nothing."""
    told = facts.get("facts")
    if told is None:
        return row.kind
    if row.kind == "registration" and not told.get("number"):
        return "no_registration"
    if row.kind == "family_allowances" and told.get("receiving") is False:
        return "no_family_allowances"
    return row.kind


def _taken_back(row: DocumentRow) -> date | None:
    return local(instant(row.revoked_at)).date() if row.revoked_at else None


def _replaced(office: Office, row: DocumentRow, facts: Mapping[str, Any]) -> date | None:
    """When the same person got a later paper of the same kind, for the same months if it has
    any: what is checked should be the last one."""
    asked = office.store.requests.get(row.reference)
    if asked is None or asked.person is None:
        return None
    rows = office.store.requests.of_person(asked.person)
    alike = [one.reference for one in rows if one.kind == asked.kind and _later(one, asked)]
    later = [found for one in alike if (found := office.store.requests.document(one))]
    days = [one.issued_on for one in later if _period(_facts(office, one)) == _period(facts)]
    return date.fromisoformat(max(days)) if days else None


def _later(one: RequestRow, other: RequestRow) -> bool:
    return (one.asked_at, one.reference) > (other.asked_at, other.reference)


def _period(facts: Mapping[str, Any]) -> tuple[Any, Any]:
    return facts["facts"].get("from"), facts["facts"].get("to")


def compare(office: Office, reference: str, minor: int, now: datetime) -> Compared:
    """Same or different. Wrong tries count for the paper, whoever makes them, over 24 hours."""
    row = office.store.requests.document(reference)
    total = _facts(office, row)["total"] if row else None
    if total is None:
        return Compared.NOTHING
    subject = f"total:{reference}"
    if len(office.store.access.failures(subject, stamp(now - _DAY))) >= TRIES:
        return Compared.SPENT
    if minor == total:
        return Compared.SAME
    office.store.access.fail(subject, stamp(now))
    return Compared.DIFFERENT


def _facts(office: Office, row: DocumentRow) -> dict[str, Any]:
    facts: dict[str, Any] = office.open(f"documents.sealed:{row.reference}", row.sealed)
    return facts
