"""FHIR R4 as it is published: the table of who adds nothing to it."""

from __future__ import annotations

from lite.upstream.fhir_claims import adjudications
from lite.upstream.fhir_dialect import Dialect
from lite.upstream.fhir_values import Resource, codings, positive, rows, text
from lite.upstream.records import DossierStatus, RightStatus

# http://hl7.org/fhir/R4/valueset-remittance-outcome.html; what `complete` came to, amounts tell.
_OUTCOMES = {"queued": DossierStatus.RECEIVED, "partial": DossierStatus.IN_REVIEW}


def standing(answer: Resource) -> tuple[DossierStatus, str]:
    """Where a claim stands: what is complete is approved when something is granted, in part when
    a line is granted nothing; complete without an amount, in error or cancelled is unknown."""
    outcome, status = text(answer.get("outcome")), text(answer.get("status"))
    if status not in ("active", ""):
        return DossierStatus.UNKNOWN, f"{status} {outcome}".strip()
    if outcome != "complete":
        return _OUTCOMES.get(outcome, DossierStatus.UNKNOWN), outcome
    lines = [positive(row.get("amount")) for row in adjudications(answer) if _is_benefit(row)]
    totals = [positive(row.get("amount")) for row in rows(answer.get("total")) if _is_benefit(row)]
    if not any(totals) and not any(lines):
        return DossierStatus.UNKNOWN, outcome
    return (DossierStatus.APPROVED if all(lines) else DossierStatus.PARTLY_APPROVED), outcome


def _is_benefit(row: Resource) -> bool:
    return "benefit" in {one.code.lower() for one in codings(row.get("category"))}


STANDARD = Dialect(
    kind="fhir_r4",
    scheme="",
    # http://terminology.hl7.org/CodeSystem/v2-0203: member, subscriber, insured, medical record
    person_types=("mb", "sn", "niip", "mr"),
    claim_types=(),
    uuid_type="",
    answers=("ExplanationOfBenefit", "ClaimResponse"),
    standing=standing,
    unanswered=DossierStatus.RECEIVED,
    right_status={"active": RightStatus.OPEN, "cancelled": RightStatus.CLOSED},
    claimed="submitted",
    granted="benefit",
)
