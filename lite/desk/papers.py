"""Is this paper genuine? What a checker may learn, and what they never learn: the amount."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from lite.clock import stamp
from lite.desk.facts import Paper
from lite.desk.office import Office
from lite.numbers import mask_name
from lite.store.requests import DocumentRow

TRIES = 3
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
        kind=row.kind,
        issued_on=date.fromisoformat(row.issued_on),
        valid_until=date.fromisoformat(row.valid_until),
        revoked=row.revoked_at is not None,
        masked_name=mask_name(name),
        has_total=facts["total"] is not None,
    )


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
