"""Patients, families and coverages of FHIR R4: pure functions, one resource, one answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lite.numbers import typed_phone
from lite.upstream.fhir_dialect import Dialect
from lite.upstream.fhir_values import (
    Resource,
    Unreadable,
    at,
    code,
    codings,
    day,
    identifiers,
    reference,
    rows,
    text,
)
from lite.upstream.records import Insured, PersonKey, Reason, Right, RightStatus

# A name that is no longer used is not one to address somebody by.
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NAME_USES = ("official", "usual", "", "temp", "anonymous")


@dataclass(frozen=True)
class Patient:
    """A person as their own resource tells them; `family` is whatever it is referred to by."""

    ids: frozenset[str]  # every name by which a reference may mean this person
    number: str
    family: str
    head: bool | None  # None: it does not say
    name: str
    birth: str
    phones: tuple[str, ...]

    def insured(self, scheme: str, family: str, role: bool) -> Insured:
        """The record, once the family is known."""
        return Insured(
            keys={scheme: self.number}, family=family, role="head" if role else "dependant",
            name=self.name, birth=self.birth, phones=self.phones,
        )  # fmt: skip


@dataclass(frozen=True)
class Group:
    """A family: the names it goes by, its own number, and its members' names in order."""

    ids: frozenset[str]
    key: str  # what the family is called here: the name that a member's own resource uses
    number: str
    head: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """A coverage: whom it names, its plan, and what it says of itself."""

    beneficiary: str
    plan: str
    status: RightStatus
    since: str | None
    until: str | None
    raw: str

    def right(self, person: PersonKey, today: str) -> Right:
        """The right of one person: its status *and* its period; without a period, nobody knows."""
        status, reason = self.status, None
        if status is RightStatus.OPEN:
            if self.since is None and self.until is None:
                status = RightStatus.UNKNOWN
            elif self.until is not None and self.until < today:
                status, reason = RightStatus.CLOSED, Reason("expired")
            elif self.since is not None and self.since > today:
                status, reason = RightStatus.CLOSED, Reason("not_started")
        return Right(person, self.plan, status, self.since, self.until, reason, self.raw)


def typed(resource: object, types: tuple[str, ...]) -> str:
    """The value of the identifier of the first of these types that the resource holds."""
    held = list(identifiers(resource))
    wanted = [kind for kind in types if kind]
    return next((value for kind in wanted for kinds, _, value in held if kind in kinds), "")


def patient(resource: Resource, dialect: Dialect, options: Mapping[str, str]) -> Patient:
    """A Patient. Unreadable without a number, a name or a date of birth."""
    own, number = text(resource.get("id")), person_number(resource, dialect, options)
    family = _extension(resource, dialect.extensions.get("family", ""))
    head = _extension(resource, dialect.extensions.get("head", ""))
    birth = day(resource.get("birthDate"))
    if birth is None:
        raise Unreadable("no date of birth")
    said = {"true": True, "false": False}.get(str(at(head, "valueBoolean")).lower())
    return Patient(
        frozenset({own, number, typed(resource, (dialect.uuid_type,))} - {""}), number,
        reference(at(family, "valueReference")),
        said, _name(resource), birth,
        _phones(resource) if options.get("phones") == "deposited" else (),
    )  # fmt: skip


def person_number(resource: Resource, dialect: Dialect, options: Mapping[str, str]) -> str:
    """A person's number: the identifier of the configured system, or of the best type there is;
    an id stands for it, unless it is a UUID of a dialect that numbers people otherwise."""
    system = options.get("system")
    if system:
        held = (value for _, named, value in identifiers(resource) if named == system)
        number = next(held, "")
    else:
        number = typed(resource, dialect.person_types)
    own = text(resource.get("id"))
    if not number and not system and not (dialect.uuid_type and _UUID.fullmatch(own)):
        number = own
    if not number:
        raise Unreadable("no number that names the person")
    return number


def group(resource: Resource, dialect: Dialect) -> Group:
    """A family. Unreadable without an id."""
    own, number = text(resource.get("id")), typed(resource, dialect.person_types)
    uuid = typed(resource, (dialect.uuid_type,))
    ids = frozenset({own, number, uuid} - {""})
    if not ids:
        raise Unreadable("a group without an id")
    held = [row for row in rows(resource.get("member")) if row.get("inactive") is not True]
    members = [reference(row.get("entity", row)) for row in held]
    head = reference(resource.get("managingEntity"))
    named = tuple(name for name in members if name)
    return Group(ids, uuid or own or number, number or own, head, named)


def coverage(resource: Resource, dialect: Dialect) -> Coverage:
    """A coverage. A status that no table maps is unknown, and kept as it was."""
    raw = text(resource.get("status"))
    named = reference(resource.get("beneficiary")) or reference(resource.get("policyHolder"))
    if not named:
        raise Unreadable("a coverage without a beneficiary")
    period = resource.get("period")
    return Coverage(
        named, _plan(resource) or dialect.kind,
        dialect.right_status.get(raw.lower(), RightStatus.UNKNOWN),
        day(at(period, "start")), day(at(period, "end"), last=True), raw,
    )  # fmt: skip


def _plan(resource: Resource) -> str:
    held = list(rows(resource.get("class")))
    plans = [row for row in held if "plan" in {one.code for one in codings(row.get("type"))}]
    return next((text(row.get("value")) for row in plans or held if text(row.get("value"))),
                code(resource.get("type")))  # fmt: skip


def _name(resource: Resource) -> str:
    held = [row for row in rows(resource.get("name")) if text(row.get("use")) in _NAME_USES]
    held.sort(key=lambda row: _NAME_USES.index(text(row.get("use"))))
    for row in held:
        given = row.get("given")
        parts = [*(given if isinstance(given, list) else [given]), row.get("family")]
        found = " ".join(part for part in map(text, parts) if part) or text(row.get("text"))
        if found:
            return text(found)
    raise Unreadable("no name")


def _phones(resource: Resource) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_numbers(resource)))


def _numbers(resource: Resource) -> Iterator[str]:
    for row in rows(resource.get("telecom")):
        if text(row.get("system")) in ("phone", "sms") and text(row.get("use")) != "old":
            number = typed_phone(text(row.get("value")))
            if number:
                yield number


def _extension(resource: Resource, ending: str) -> Resource:
    held = rows(resource.get("extension"))
    return next((row for row in held if ending and text(row.get("url")).endswith(ending)), {})
