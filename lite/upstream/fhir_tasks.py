"""Requests to a fund that speaks FHIR R4: a Task that asks for data, and the paper it leads to.

After the HRex *Task data request*: the Task's identifier is our idempotency key, its output a
DocumentReference with two contents: the facts as JSON, and the paper itself.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from lite.upstream.answers import (
    REQUEST_TYPES,
    Document,
    Progress,
    Receipt,
    Refused,
    Request,
    RequestState,
    Submission,
    Unreachable,
)
from lite.upstream.fhir_pages import complaint
from lite.upstream.fhir_person import Known
from lite.upstream.fhir_values import Resource, Unreadable, at, code, day, reference, rows, text
from lite.upstream.records import PersonKey, Reason
from lite.upstream.signed import Signed
from lite.upstream.wire import RETRY_AFTER

KEYS = "urn:lite:request"  # the system of our keys
TYPES = "urn:lite:request-type"
_HREX = "http://hl7.org/fhir/us/davinci-hrex/CodeSystem/hrex-temp"
_FACTS_LARGEST, _FILE_LARGEST = 100_000, 10_000_000  # characters of base64

# http://hl7.org/fhir/R4/valueset-task-status.html; any other stays without an answer.
_STATES = {
    "requested": RequestState.QUEUED,
    "received": RequestState.ACKNOWLEDGED,
    "accepted": RequestState.ACCEPTED,
    "in-progress": RequestState.ACCEPTED,
    "on-hold": RequestState.ACCEPTED,
    "ready": RequestState.ACCEPTED,
    "completed": RequestState.ACCEPTED,
    "rejected": RequestState.REJECTED,
    "failed": RequestState.REJECTED,
    "cancelled": RequestState.REJECTED,
    "entered-in-error": RequestState.REJECTED,
}
# A paper that the fund took back: http://hl7.org/fhir/R4/valueset-document-reference-status.html
_GONE = ("superseded", "entered-in-error")


def submit(
    wire: Signed, request: Request, person: Known | None, now: datetime
) -> Submission:
    """Create the Task, or find the one that this key made; only an explicit answer is a receipt."""
    if request.type not in REQUEST_TYPES:
        return Refused(Reason("unknown_type"))
    if person is None:
        return Refused(Reason("unknown_person"))
    receipt = Receipt(request.key)
    if task(wire, receipt):
        return receipt
    query = urlencode({"identifier": f"{KEYS}|{request.key}"})
    reply = wire.post("Task", _task(request, person.id, now), {"If-None-Exist": query})
    if reply.status in (200, 201) and not complaint(reply.body):
        return receipt if task(wire, receipt) else Unreachable(RETRY_AFTER)
    if reply.status in (400, 403, 404, 422):
        return Refused(Reason(f"http_{reply.status}"))
    return Unreachable(RETRY_AFTER)


def task(wire: Signed, receipt: Receipt) -> Resource | None:
    """The Task of a receipt, None when the fund shows none that bears its key."""
    query = urlencode({"identifier": f"{KEYS}|{receipt.reference}"})
    reply = wire.get(f"Task?{query}")
    held = (row.get("resource") for row in rows(reply.body.get("entry"))) if (
        reply.status == 200) else ()  # fmt: skip
    return next((row for row in held if isinstance(row, Mapping) and _ours(row, receipt)), None)


def progress(found: Resource, now: datetime) -> Progress | None:
    """How far a Task is, None when its status says nothing we know."""
    state = _STATES.get(text(found.get("status")))
    if state is None:
        return None
    if state is RequestState.ACCEPTED and _output(found):
        state = RequestState.READY
    reason = Reason(code(found.get("statusReason")) or "refused")
    return Progress(state, _moved(found, now), reason if state is RequestState.REJECTED else None)


def paper_gone(wire: Signed, found: Resource) -> Reason | None:
    """Why the paper of a finished Task holds no more; None while it does, or while nobody says."""
    reply = wire.get(f"DocumentReference/{_output(found)}")
    told = reply.body if reply.status == 200 else {}
    said = (text(told.get("status")), text(told.get("docStatus")))
    return next((Reason(one) for one in said if one in _GONE), None)


def document(
    wire: Signed, receipt: Receipt, found: Resource, who: Callable[[PersonKey], Known | None]
) -> Document | None:
    """The paper of a finished Task; None while there is none, or when it is about another."""
    asked = _asked(found)
    name = _output(found)
    if asked is None or not name:
        return None
    reply = wire.get(f"DocumentReference/{name}")
    person = who(asked.insured)
    told = reply.body if reply.status == 200 else {}
    if person is None or reference(told.get("subject")) != person.id:
        return None
    if text(told.get("status")) in _GONE:
        return None
    try:
        return _document(receipt, asked, person, told)
    except (Unreadable, ValueError, TypeError, binascii.Error):
        return None


def _document(receipt: Receipt, asked: Request, person: Known, told: Resource) -> Document | None:
    facts = json.loads(_content(told, "application/json", _FACTS_LARGEST) or b"null")
    issued, until = day(told.get("date")), day(at(told, "context", "period", "end"))
    if not isinstance(facts, dict) or issued is None or until is None:
        return None
    total, paper = facts.get("total"), _content(told, "application/pdf", _FILE_LARGEST)
    return Document(
        reference=receipt.reference, kind=asked.type, person=asked.insured, issued_on=issued,
        valid_until=until, name=text(facts.get("name")) or person.insured.name,
        name_ar=text(facts.get("name_ar")), total=total if type(total) is int else None,
        currency=text(facts.get("currency")) or "MAD", facts=_mapping(facts.get("facts")),
        file=paper, media_type="application/pdf" if paper else "",
    )  # fmt: skip


def _task(request: Request, id: str, now: datetime) -> dict[str, Any]:
    details = json.dumps(dict(request.details), ensure_ascii=False)
    return {
        "resourceType": "Task",
        "identifier": [{"system": KEYS, "value": request.key}],
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": _HREX, "code": "data-request"}]},
        "for": {"reference": f"Patient/{id}", "identifier": {"value": str(request.insured)}},
        "authoredOn": now.astimezone(UTC).isoformat(timespec="seconds"),
        "input": [
            {"type": {"coding": [{"system": _HREX, "code": "data-code"}]},
             "valueCodeableConcept": {"coding": [{"system": TYPES, "code": request.type}]}},
            {"type": {"text": "details"}, "valueString": details},
        ],
    }  # fmt: skip


def _ours(found: Resource, receipt: Receipt) -> bool:
    return found.get("resourceType") == "Task" and any(
        row.get("system") == KEYS and row.get("value") == receipt.reference
        for row in rows(found.get("identifier"))
    )


def _asked(found: Resource) -> Request | None:
    """What a Task asked for, as we wrote it; None when it is not one of ours."""
    kinds = [code(row.get("valueCodeableConcept")) for row in rows(found.get("input"))]
    kind = next((one for one in kinds if one in REQUEST_TYPES), None)
    told = text(at(found, "for", "identifier", "value"))
    if kind is None or ":" not in told.strip(":"):
        return None
    return Request("", kind, PersonKey.read(told))


def _output(found: Resource) -> str:
    held = (row.get("valueReference") for row in rows(found.get("output")))
    return next((reference(one) for one in held if reference(one)), "")


def _moved(found: Resource, now: datetime) -> datetime:
    """When a Task last moved: never later than now."""
    told = found.get("lastModified") or found.get("authoredOn")
    try:
        moved = datetime.fromisoformat(told) if isinstance(told, str) else now
    except ValueError:
        return now
    return min(moved if moved.tzinfo else moved.replace(tzinfo=UTC), now)


def _content(told: Resource, kind: str, largest: int) -> bytes | None:
    """The data of the content of this kind, None when there is none; ValueError when too large."""
    for row in rows(told.get("content")):
        data = at(row, "attachment", "data")
        if at(row, "attachment", "contentType") == kind and isinstance(data, str):
            if len(data) > largest:
                raise Unreadable("an attachment is too large")
            return base64.b64decode(data, validate=True)
    return None


def _mapping(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}
