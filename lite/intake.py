"""From the fund: pull, verify, seal, swap in one transaction, tell whom it concerns."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from lite.clock import Clock, stamp
from lite.store import Store
from lite.store.requests import DocumentRow, RequestRow
from lite.text import T, Text
from lite.upstream import port
from lite.vault import Vault

_log = logging.getLogger("lite.intake")

# How far a request is: the fund's word never takes one back to where we had it already.
_ORDER = [
    "queued", "sent", "acknowledged", "accepted", "rejected", "ready", "collected", "expired",
]  # fmt: skip

# (phone, lines, language): posts an SMS in the transaction of its cause.
Tell = Callable[[str, Sequence[Text], str], object]


class Pulled(IntEnum):
    """How a pull ended; the values are the exit codes of `lite pull`."""

    DONE = 0
    FAILED = 1
    PARTIAL = 3


@dataclass(frozen=True)
class Intake:
    """Learns from funds. `tell` posts an SMS to a person whom a change concerns."""

    store: Store
    vault: Vault
    clock: Clock
    tell: Tell

    def pull(self, fund: port.Fund, full: bool = False) -> Pulled:
        """Learn what changed at a fund. A refused or missed pull keeps the old data, dated so."""
        row = next((row for row in self.store.people.funds() if row.fund == fund.name), None)
        cursor = row.cursor if row and not full else None
        try:
            pull = fund.pull(cursor, "full" if cursor is None else "delta")
            pages = list(pull)
        except port.FundDown as error:
            return self._missed(fund, "down", error.reason or f"again in {error.retry_after} s")
        except port.BatchRefused as error:
            return self._missed(fund, "refused", error.reason)
        with self.store.transaction(), self.vault.people_at_once():
            self.store.alone("intake", patiently=True)
            self._swap(fund, pages, pull.end)
        return Pulled.PARTIAL if pull.end.partial else Pulled.DONE

    def _missed(self, fund: port.Fund, state: str, detail: str) -> Pulled:
        _log.warning("pull missed", extra={"fund": fund.name, "state": state, "why": detail})
        with self.store.transaction():
            self.store.people.missed(fund.name, state, detail, stamp(self.clock.now()))
        return Pulled.FAILED

    def _swap(self, fund: port.Fund, pages: Sequence[port.Page], batch: port.Batch) -> None:
        kept = self.store.people.fingerprints(fund.name)
        sent = set()
        # People first: every other record must belong to somebody known.
        changes = [self._blind(fund.name, change) for page in pages for change in page.changes]
        for change in sorted(changes, key=lambda change: change.kind != "insured"):
            sent.add((change.kind, change.key))
            if change.record is None:
                self.store.people.forget(fund.name, change.kind, change.key)
            elif kept.get((change.kind, change.key)) != change.fingerprint:
                self._learn(fund.name, change, change.record, batch)
        if batch.complete:
            for kind, key in kept.keys() - sent:
                self.store.people.forget(fund.name, kind, key)
        self._note(fund.name, pages, batch)

    def _blind(self, fund: str, change: port.Change) -> port.Change:
        """A change under names that say nothing: a key may be the number of a person or of a
        dossier, and a fingerprint would prove a guess of what the record says."""
        key = self.vault.hash("record", f"{fund}/{change.kind}/{change.key}")
        mark = self.vault.hash("fingerprint", f"{key}/{change.fingerprint}")
        return replace(change, key=key, fingerprint=mark)

    def _note(self, fund: str, pages: Sequence[port.Page], batch: port.Batch) -> None:
        now = stamp(self.clock.now())
        for row in (row for page in pages for row in page.quarantined):
            self.store.people.quarantine(fund, batch.id, row.where, row.reason, now)
        as_of = None if batch.partial else stamp(batch.as_of)
        state = "partial" if batch.partial else "up"
        self.store.people.learned(fund, as_of, batch.cursor, batch.id, state, now)

    def _learn(
        self, fund: str, change: port.Change, record: port.Record, batch: port.Batch
    ) -> None:
        person = self._whose(fund, record)
        if person is None and self._barred(record):
            return
        if person is None:
            now = stamp(self.clock.now())
            self.store.people.quarantine(fund, batch.id, change.kind, "nobody we know", now)
            return
        place = f"records.sealed:{fund}/{change.kind}/{change.key}"
        told = json.dumps(port.to_json(record), ensure_ascii=False).encode()
        self.store.people.keep(
            fund, change.kind, change.key, person, change.fingerprint, stamp(batch.as_of),
            batch.id, self.vault.seal(place, told, person),
        )  # fmt: skip

    def _whose(self, fund: str, record: port.Record) -> str | None:
        if not isinstance(record, port.Insured):
            return self.store.people.of_key(self._keys(record)[0])
        return None if self._barred(record) else self._insured(fund, record)

    def _barred(self, record: port.Record) -> bool:
        """Whether this is of somebody who was erased: the fund may tell, we do not learn it."""
        return self.vault.owners.erased(self._keys(record))

    def _keys(self, record: port.Record) -> list[str]:
        if isinstance(record, port.Insured):
            return [self._key(port.PersonKey(*pair)) for pair in record.keys.items()]
        return [self._key(port.person_of(record))]

    def _insured(self, fund: str, record: port.Insured) -> str:
        keys, people = self._keys(record), self.store.people
        now = stamp(self.clock.now())
        person = people.known_as(keys, secrets.token_hex(8), now)
        people.set_phones(
            fund, person, [self.vault.hash("phone", phone) for phone in record.phones], now
        )
        people.set_family(fund, self.vault.hash("family", record.family), person, record.role)
        return person

    def _key(self, key: port.PersonKey) -> str:
        return self.vault.hash("key", str(key))

    # Requests

    def settle(self, fund: port.Fund) -> int:
        """Ask a fund how far its requests are; how many moved. A fund that is down moves none."""
        rows = self.store.requests.waiting(fund.name)
        if not rows:
            return 0
        try:
            progress = fund.poll([port.Receipt(row.receipt) for row in rows])
            return sum(
                self._move(fund, row, progress[row.receipt])
                for row in rows
                if row.receipt in progress
            )
        except port.FundDown:
            return 0

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
