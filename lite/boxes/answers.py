"""What became of the requests that came from a box, in the words of a fund's receipts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lite.store import Store
from lite.store.boxes import AskedRow
from lite.store.requests import RequestRow
from lite.vault import Vault

_AT_ONCE = 500
# Where a request stands here -> what the box is told. That the centre holds it is all that is
# certain until the fund speaks.
_TOLD = {
    "accepted": "accepted", "rejected": "rejected", "ready": "ready", "collected": "collected",
    "expired": "expired",
}  # fmt: skip


def answers(store: Store, vault: Vault, box: str, fund: str) -> Iterator[dict[str, Any]]:
    """A receipt for each request that a box asked of a fund."""
    after = ""
    while page := store.boxes.asked(box, fund, after, _AT_ONCE):
        for asked in page:
            row = store.requests.get(asked.reference) if not asked.refused else None
            yield _refused(asked) if row is None else _answer(store, vault, asked, row)
        after = page[-1].reference


def _refused(asked: AskedRow) -> dict[str, Any]:
    """A request that was not taken; or that nobody knows any more, since its person was erased."""
    reason = {"code": asked.refused or "gone", "label": ""}
    return {
        "key": asked.reference, "state": "rejected", "since": asked.taken_at, "reason": reason,
    }  # fmt: skip


def _answer(store: Store, vault: Vault, asked: AskedRow, row: RequestRow) -> dict[str, Any]:
    state = _TOLD.get(row.state, "acknowledged")
    since = asked.taken_at if state == "acknowledged" else row.changed_at
    told: dict[str, Any] = {"key": row.reference, "state": state, "since": since}
    if row.reason:
        told["reason"] = {"code": row.reason, "label": ""}
    if state == "ready" and (paper := _paper(store, vault, row)):
        told["document"] = paper
    return told


def _paper(store: Store, vault: Vault, row: RequestRow) -> dict[str, Any] | None:
    """The facts of an attestation, as the fund vouched for them."""
    document = store.requests.document(row.reference)
    if document is None or document.revoked_at:
        return None
    facts = json.loads(vault.open(f"documents.sealed:{row.reference}", document.sealed))
    asked = json.loads(vault.open(f"requests.sealed:{row.reference}", row.sealed))
    return {
        "reference": row.reference, "kind": document.kind, "person": asked["insured"],
        "issued_on": document.issued_on, "valid_until": document.valid_until, **facts,
    }  # fmt: skip
