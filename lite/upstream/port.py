"""The port: all that Lite asks of a fund's information system, whatever it speaks.

    pull = fund.pull(cursor, "delta")     # FundDown: try again later; BatchRefused: say why
    for page in pull:
        stage(page.changes, page.quarantined)
    swap(pull.end)                        # a Batch: id, as_of, cursor, complete

The records are in `records`, the outcomes in `answers`; all are named here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from lite.upstream.answers import (
    ATTESTATIONS,
    NOTED,
    REQUEST_TYPES,
    Batch,
    BatchRefused,
    Capabilities,
    Denied,
    Document,
    Found,
    FundDown,
    Health,
    Lookup,
    Mode,
    NotFound,
    Page,
    Progress,
    Pull,
    Quarantined,
    Receipt,
    Refused,
    Request,
    RequestState,
    Submission,
    Unavailable,
    Unreachable,
)
from lite.upstream.changes import Change, upsert
from lite.upstream.records import (
    DOSSIER_KINDS,
    KIND_OF,
    KINDS,
    Benefit,
    Dossier,
    DossierStatus,
    Insured,
    Notice,
    Payment,
    PersonKey,
    Reason,
    Record,
    Right,
    RightStatus,
    Salary,
    key_of,
    person_of,
)
from lite.upstream.writing import canonical, fingerprint, to_json

__all__ = [
    "ATTESTATIONS",
    "DOSSIER_KINDS",
    "KINDS",
    "KIND_OF",
    "NOTED",
    "REQUEST_TYPES",
    "Batch",
    "BatchRefused",
    "Benefit",
    "Capabilities",
    "Change",
    "Denied",
    "Document",
    "Dossier",
    "DossierStatus",
    "Found",
    "Fund",
    "FundDown",
    "Health",
    "Insured",
    "Lookup",
    "Mode",
    "NotFound",
    "Notice",
    "Page",
    "Payment",
    "PersonKey",
    "Progress",
    "Pull",
    "Quarantined",
    "Reason",
    "Receipt",
    "Record",
    "Refused",
    "Request",
    "RequestState",
    "Right",
    "RightStatus",
    "Salary",
    "Submission",
    "Unavailable",
    "Unreachable",
    "canonical",
    "fingerprint",
    "key_of",
    "person_of",
    "to_json",
    "upsert",
]


class Fund(Protocol):
    """One fund behind one adapter. Only `intake` and the carrier of requests may hold it."""

    name: str

    def capabilities(self) -> Capabilities: ...

    def pull(self, since: str | None, mode: Mode) -> Pull:
        """Pages of changes since the adapter's own cursor, or of everything. FundDown at the first
        page or at any other; BatchRefused when the whole fails verification."""

    def lookup(self, person: PersonKey) -> Lookup:
        """What the fund knows of one person now; never raises for a fund that does not answer."""

    def submit(self, request: Request) -> Submission:
        """Hand over a request; the same key twice is one request and the same receipt."""

    def poll(self, receipts: Iterable[Receipt]) -> Mapping[str, Progress]:
        """Progress by receipt reference; one without an explicit answer is absent, so pending."""

    def document(self, receipt: Receipt) -> Document | None:
        """The attestation, None while it is not ready."""

    def health(self) -> Health:
        """Never raises: an unreachable fund is an answer."""
