"""How far the requests are that a fund holds: asked, filed, announced."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from lite.clock import Clock, stamp
from lite.intake.revoking import Revoking, Tell
from lite.store import Store
from lite.store.requests import DocumentRow, RequestRow
from lite.text import T, Text
from lite.upstream import port
from lite.vault import Vault

# How far a request is: the fund's word never takes one back to where we had it already.
_ORDER = [
    "queued", "sent", "acknowledged", "accepted", "rejected", "ready", "collected", "expired",
]  # fmt: skip


@dataclass(frozen=True)
class Settling:
    """Learns how far requests are. `tell` posts an SMS to whoever asked."""

    store: Store
    vault: Vault
    clock: Clock
    tell: Tell

    def settle(self, fund: port.Fund) -> int:
        """Ask a fund how far its requests are; how many moved. A fund that is down moves none."""
        try:
            moved = self._waiting(fund, self.store.requests.waiting(fund.name))
            return moved + Revoking(self.store, self.vault, self.clock, self.tell).look(fund)
        except port.FundDown:
            return 0

    def _waiting(self, fund: port.Fund, rows: Sequence[RequestRow]) -> int:
        progress = fund.poll([port.Receipt(row.receipt) for row in rows]) if rows else {}
        return sum(
            self._move(fund, row, progress[row.receipt])
            for row in rows
            if row.receipt in progress
        )

    def _move(self, fund: port.Fund, row: RequestRow, progress: port.Progress) -> bool:
        state = str(progress.state)
        if _ORDER.index(state) <= _ORDER.index(row.state):
            return False
        ready = state == "ready" and row.kind in port.ATTESTATIONS
        document = fund.document(port.Receipt(row.receipt)) if ready else None
        if ready and document is None:
            return False
        reason = progress.reason.code if progress.reason else ""
        now = stamp(self.clock.now())
        with self.store.transaction():
            if not self.store.requests.move(row.reference, (row.state,), state, reason, now):
                return False
            if state != "expired":
                self.store.requests.arrived(row.reference, stamp(progress.since))
            if document:
                self._file(row, document)
            self._announce(row, state)
        return True

    def _file(self, row: RequestRow, document: port.Document) -> None:
        facts = {
            "name": document.name, "name_ar": document.name_ar, "total": document.total,
            "currency": document.currency, "facts": dict(document.facts),
        }  # fmt: skip
        sealed = self.vault.seal(
            f"documents.sealed:{row.reference}", json.dumps(facts, ensure_ascii=False).encode(),
            row.person or "",
        )  # fmt: skip
        self.store.requests.file(
            DocumentRow(
                row.reference, document.kind, document.issued_on, document.valid_until, None, sealed
            )
        )

    def _announce(self, row: RequestRow, state: str) -> None:
        sentences = {
            "ready": T("Lite : votre attestation est prête. Référence :"),
            "rejected": T("Lite : demande refusée par la caisse. Pour savoir pourquoi, renvoyez :"),
        }
        opened = self.vault.open(f"requests.sealed:{row.reference}", row.sealed)
        phone = json.loads(opened)["phone"]
        if phone and state in sentences:
            reference = Text("{value}", {"value": row.reference})
            self.tell(phone, [sentences[state], reference], row.language)
