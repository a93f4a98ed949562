"""Attestations of the pretend fund: the facts of one, or the reason there is none.

Each kind is one function of (person, details, day) that gives (total, facts) or a Reason; the
table at the end lists them. Totals and amounts are minor units.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from lite.upstream.pretend_facts import SALARY_MONTHS, benefits, children, months, rights, salaries
from lite.upstream.pretend_people import Person
from lite.upstream.records import Reason, Right, RightStatus

Facts: TypeAlias = tuple[int | None, dict[str, Any]]


def period(details: Mapping[str, str], day: date) -> tuple[str, str] | None:
    """The months asked for (all that are known when none is), None when they make no period."""
    known = months(day, SALARY_MONTHS)
    first, last = details.get("from") or known[0], details.get("to") or known[-1]
    well_formed = all(re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month) for month in (first, last))
    return (first, last) if well_formed and first <= last else None


def _salaries(person: Person, details: Mapping[str, str], day: date) -> Facts | Reason:
    asked = period(details, day)
    if asked is None:
        return Reason("bad_period")
    declared = [salary for salary in salaries(person, day) if asked[0] <= salary.month <= asked[1]]
    if not declared:
        return Reason("no_salary")
    rows = [
        {"month": row.month, "employer": row.employer, "days": row.days, "amount": row.amount}
        for row in declared
    ]
    facts = {"from": asked[0], "to": asked[1], "months": rows}
    return sum(row.amount for row in declared), facts


def _amo(person: Person, details: Mapping[str, str], day: date) -> Facts | Reason:
    opened = [right for right in rights(person, day) if right.status is RightStatus.OPEN]
    own = [right for right in opened if right.insured == person.key]
    if not own:
        return Reason("no_rights")
    covered = {right.insured: right for right in opened}
    family = [member for member in person.dependants if member.key in covered]
    facts = {
        "scheme": own[0].scheme,
        "from": own[0].since,
        "to": own[0].until,
        "dependants": [
            {"name": member.name, "name_ar": member.name_ar, "to": covered[member.key].until}
            for member in family
        ],
    }
    return None, facts


def _registration(person: Person, details: Mapping[str, str], day: date) -> Facts | Reason:
    first: Right | None = next(rights(person, day), None)
    scheme, number = person.key
    if first is None:
        birth, cin = person.insured.birth, person.insured.keys["cin"]
        return None, {"number": None, "cin": cin, "birth": birth}
    return None, {"scheme": scheme, "number": number, "registered_on": first.since}


def _family_allowances(person: Person, details: Mapping[str, str], day: date) -> Facts | Reason:
    found = _benefits(person, "family_allowance", day)
    if found is None:
        return None, {"receiving": False}
    return found[0], found[1] | {"children": children(person, day)}


def _pension(person: Person, details: Mapping[str, str], day: date) -> Facts | Reason:
    found = _benefits(person, "pension", day)
    return found or Reason("no_pension")


def _benefits(person: Person, kind: str, day: date) -> Facts | None:
    paid = [benefit for benefit in benefits(person, day) if benefit.type == kind]
    if not paid:
        return None
    rows = [{"month": benefit.period, "amount": benefit.amount} for benefit in paid]
    facts = {"from": paid[0].period, "to": paid[-1].period, "months": rows}
    return sum(benefit.amount for benefit in paid), facts


PAPERS: dict[str, Callable[[Person, Mapping[str, str], date], Facts | Reason]] = {
    "salaries": _salaries,
    "amo": _amo,
    "registration": _registration,
    "family_allowances": _family_allowances,
    "pension": _pension,
}
