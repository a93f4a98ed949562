"""The other facts of the pretend fund: rights, salaries, benefits, payments and notices of a day.

Keys and amounts of a month never change; the window of months rolls with the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from lite.upstream.pretend_dossiers import dossiers
from lite.upstream.pretend_people import MIGRATING, Person, heads
from lite.upstream.records import (
    Benefit,
    Dossier,
    Insured,
    Notice,
    Payment,
    PersonKey,
    Reason,
    Record,
    Right,
    RightStatus,
    Salary,
)

SALARY_MONTHS, BENEFIT_MONTHS = 24, 12
_STATUSES = {
    5: (RightStatus.CLOSED, Reason("OUV", "Moins de 54 jours déclarés en 6 mois")),
    10: (RightStatus.SUSPENDED, Reason("CONTRIB", "Cotisations de l’employeur non versées")),
    17: (RightStatus.UNKNOWN, None),
    27: (RightStatus.CLOSED, Reason("END", "Fin d’activité")),
    39: (RightStatus.SUSPENDED, Reason("CONTRIB", "Cotisations non versées")),
}
_OPEN: tuple[RightStatus, Reason | None] = (RightStatus.OPEN, None)
ENDING_SOON = (0, 12, 30)  # ranks whose rights end within a month of any day
_EMPLOYERS = (
    "Conserveries Tafoukt SARL",
    "Atelier Benromana & Fils",
    "Textiles du Mizan SA",
    "Ferme des Citronniers",
    "Transports Boukandil",
)
# CNSS: 300 DH for each of the first three children, 36 DH for each of the next three.
_ALLOWANCE = (30000, 30000, 30000, 3600, 3600, 3600)
_ALLOWANCE_AGE = 21


@lru_cache(maxsize=4)
def world(day: date) -> tuple[Record, ...]:
    """Everything the fund knows on that day, in one fixed order."""
    return tuple(_world(day))


def _world(day: date) -> Iterator[Record]:
    for person in heads():
        yield person.insured
        yield from person.dependants
        yield from rights(person, day)
    for dossier in dossiers(day):
        yield dossier
        yield from _payment(dossier)
    for person in heads():
        for benefit in benefits(person, day):
            yield benefit
            yield _benefit_payment(benefit)
        yield from salaries(person, day)
        yield from _notices(person, day)


def rights(person: Person, day: date) -> Iterator[Right]:
    """The head's right, then each dependant's: the same, but for a grown-up child's suspension.
    Whom no fund numbers has none."""
    if person.job == "none":
        return
    status, reason = _STATUSES.get(person.rank, _OPEN)
    scheme, since = person.key.scheme, f"{2012 + person.rank % 9}-03-01"
    until = _until(person, status, day)
    if person.rank in MIGRATING:
        moved = Reason("MIGRATED", "Transféré à la CNSS")
        yield Right(person.key, "cnops", RightStatus.CLOSED, since, "2025-12-31", moved, "CLOSED")
        since = "2026-01-01"
    yield Right(person.key, scheme, status, since, until, reason, status.upper())
    for dependant in person.dependants:
        state = (status, reason)
        if status is RightStatus.OPEN and _is_student(dependant, day) and person.rank % 2:
            state = (RightStatus.SUSPENDED, Reason("AF-CERT", "Certificat de scolarité non reçu"))
        from_day = max(since, dependant.birth)
        yield Right(dependant.key, scheme, state[0], from_day, until, state[1], state[0].upper())


def _until(person: Person, status: RightStatus, day: date) -> str | None:
    """Pensioners have no end; the others a rolling one, so that open rights are never past."""
    if status is RightStatus.CLOSED:
        return (_quarter(day) - timedelta(days=1)).isoformat()
    if person.rank in ENDING_SOON:
        return (day + timedelta(days=20 - day.toordinal() % 14)).isoformat()
    if person.job == "retired":
        return None
    return (_quarter(_quarter(day) + timedelta(days=280)) - timedelta(days=1)).isoformat()


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _is_student(dependant: Insured, day: date) -> bool:
    return 12 <= age(dependant, day) < 30 and not dependant.key.value.endswith("-01")


def age(insured: Insured, day: date) -> int:
    """Whole years on that day."""
    birth = date.fromisoformat(insured.birth)
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def months(day: date, count: int) -> list[str]:
    """The `count` months before that of the day, oldest first, as `YYYY-MM`."""
    last = day.year * 12 + day.month - 1
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(last - count, last)]


def salaries(person: Person, day: date) -> Iterator[Salary]:
    """Declared months of a worker: 24 of them, an employer changed on the way, short months."""
    if person.job != "worker":
        return
    wage = Random(f"lite wage {person.rank}").randint(30, 190) * 10000
    for month in months(day, SALARY_MONTHS):
        rng = Random(f"lite salary {person.rank} {month}")
        days = rng.choice((26, 26, 26, 26, 22, 13))
        place = person.rank + (month >= f"{2025 + person.rank % 3}-07")
        employer = _EMPLOYERS[place % len(_EMPLOYERS)]
        yield Salary(person.key, employer, month, days, wage * days // 26)


def children(person: Person, day: date) -> int:
    """How many children give right to an allowance that day."""
    return sum(age(child, day) < _ALLOWANCE_AGE for child in person.dependants[1:])


def benefits(person: Person, day: date) -> Iterator[Benefit]:
    """Twelve months of family allowance for a worker with children, of pension for a retired."""
    kind, amount = _benefit(person, day)
    for month in months(day, BENEFIT_MONTHS) if amount else ():
        number = f"{person.key.value}-{month}"
        yield Benefit(number, person.key, kind, month, amount, "MAD", "paid")


def _benefit(person: Person, day: date) -> tuple[str, int]:
    if person.job == "retired":
        pension = Random(f"lite pension {person.rank}").randint(100, 420) * 1000
        return "pension", pension
    if person.job == "worker":
        return "family_allowance", sum(_ALLOWANCE[: children(person, day)])
    return "", 0


def _payment(dossier: Dossier) -> Iterator[Payment]:
    if dossier.paid is not None and dossier.since:
        yield Payment(
            f"V{dossier.number}",
            dossier.insured,
            dossier.number,
            None,
            dossier.paid,
            dossier.currency,
            dossier.since,
            _account(dossier.insured),
        )


def _benefit_payment(benefit: Benefit) -> Payment:
    return Payment(
        f"V{benefit.number}",
        benefit.insured,
        None,
        benefit.number,
        benefit.amount,
        benefit.currency,
        f"{benefit.period}-25",
        _account(benefit.insured),
    )


def _account(person: PersonKey) -> str:
    return f"****{Random(f'lite account {person}').randint(1000, 9999)}"


def _notices(person: Person, day: date) -> Iterator[Notice]:
    """What each kind of person is told: a certificate to bring, a control, an end of rights."""
    november = f"{day.year - (day.month < 11)}-11"
    number = f"{person.key.value}-{november}"
    if person.job == "retired":
        yield Notice(f"{number}-LIFE", person.key, "life_certificate", {"month": november})
    students = [child for child in person.dependants[1:] if 12 <= age(child, day) < 26]
    for child in students:
        parameters = {"name": child.name, "month": november}
        code = f"{number}-SCHOOL-{child.key.value[-2:]}"
        yield Notice(code, person.key, "school_certificate", parameters)
