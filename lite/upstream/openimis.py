"""openIMIS: a dialect of FHIR R4, and nothing but a table.

Facts of release 26.04, read on its demo data; where releases differ, the rule holds for both.
"""

from __future__ import annotations

from lite.upstream.fhir_dialect import Dialect
from lite.upstream.fhir_values import Resource, codings, positive, rows, text
from lite.upstream.records import DossierStatus, RightStatus

# The stages of a claim, as `claim-status` codes and as their names.
_STAGES = {
    "1": 1, "rejected": 1, "2": 2, "entered": 2, "4": 4, "checked": 4, "8": 8, "processed": 8,
    "16": 16, "valuated": 16,
}  # fmt: skip
_STANDING = {
    2: DossierStatus.RECEIVED,
    4: DossierStatus.IN_REVIEW,
    8: DossierStatus.IN_REVIEW,
    16: DossierStatus.APPROVED,  # a valuation, never a payment
}


def standing(response: Resource) -> tuple[DossierStatus, str]:
    """Where a claim stands: never from `outcome`, which is `complete` for what was rejected as
    for what was valuated, but from what was decided on each line, and on the totals.

    A line's stage is its furthest adjudication; a claim's, that of its slowest line which was
    not rejected. All lines rejected and no total: rejected. A code that no table maps: unknown.
    """
    lines = [_stages(line) for line in rows(response.get("item"))]
    lines = [line for line in lines if line]
    totals = _totals(response)
    held = totals.union(*lines)
    told = sorted(held, key=lambda code: (_STAGES.get(code, 0), code))
    raw = f"{text(response.get('outcome'))}: {' '.join(told)}".strip(": ")
    if any(code not in _STAGES for code in told):
        return DossierStatus.UNKNOWN, raw
    return _standing([{_STAGES[code] for code in line} for line in lines], totals), raw


def _standing(lines: list[set[int]], totals: set[str]) -> DossierStatus:
    going = [max(line) for line in lines if 1 not in line]
    if lines and not going:
        return DossierStatus.UNKNOWN if totals else DossierStatus.REJECTED
    if not lines and totals:
        going = [max(_STAGES[code] for code in totals)]
    status = _STANDING.get(min(going, default=0), DossierStatus.UNKNOWN)
    if status is DossierStatus.APPROVED and len(going) < len(lines):
        return DossierStatus.PARTLY_APPROVED
    return status


def _stages(line: Resource) -> set[str]:
    """The stages that one line reached, by the codes of the list of stages alone."""
    held = (row.get("category") for row in rows(line.get("adjudication")))
    return {code for category in held for code in _status_codes(category)}


def _totals(response: Resource) -> set[str]:
    """The stages that have a total; one of nothing is none."""
    held = (row for row in rows(response.get("total")) if positive(row.get("amount")))
    return {code for row in held for code in _status_codes(row.get("category"))}


def _status_codes(category: object) -> set[str]:
    held = list(codings(category))
    named = [one for one in held if one.system.rstrip("/").endswith("claim-status")]
    bare = [one for one in held if not one.system]
    return {(one.code or one.display).lower() for one in named or bare}


OPENIMIS = Dialect(
    kind="openimis",
    scheme="openimis",
    person_types=("code", "chfid", "sb"),
    claim_types=("code", "mr"),
    uuid_type="uuid",
    answers=("ClaimResponse",),
    standing=standing,
    unanswered=DossierStatus.UNKNOWN,
    right_status={
        "active": RightStatus.OPEN,
        "cancelled": RightStatus.CLOSED,
        "expired": RightStatus.CLOSED,
        "suspended": RightStatus.SUSPENDED,
    },
    claimed="2",
    granted="16",
    lines_summed=False,  # a line's amount is the price of one
    answer_dated=False,  # `created` is the day of the reading
    family_covered=True,
    pages="offset",
    page_size=50,
    slash=True,
    instant="%Y-%m-%dT%H:%M:%S",  # anything else is a server error
    login="login/",
    health="Patient/?_count=1",  # it has no /metadata
    submit=False,
    whole_below=200,
    extensions={"head": "patient-is-head", "family": "patient-group-reference"},
)
