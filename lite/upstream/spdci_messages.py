"""The messages of the SPDCI standard: a question in its envelope, and the answer, believed only
when it is one to that question.

Source: *Interoperability APIs, Integrated Beneficiary Registry* 1.0.0, Digital Convergence
Initiative (`/registry/sync/search`, `/registry/sync/txn/status`). Its texts of faults may hold
somebody's data: only the codes of its tables are told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from lite.upstream.fhir_pages import Refused
from lite.upstream.fhir_values import at, rows
from lite.upstream.spdci_signed import Bearer, Signer
from lite.upstream.wire import Reply, Wire

Told = Mapping[str, Any]

VERSION = "1.0.0"
PATIENCE = 20  # seconds to wait for an answer that is only announced
_SEARCH, _STATUS = "registry/sync/search", "registry/sync/txn/status"
# The second of each pair is what the standard's own samples say.
_ACTIONS = {_SEARCH: ("on-search", "search"), _STATUS: ("txn-on-status", "txn-status")}
_CODE = re.compile(r"(?:err|rjct)(?:\.[a-z_]{1,40}){1,3}", re.ASCII)
_LATER = ("err.request.timeout", "err.request.too_many_requests", "err.service.unavailable")
_FIRST, _LONGEST = 0.1, 4.0  # seconds between two looks


@dataclass(frozen=True)
class Question:
    """Whom a search is for: `kind` and `query` as the standard names them."""

    kind: str
    query: object
    sort: str = ""


@dataclass(frozen=True)
class Found:
    """A page of a search: its rows, and how many there are in all if that is told."""

    rows: tuple[Told, ...]
    total: int | None


class Messages:
    """One registry. `search` gives a page, or raises FundDown (try again) or Refused (do not)."""

    def __init__(self, wire: Wire, now: Callable[[], datetime]) -> None:
        options = wire.where.options
        self._wire, self._bearer, self._now = wire, Bearer(wire), now
        self._sender, self._receiver = options.get("sender", "lite"), options.get("receiver", "")
        self._patience = float(options.get("patience", PATIENCE))
        named = options.get("key")
        self._sign = Signer(named, self._sender, options.get("kid", "1")) if named else None

    def search(self, asked: Question, number: int, size: int) -> Found:
        """The page of that number (from 1) and size. An answer that is only announced is waited
        for, so long and no longer."""
        transaction, reference = uuid4().hex, uuid4().hex
        found = self._begun(transaction, reference, asked, number, size)
        ends, pause = monotonic() + self._patience, _FIRST
        while found is None:
            if monotonic() + pause > ends:
                raise self._wire.down("it took our question and does not answer it")
            sleep(pause)
            pause = min(2 * pause, _LONGEST)
            found = self._found(self._status(transaction), reference)
        return found

    def reached(self, asked: Question) -> None:
        """Ask, and wait for no more than that the question is taken. FundDown or Refused."""
        self._begun(uuid4().hex, uuid4().hex, asked, 1, 1)

    def _begun(
        self, transaction: str, reference: str, asked: Question, number: int, size: int
    ) -> Found | None:
        criteria = {"version": VERSION, "query_type": asked.kind, "query": asked.query,
                    "pagination": {"page_size": size, "page_number": number}}  # fmt: skip
        if asked.sort:
            criteria["sort"] = [{"attribute_name": asked.sort, "sort_order": "asc"}]
        one = {"reference_id": reference, "timestamp": self._moment(), "search_criteria": criteria}
        told = self._ask(_SEARCH, "search", transaction, {"search_request": [one]})
        return self._found(told, reference)

    def _status(self, transaction: str) -> Told:
        """What became of a question that was taken."""
        one = {"reference_id": uuid4().hex, "txn_type": "search",
               "attribute_type": "transaction_id", "attribute_value": transaction}  # fmt: skip
        told = self._ask(_STATUS, "txn-status", transaction, {"txnstatus_request": one})
        inner = at(told, "txnstatus_response", "txn_status")
        if not isinstance(inner, Mapping):
            return told
        self._same(inner, transaction)
        return inner

    def _ask(self, path: str, action: str, transaction: str, body: Told) -> Told:
        """The message of the answer, which is one to this question."""
        header = {
            "version": VERSION, "message_id": uuid4().hex, "message_ts": self._moment(),
            "action": action, "sender_id": self._sender, "total_count": 1,
            "is_msg_encrypted": False,
        } | ({"receiver_id": self._receiver} if self._receiver else {})  # fmt: skip
        message = {"transaction_id": transaction, **body}
        sent: dict[str, object] = {"header": header, "message": message}
        if self._sign:
            sent["signature"] = self._sign(header, message, self._now())
        return self._checked(self._bearer.post(path, sent), path, transaction)

    def _checked(self, reply: Reply, path: str, transaction: str) -> Told:
        if reply.status >= 500:
            raise self._wire.down(f"an error of its own ({reply.status})")
        if not 200 <= reply.status < 300:
            raise Refused(reply.status, f"refused with {reply.status}")
        message, header = reply.body.get("message"), reply.body.get("header")
        if not isinstance(message, Mapping):
            raise self._wire.down("its answer holds no message")
        if "ack_status" in message:
            return self._acknowledged(message)
        self._headed(header, path)
        self._same(message, transaction)
        return message

    def _acknowledged(self, message: Told) -> Told:
        """An acknowledgement in place of an answer: the question was taken, or it was not."""
        if message["ack_status"] != "ACK":
            self._refuse(at(message, "error", "code"))
        return {}

    def _headed(self, header: object, path: str) -> None:
        """Whether the header is one of an answer, for us and from whom we asked."""
        if not isinstance(header, Mapping) or header.get("action") not in _ACTIONS[path]:
            raise self._wire.down("its answer is not of the kind that was asked")
        if header.get("is_msg_encrypted") not in (None, False, "false", ""):
            raise self._wire.down("its answer is encrypted, which is not spoken here")
        ours, theirs = header.get("receiver_id") or "", header.get("sender_id") or ""
        if ours not in ("", self._sender) or (self._receiver and theirs != self._receiver):
            raise self._wire.down("its answer is from another, or for another")
        if header.get("status") == "rjct":
            self._refuse(header.get("status_reason_code"))

    def _same(self, message: Told, transaction: str) -> None:
        if message.get("transaction_id") != transaction:
            raise self._wire.down("its answer is to another question")

    def _found(self, message: Told, reference: str) -> Found | None:
        """The page in an answer; None while it is only announced."""
        parts = list(rows(message.get("search_response", ())))
        if not parts:
            return None
        mine = next((part for part in parts if part.get("reference_id") == reference), None)
        if mine is None:
            raise self._wire.down("its answer is to another question")
        status, held = mine.get("status"), at(mine, "data", "reg_records")
        if status == "rjct":
            self._refuse(mine.get("status_reason_code"))
        if status not in ("succ", "rcvd", "pdng"):
            raise self._wire.down("the state of its answer is in no table")
        if status == "pdng" or (status == "rcvd" and not held):
            return None
        if not isinstance(held, list | Mapping):
            raise self._wire.down("its answer holds no records")
        return Found(_mappings(held), _count(at(mine, "pagination", "total_count")))

    def _refuse(self, code: object) -> None:
        told = code if isinstance(code, str) and _CODE.fullmatch(code) else "no code"
        if told in _LATER:
            raise self._wire.down(told)
        raise Refused(200, f"refused: {told}")

    def _moment(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="milliseconds")


def _mappings(held: object) -> tuple[Told, ...]:
    """The records as objects; one that is none stays in its place, empty, to be told as unread."""
    listed = held if isinstance(held, list) else [held]
    return tuple(row if isinstance(row, Mapping) else {} for row in listed)


def _count(told: object) -> int | None:
    if isinstance(told, str) and told.isdecimal() and len(told) < 12:
        return int(told)
    return told if isinstance(told, int) and not isinstance(told, bool) and told >= 0 else None
