"""Claims of FHIR R4 and what answers them: pure functions, one resource, one answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lite.upstream.fhir_dialect import Dialect
from lite.upstream.fhir_people import typed
from lite.upstream.fhir_values import (
    Money,
    Resource,
    Unreadable,
    at,
    code,
    codings,
    day,
    identifiers,
    money,
    reference,
    rows,
    text,
)
from lite.upstream.records import Dossier, DossierStatus, Payment, PersonKey, Reason

# http://hl7.org/fhir/R4/valueset-claim-use.html
_KINDS = {
    "claim": "reimbursement",
    "preauthorization": "prise_en_charge",
    "predetermination": "entente_prealable",
}
_GRANTED = (DossierStatus.APPROVED, DossierStatus.PARTLY_APPROVED)
_NO_REASON = ("", "0")  # openIMIS writes 0 where nothing was objected to


@dataclass(frozen=True)
class Named:
    """How a row names its person: by reference and by typed identifier, either may be empty."""

    reference: str
    identifier: str


@dataclass(frozen=True)
class Claim:
    """What was asked: `ids` are the names by which an answer may mean it."""

    ids: frozenset[str]
    number: str
    whom: Named
    kind: str
    submitted_on: str | None
    claimed: Money | None


@dataclass(frozen=True)
class Answer:
    """What was answered to a claim, so far."""

    claim: frozenset[str]
    number: str
    whom: Named
    kind: str
    status: DossierStatus
    since: str | None
    claimed: Money | None
    granted: Money | None
    sent: Money | None
    sent_on: str | None
    sent_as: str
    reasons: tuple[Reason, ...]
    raw: str


def claim(resource: Resource, dialect: Dialect, currency: str) -> Claim:
    """A Claim. Unreadable without a number or a person."""
    ids, number = _names(resource, dialect)
    return Claim(
        ids, number, whom(resource), _kind(resource), day(resource.get("created")),
        money(resource.get("total"), currency),
    )  # fmt: skip


def answer(resource: Resource, dialect: Dialect, currency: str) -> Answer:
    """A ClaimResponse or an ExplanationOfBenefit: as good as a claim, if that cannot be read."""
    asked = resource.get("request") or resource.get("claim")
    about = {reference(asked), text(at(asked, "identifier", "value"))} - {""}
    own, number = _names(resource, dialect)
    shared = own if dialect.uuid_type else frozenset()  # there, both bear the same names
    status, raw = dialect.standing(resource)
    paid = resource.get("payment")
    return Answer(
        frozenset(about) | shared or own, number if dialect.uuid_type else "", whom(resource),
        _kind(resource), status, day(resource.get("created")) if dialect.answer_dated else None,
        _total(resource, dialect.claimed, currency),
        _granted(resource, dialect, currency),
        money(at(paid, "amount"), currency), day(at(paid, "date")),
        next((value for _, _, value in identifiers(paid)), "") or text(resource.get("id")),
        tuple(_reasons(resource)), raw,
    )  # fmt: skip


def whom(resource: Resource) -> Named:
    """Whom a row is about. Unreadable when it names nobody."""
    patient = resource.get("patient")
    named = Named(reference(patient), text(at(patient, "identifier", "value")))
    if named == Named("", ""):
        raise Unreadable("a row that names nobody")
    return named


def dossier(
    person: PersonKey, asked: Claim | None, told: Answer | None, today: str, dialect: Dialect,
    currency: str,
) -> tuple[Dossier, Payment | None]:  # fmt: skip
    """The dossier that a claim and its answer make, one of them at least; and its payment, the
    only ground on which it is ever said to be paid."""
    number = (asked.number if asked else "") or (told.number if told else "")
    number = number or min(told.claim if told else ())
    status = told.status if told else dialect.unanswered
    payment = _payment(person, number, told, today) if told else None
    claimed = (told.claimed if told else None) or (asked.claimed if asked else None)
    granted = told.granted if told and (status in _GRANTED or payment) else None
    one = next((found.currency for found in (claimed, granted) if found), currency)
    return Dossier(
        number=number, insured=person, kind=asked.kind if asked else told.kind if told else "",
        submitted_on=asked.submitted_on if asked else None,
        status=DossierStatus.PAID if payment else status,
        since=payment.executed_on if payment else told.since if told else None,
        reasons=told.reasons if told else (),
        claimed=claimed.amount if claimed else None,
        approved=granted.amount if granted and granted.currency == one else None,
        paid=payment.amount if payment and payment.currency == one else None,
        currency=one, raw=told.raw if told else "",
    ), payment  # fmt: skip


def _payment(person: PersonKey, number: str, told: Answer, today: str) -> Payment | None:
    """Money that left: an amount and a day that is not to come."""
    if not told.sent or not told.sent.amount or not told.sent_on or told.sent_on > today:
        return None
    return Payment(told.sent_as, person, number, None, told.sent.amount, told.sent.currency,
                   told.sent_on)  # fmt: skip


def _names(resource: Resource, dialect: Dialect) -> tuple[frozenset[str], str]:
    """Every name a row goes by, and the number people know it by: a typed identifier, else the
    first one, else the id."""
    uuid_type = dialect.uuid_type
    held = [value for kinds, _, value in identifiers(resource) if not kinds & {uuid_type}]
    own, uuid = text(resource.get("id")), typed(resource, (uuid_type,))
    number = typed(resource, dialect.claim_types) or next(iter(held), "") or own
    if not number:
        raise Unreadable("no number that names the dossier")
    return frozenset({own, uuid, number} - {""}), number


def _kind(resource: Resource) -> str:
    return _KINDS.get(text(resource.get("use")), "reimbursement")


def _total(resource: Resource, category: str, currency: str) -> Money | None:
    for row in rows(resource.get("total")):
        if category in {one.code.lower() for one in codings(row.get("category"))}:
            return money(row.get("amount"), currency)
    return None


def _granted(resource: Resource, dialect: Dialect, currency: str) -> Money | None:
    """What is granted: a total says so, or the lines do, where their amounts are totals."""
    told = _total(resource, dialect.granted, currency)
    if told or not dialect.lines_summed:
        return told
    lines = [
        money(row.get("amount"), currency)
        for row in adjudications(resource)
        if dialect.granted in {one.code.lower() for one in codings(row.get("category"))}
    ]
    found = [line for line in lines if line]
    if not found or len({line.currency for line in found}) > 1:
        return None
    return Money(sum(line.amount for line in found), found[0].currency)


def adjudications(resource: Resource) -> Iterator[Resource]:
    """Every adjudication of every line."""
    for line in rows(resource.get("item")):
        yield from rows(line.get("adjudication"))


def _reasons(resource: Resource) -> Iterator[Reason]:
    """Why something was refused: the codes of the lines, each once, in the order of its code."""
    found = {}
    for row in adjudications(resource):
        one = code(row.get("reason"))
        if one not in _NO_REASON:
            label = next((each.display for each in codings(row.get("reason"))), "")
            found[one] = Reason(one, label)
    yield from (found[one] for one in sorted(found))
