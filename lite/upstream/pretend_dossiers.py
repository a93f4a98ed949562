"""The dossiers of the pretend fund: a pure function of the person, the dossier and the day.

Numbers never change. Dates roll: every dossier begins anew each PERIOD days, on a day of its own,
so that a demo opened in any year shows recent dates. *Resting* dossiers keep one status for ever
(each status and each reason is always there to be seen); *moving* ones walk the path of their kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from lite.upstream.pretend_cases import MISSING, PERIOD, REASONS, Case, cases
from lite.upstream.records import Dossier, DossierStatus, Reason

_EPOCH = date(2026, 1, 1)
_LAG = {
    "received": 0,
    "in_review": 3,
    "info_requested": 6,
    "medical_review": 5,
    "approved": 9,
    "partly_approved": 9,
    "rejected": 8,
    "appealed": 20,
    "paid": 14,
    "returned_by_bank": 18,
    "closed": 40,
    "unknown": 4,
}
_PATHS = {
    "reimbursement": "received 0 in_review 2 approved 6 paid 9",
    "prise_en_charge": "received 0 in_review 1 medical_review 3 approved 8 closed 40",
    "entente_prealable": "received 0 medical_review 2 approved 6",
    "ald": "received 0 medical_review 5 approved 20",
    "family_allowance": "received 0 info_requested 8 in_review 20 approved 30 paid 35",
    "pension": "received 0 in_review 10 info_requested 20 in_review 34 approved 50 paid 60",
    "ipe": "received 0 in_review 5 rejected 15 appealed 25 in_review 40 approved 55 paid 60",
    "ij_maladie": "received 0 in_review 4 medical_review 7 approved 12 paid 15",
    "ij_maternite": "received 0 in_review 4 approved 12 paid 16",
    "deces": "received 0 in_review 7 approved 21 paid 28",
}
_BILLED = ("reimbursement", "prise_en_charge")  # a sum is claimed; elsewhere the fund computes it
_REFUSED_ON_ITS_PATH = "IPE-780"  # only the path of an `ipe` meets a refusal
_GRANTED = ("approved", "partly_approved", "paid", "returned_by_bank", "closed")


def dossiers(day: date) -> Iterator[Dossier]:
    """All dossiers as they stand on that day."""
    return (_dossier(case, day) for case in cases())


def _dossier(case: Case, day: date) -> Dossier:
    kind, rests = case.shape.kind, case.shape.rests
    passed = (day - _EPOCH).days - case.phase
    start = day - timedelta(days=passed % PERIOD)
    if rests:
        submitted = start - timedelta(days=case.age)
        status, moved = rests, min(_LAG[rests], case.age)
    else:
        submitted = start
        status, moved = _step(kind, passed % PERIOD)
    approved = _approved(case, status)
    return Dossier(
        number=case.number,
        insured=case.person.key,
        kind=kind,
        submitted_on=submitted.isoformat(),
        status=DossierStatus(status),
        since=(submitted + timedelta(days=moved)).isoformat(),
        reasons=_reasons(case, status),
        missing=MISSING.get(kind, ()) if status == "info_requested" else (),
        claimed=case.claimed if kind in _BILLED else None,
        approved=approved,
        paid=approved if status == "paid" else None,
        raw="X77" if status == "unknown" else status.upper(),
    )


def _step(kind: str, passed: int) -> tuple[str, int]:
    words = _PATHS[kind].split()
    steps = [(status, int(at)) for status, at in zip(words[::2], words[1::2], strict=True)]
    return [step for step in steps if step[1] <= passed][-1]


def _reasons(case: Case, status: str) -> tuple[Reason, ...]:
    if status not in ("rejected", "appealed"):
        return ()
    code = case.shape.code or _REFUSED_ON_ITS_PATH
    return (Reason(code, REASONS[code][1]),)


def _approved(case: Case, status: str) -> int | None:
    """70 % of a billed sum (45 % when part of it was refused), the whole of a computed one."""
    if status not in _GRANTED or case.claimed is None:
        return None
    if case.shape.kind not in _BILLED:
        return case.claimed
    return case.claimed * (45 if status == "partly_approved" else 70) // 100
