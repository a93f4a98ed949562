"""Which dossiers exist in the pretend fund, and of what shape: nothing here depends on the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from random import Random

from lite.numbers import with_check
from lite.upstream.pretend_people import Person, heads
from lite.upstream.records import DOSSIER_KINDS

PERIOD = 91  # days after which a dossier begins anew
_COUNTS = {0: 4, 1: 1, 2: 0, 3: 30}  # the first ranks show several, one, none, many
_OTHERS = (2, 3, 1, 0, 4, 2, 6)

# Codes, kinds and words of the reasons: the published practice of both funds, in our own codes.
REASONS = {
    "HD60": ("reimbursement", "Dépôt hors délai de 60 jours"),
    "OUV": ("reimbursement", "Droits non ouverts"),
    "ORIG": ("reimbursement", "Pièces originales manquantes"),
    "CB": ("reimbursement", "Codes-barres ou prix des médicaments non joints"),
    "NOM": ("reimbursement", "Nom du patient non porté par le praticien"),
    "INPE": ("reimbursement", "INPE, cachet ou signature du praticien manquant"),
    "ICE": ("reimbursement", "Facture non conforme : IF ou ICE manquant"),
    "RADIO": ("reimbursement", "Radiographie dentaire avant ou après manquante"),
    "EP": ("prise_en_charge", "Acte fait sans entente préalable"),
    "IPE-INC": ("ipe", "Dossier d’indemnité incomplet"),
    "IPE-780": ("ipe", "Moins de 780 jours déclarés"),
    "IPE-260": ("ipe", "Moins de 260 jours dans les 12 derniers mois"),
    "IPE-OTHER": ("ipe", "Perte d’emploi volontaire ou demande hors délai"),
    "AF-CERT": ("family_allowance", "Certificat de scolarité non reçu"),
}
MISSING = {
    "reimbursement": ("prescription", "invoice"),
    "prise_en_charge": ("medical_report",),
    "ald": ("medical_report",),
    "family_allowance": ("school_certificate",),
    "pension": ("life_certificate", "bank_details"),
}
DIRHAMS = {
    "reimbursement": (120, 4800),
    "prise_en_charge": (6000, 90000),
    "family_allowance": (300, 1008),
    "pension": (1000, 4200),
    "ipe": (1900, 3100),
    "ij_maladie": (700, 5200),
    "ij_maternite": (8000, 18500),
    "deces": (6000, 12000),
}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a dossier is like: its kind, and the status it rests in, or None when it moves."""

    kind: str
    rests: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One dossier of one person before any day is known."""

    number: str
    person: Person
    shape: Shape
    phase: int
    age: int
    claimed: int | None


@cache
def cases() -> tuple[Case, ...]:
    """Every dossier, person by person: each takes the fitting shape that was dealt least."""
    dealt: Counter[Shape] = Counter()
    return tuple(
        _case(person, place, _deal(person, dealt))
        for person in heads()
        for place in range(_COUNTS.get(person.rank, _OTHERS[person.rank % len(_OTHERS)]))
    )


def _deck() -> Iterator[Shape]:
    """One that moves, one refused, one at rest, and again: whoever holds three sees all sorts."""
    moving = [Shape(kind) for kind in DOSSIER_KINDS]
    refused = [Shape(kind, "rejected", code) for code, (kind, _) in REASONS.items()]
    resting = [Shape("reimbursement", status) for status in _RESTING]
    resting += [Shape("reimbursement", "appealed", "OUV")]
    resting += [Shape(kind, "info_requested") for kind in MISSING]
    resting += [Shape(kind, "paid") for kind in DIRHAMS]
    resting += [Shape(kind, "approved") for kind in ("entente_prealable", "ald")]
    for row in zip_longest(moving, refused, dict.fromkeys(resting)):
        yield from filter(None, row)


_RESTING = (
    *("paid", "in_review", "info_requested", "approved", "received", "returned_by_bank"),
    *("partly_approved", "medical_review", "closed", "unknown"),
)
_DECK = tuple(_deck())


def _deal(person: Person, dealt: Counter[Shape]) -> Shape:
    shape = min((shape for shape in _DECK if _fits(shape.kind, person)), key=lambda s: dealt[s])
    dealt[shape] += 1
    return shape


def _fits(kind: str, person: Person) -> bool:
    worker = person.job == "worker"
    return {
        "pension": person.job == "retired",
        "ipe": worker,
        "ij_maladie": worker,
        "ij_maternite": worker and person.woman,
        "family_allowance": worker and len(person.dependants) > 1,
    }.get(kind, True)


def _case(person: Person, place: int, shape: Shape) -> Case:
    rng = Random(f"lite dossier {person.rank} {place}")
    body = f"1{person.rank:02d}{place:02d}{rng.randint(0, 999):03d}"
    low, high = DIRHAMS.get(shape.kind, (0, 0))
    claimed = rng.randint(low * 20, high * 20) * 5 if high else None
    return Case(
        with_check(body),
        person,
        shape,
        phase=rng.randrange(PERIOD),
        age=rng.randint(10, 75),
        claimed=claimed,
    )
