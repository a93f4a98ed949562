"""What a fund tells: one frozen record a fact, its name on the wire, its key and its fingerprint.

Money is an integer of minor units (centimes) beside its ISO 4217 currency; days are ISO dates
and months `YYYY-MM`, as text; a person is named by a `PersonKey`. Where a record came from (fund,
batch, `as_of`, `fetched_at`) belongs to the batch that brought it, not to the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias


class PersonKey(NamedTuple):
    """A person as one scheme numbers them; `str()` gives `cnss:123456789`, its form on the wire."""

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @classmethod
    def read(cls, text: str) -> PersonKey:
        """The key that `str()` wrote; ValueError when there is no scheme or no value."""
        scheme, _, value = text.partition(":")
        if not scheme or not value:
            raise ValueError(f"not a person key: {text!r}; expected scheme:value")
        return cls(scheme, value)


class DossierStatus(StrEnum):
    """Where a dossier stands. A code of the fund that no table maps is `unknown`, never a guess."""

    RECEIVED = "received"
    IN_REVIEW = "in_review"
    INFO_REQUESTED = "info_requested"
    MEDICAL_REVIEW = "medical_review"
    APPROVED = "approved"
    PARTLY_APPROVED = "partly_approved"
    REJECTED = "rejected"
    APPEALED = "appealed"
    PAID = "paid"
    RETURNED_BY_BANK = "returned_by_bank"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class RightStatus(StrEnum):
    """Whether a right may be used."""

    OPEN = "open"
    CLOSED = "closed"
    SUSPENDED = "suspended"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a code, and the fund's own label when it gives one."""

    code: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Insured:
    """A person, the family they belong to and the phones they deposited in person (E.164)."""

    keys: Mapping[str, str]
    family: str = field(metadata={"wire": "family_key"})
    role: Literal["head", "dependant"]
    name: str
    birth: str = field(metadata={"wire": "birth_date"})
    phones: tuple[str, ...] = ()
    name_ar: str = ""
    language: Literal["fr", "ar"] | None = None

    @property
    def key(self) -> PersonKey:
        """The first of the keys: the one the adapter names this person by."""
        return PersonKey(*next(iter(self.keys.items())))


@dataclass(frozen=True, slots=True)
class Right:
    """The right of one person to one regime's cover; `until` empty means no known end."""

    insured: PersonKey
    scheme: str
    status: RightStatus
    since: str | None = field(default=None, metadata={"wire": "from"})
    until: str | None = field(default=None, metadata={"wire": "to"})
    reason: Reason | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One file at the fund, its status and the day (`since`) of its last move."""

    number: str
    insured: PersonKey
    kind: str
    submitted_on: str | None
    status: DossierStatus
    since: str | None
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = field(default=(), metadata={"wire": "missing_documents"})
    claimed: int | None = None
    approved: int | None = None
    paid: int | None = None
    currency: str = "MAD"
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money sent, for a dossier or for a benefit (their numbers); the account is masked."""

    number: str
    insured: PersonKey
    dossier: str | None
    benefit: str | None
    amount: int
    currency: str
    executed_on: str
    account: str = field(default="", metadata={"wire": "masked_account"})


@dataclass(frozen=True, slots=True)
class Benefit:
    """An allowance or a pension of one period (a month, unless the fund says otherwise)."""

    number: str
    insured: PersonKey
    type: str
    period: str
    amount: int
    currency: str
    status: str


@dataclass(frozen=True, slots=True)
class Salary:
    """What one employer declared for one person and one month."""

    insured: PersonKey
    employer: str
    month: str
    days: int
    amount: int
    currency: str = "MAD"


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of the fund to a person: a code and its parameters, no free medical text."""

    number: str
    insured: PersonKey
    code: str
    parameters: Mapping[str, str]


Record: TypeAlias = Insured | Right | Dossier | Payment | Benefit | Salary | Notice

KINDS: dict[str, type[Record]] = {
    "insured": Insured,
    "right": Right,
    "dossier": Dossier,
    "payment": Payment,
    "benefit": Benefit,
    "salary": Salary,
    "notice": Notice,
}
KIND_OF: dict[type[Record], str] = {record: kind for kind, record in KINDS.items()}

DOSSIER_KINDS = (
    "reimbursement", "prise_en_charge", "entente_prealable", "ald", "family_allowance", "pension",
    "ipe", "ij_maladie", "ij_maternite", "deces",
)  # fmt: skip


def key_of(record: Record) -> str:
    """The key of the record among those of its kind, the same from a pull and from a lookup."""
    match record:
        case Insured():
            return str(record.key)
        case Right():
            return f"{record.insured}/{record.scheme}/{record.since or ''}"
        case Salary():
            return f"{record.insured}/{record.employer}/{record.month}"
        case _:
            return record.number


def person_of(record: Record) -> PersonKey:
    """Whom the record is about: what is checked before it is stored or shown."""
    return record.key if isinstance(record, Insured) else record.insured
