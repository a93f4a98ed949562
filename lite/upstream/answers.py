"""What goes through the port besides records: pulls, requests, and every honest outcome."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from lite.upstream.changes import Change as Change
from lite.upstream.changes import upsert as upsert
from lite.upstream.records import PersonKey, Reason, Record

Mode: TypeAlias = Literal["delta", "full"]
ATTESTATIONS = ("salaries", "amo", "registration", "family_allowances", "pension")
# What a fund takes note of, and makes no paper of.
NOTED = ("callback", "complaint", "life", "address", "post")
REQUEST_TYPES = (*ATTESTATIONS, *NOTED)


class RequestState(StrEnum):
    """Where a request stands; `accepted`, `rejected`, `ready` and later are the fund's words."""

    QUEUED = "queued"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    READY = "ready"
    COLLECTED = "collected"
    EXPIRED = "expired"


class FundDown(Exception):
    """The fund did not answer a pull, a poll or a document; again after `retry_after` seconds.

    `reason` is for an operator: no address, no password, nobody's data.
    """

    def __init__(self, retry_after: int, reason: str = "") -> None:
        super().__init__(f"the fund does not answer; try again in {retry_after} s")
        self.retry_after, self.reason = retry_after, reason


class BatchRefused(Exception):
    """The batch fails verification: keep the old data and the old `as_of`, and say `reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the fund can do; `deltas` that are only a hint force a nightly full pull.

    `files`: a pull is one batch of files that its sender could have checked, so too many bad rows
    or far fewer rows than before refuse it; from a live API what could be read is used.
    `schemes`: those of the people's numbers, where they are known beforehand.
    `whole`: each batch is everything, what it lacks is gone, and none is learned twice.
    """

    kind: str
    version: str
    deltas: Literal["none", "hint", "complete"]
    tombstones: bool
    lookup: bool
    submit: bool
    cadence: int  # seconds between two pulls that make sense
    files: bool = False
    schemes: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row that could not be read: where it was, why, and what it said (never shown to a user)."""

    where: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Page:
    """A bounded part of a pull, in the order of the source."""

    changes: tuple[Change, ...]
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What is known once every page is read.

    `as_of` is what the source vouches for, else the start of the pull. `complete` is said only of
    a full pull that lacks nothing: then, and only then, a key that was not sent is gone.
    `partial`: something could not be read; what could be is used. `isolated`: of a full pull, all
    but single rows could: what it named is known as of now. `cursor` belongs to the adapter.
    `more`: the next batch waits already; pull again with this cursor. `expires`: from then on
    nothing that it told may be kept.
    """

    id: str
    as_of: datetime
    cursor: str | None
    complete: bool
    partial: bool = False
    more: bool = False
    isolated: bool = False
    expires: datetime | None = None


class Pull:
    """The pages of one pull, read once and in order; nothing but the current page is held.
    `expected`: how many rows there will be, where the adapter knows, and then `read` says how many
    were read so far: some are passed over, since a later one replaces them."""

    def __init__(
        self, pages: Generator[Page, None, Batch], expected: int | None = None,
        read: Callable[[], int] | None = None,
    ) -> None:  # fmt: skip
        self._pages, self.expected, self.read = pages, expected, read
        self._end: Batch | None = None

    def __iter__(self) -> Iterator[Page]:
        self._end = yield from self._pages

    @property
    def end(self) -> Batch:
        """The batch; RuntimeError while a page is left to read."""
        if self._end is None:
            raise RuntimeError("the end of a pull is known after its last page")
        return self._end


@dataclass(frozen=True, slots=True)
class Found:
    """The person's own records, and nobody else's."""

    records: tuple[Record, ...]
    as_of: datetime


@dataclass(frozen=True, slots=True)
class NotFound:
    """The fund answered: it knows no such person."""

    as_of: datetime


@dataclass(frozen=True, slots=True)
class Unavailable:
    """The fund did not answer, or cannot look up; again after `retry_after` seconds."""

    retry_after: int


@dataclass(frozen=True, slots=True)
class Denied:
    """The fund answered that we may not know; asking again does not help."""

    reason: str


Lookup: TypeAlias = Found | NotFound | Unavailable | Denied


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of the fund. `key` is the idempotency key: sent twice, it is one request.

    `type` is one of REQUEST_TYPES; `salaries` reads the months `from` and `to` of `details`.
    `asked_at`: when its person asked, ISO-8601 UTC, where that is known.
    """

    key: str
    type: str
    insured: PersonKey
    details: Mapping[str, str] = field(default_factory=dict)
    asked_at: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The fund holds the request, under its own reference; nothing is decided yet. Not `held`: it
    is on its way with whoever carries it, and only the fund's word will say that it came."""

    reference: str
    held: bool = field(default=True, compare=False)


@dataclass(frozen=True, slots=True)
class Unreachable:
    """No explicit answer: the request stays pending; the same key again after `retry_after` s."""

    retry_after: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The fund will not take this request; sending it again does not help."""

    reason: Reason


Submission: TypeAlias = Receipt | Unreachable | Refused


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a submitted request is, since when, and why if it was rejected."""

    state: RequestState
    since: datetime
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The facts of a ready attestation as the fund vouches for them, and its file if it gives one.

    `total` is the sum printed on the paper, in minor units, None when the kind has none. `facts`
    is ready for `json`; money in it is minor units too. `issued_on`, `valid_until`: ISO dates.
    """

    reference: str
    kind: str
    person: PersonKey
    issued_on: str
    valid_until: str
    name: str
    name_ar: str
    total: int | None
    currency: str
    facts: Mapping[str, Any]
    file: bytes | None = None
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the fund answers, how far its clock is from ours (s), and its last good `as_of`."""

    reachable: bool
    clock_skew: float | None
    last_good: datetime | None
