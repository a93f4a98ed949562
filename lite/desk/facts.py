"""What a service is told of the world: small frozen facts, each with its date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar

from lite.numbers import mask_name

T = TypeVar("T")
# What became of a request that was taken back: its letter was kept, or had left.
Cancelled = Literal["kept", "left"]


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """Something a fund told, and since when it is known (the oldest date of what it holds)."""

    value: T
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    """One insured person."""

    id: str
    name: str
    name_ar: str
    birth: str
    key: str
    fund: str
    language: str | None

    @property
    def masked(self) -> str:
        """What may be shown on a phone that others may read."""
        return mask_name(self.name)

    @property
    def masked_ar(self) -> str:
        """The same in Arabic letters."""
        return mask_name(self.name_ar)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One file at the fund; amounts in minor units."""

    number: str
    kind: str
    status: str
    since: date | None
    submitted_on: date | None
    reasons: tuple[str, ...]
    label: str
    missing: tuple[str, ...]
    claimed: int | None
    approved: int | None
    paid: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class Right:
    """Whether one person is covered; `born` is the year, for a member of the family."""

    scheme: str
    status: str
    until: date | None
    born: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked through Lite."""

    reference: str
    kind: str
    state: str
    reason: str
    asked_at: datetime
    changed_at: datetime
    details: Mapping[str, str] = field(default_factory=dict)
    carried: bool = False  # to the centre, on a stick


@dataclass(frozen=True, slots=True)
class Paper:
    """An attestation as the fund vouches for it: what a checker may be told. `revoked` is the day
    on which it was taken back, `replaced` that of a later paper of the same kind and period."""

    reference: str
    kind: str
    issued_on: date
    valid_until: date
    revoked: date | None
    replaced: date | None
    masked_name: str
    has_total: bool


@dataclass(frozen=True, slots=True)
class OwnPaper:
    """The person's own attestation, whole: `facts` as the fund returned them, `total` in minor
    units of `currency`, None on a paper without one; days are ISO dates."""

    reference: str
    kind: str
    fund: str
    issued_on: str
    valid_until: str
    name: str
    name_ar: str
    total: int | None
    currency: str
    facts: Mapping[str, Any]
    revoked: date | None
    replaced: date | None


@dataclass(frozen=True, slots=True)
class Announced:
    """What anybody may be told of a request: when it came to Lite, and since when a fund holds
    it, if one does; if it is `carried` there on a stick, since when the centre does."""

    kind: str
    state: str
    asked_at: datetime
    held_at: datetime | None
    carried: bool = False


@dataclass(frozen=True, slots=True)
class FundState:
    """How fresh one fund's word is; `down_since` when it stopped answering; `shares` how much of
    the time it answered, by window. Of what a stick brought: `until` when it may be kept, and
    since when it is `erased`."""

    fund: str
    as_of: datetime | None
    down_since: datetime | None
    shares: tuple[Share, ...] = ()
    until: datetime | None = None
    erased: datetime | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Of the last `days`, `seen` days are known; the fund answered in `permille` of that time."""

    days: int
    seen: int
    permille: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A planned stop or an incident, in the reader's language. `ends_at` is the expected return,
    `next_at` the hour of the next news: one of the two at least. `said` holds words by name
    (`stops`, `works`, `agency`, `post`, `contact`, `hours`, `pending`), none of them empty,
    `instead` what to do, by the key of the function that stops (or `all`). `at` is when this was
    written, `before` the returns that were promised earlier, `own` a silence that was noticed by
    itself, `late` that the promised hour is past and nobody said more."""

    fund: str
    services: tuple[str, ...]
    planned: bool
    own: bool
    begun: bool
    starts_at: datetime
    ends_at: datetime | None
    next_at: datetime | None
    said: Mapping[str, str]
    instead: tuple[tuple[str, str], ...]
    at: datetime
    before: tuple[datetime, ...] = ()
    late: bool = False

    def has(self, service: str) -> bool:
        """Whether this function is stopped now."""
        return self.begun and ("all" in self.services or service in self.services)


@dataclass(frozen=True, slots=True)
class Contact:
    """What became of checking a reference. `ours` (of the last 24 hours) and `old` tell of a
    contact that this phone had: about what, when, and the agent's first name if it was a call.
    `unknown`: this phone had none; `spent`: too many wrong tries today."""

    state: Literal["ours", "old", "unknown", "spent"]
    about: str = ""
    agent: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An agency or a relay point, in the reader's language."""

    name: str
    address: str
    hours: str
    phone: str
    demo: bool


def day(text: Any) -> date | None:
    """The day that a fund wrote as ISO text, None for none or nonsense."""
    return _day(str(text)[:10])


@lru_cache(maxsize=1024)
def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
