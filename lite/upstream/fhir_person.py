"""One person of a fund that speaks FHIR R4, and everything that is theirs and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from lite.upstream import fhir_people
from lite.upstream.fhir_feed import Feed
from lite.upstream.fhir_pages import Refused, one, search
from lite.upstream.fhir_people import Patient
from lite.upstream.fhir_values import Resource, Unreadable
from lite.upstream.records import Insured, PersonKey, Record, person_of


@dataclass(frozen=True)
class Known:
    """A person and the name by which the fund's own resources refer to them."""

    id: str
    insured: Insured


def find(feed: Feed, person: PersonKey, scheme: str) -> Known | None:
    """Who the fund says a number is; None for nobody. FundDown; Refused when it will not tell."""
    found = _patient(feed, person) if person.scheme == scheme else None
    if found is None:
        return None
    return Known(_id(found), found.insured(scheme, found.family or found.number, True))


def learn(feed: Feed, person: PersonKey) -> Insured | None:
    """Put a person and their family in the census; None when the fund knows nobody so."""
    found = _patient(feed, person)
    if found is None:
        return None
    for row in _families(feed, found):
        feed.census.group(fhir_people.group(row, feed.dialect))
    theirs = {"patient": _asked(feed, found)}
    feed.queries = dict.fromkeys(("Claim", *feed.dialect.answers), theirs)
    if not feed.dialect.family_covered:
        feed.queries["Coverage"] = {"beneficiary": theirs["patient"]}
    return feed.census.patient(found)


def records(feed: Feed, person: Insured) -> Iterator[Record]:
    """Everything of the person whom `learn` found; what a search brings of others is left out."""
    for record in (person, *feed.rights(), *feed.dossiers()):
        if person_of(record) == person.key:
            yield record


def _patient(feed: Feed, person: PersonKey) -> Patient | None:
    """The person of this number: by a search, then by name; an answer about another is none."""
    system = feed.wire.where.options.get("system", "")
    told = f"{system}|{person.value}" if system else person.value
    rows: list[Resource] = []
    if feed.dialect.uuid_type:
        direct = one(feed.wire, feed.dialect, "Patient", person.value)
        rows = [direct] if direct else []
    for row in chain(rows, _searched(feed, {"identifier": told})):
        found = _read(feed, row)
        if found and found.number == person.value:
            return _whole(feed, found)
    direct = None if feed.dialect.uuid_type else one(
        feed.wire, feed.dialect, "Patient", person.value)  # fmt: skip
    found = _read(feed, direct) if direct else None
    return found if found and found.number == person.value else None


def _searched(feed: Feed, query: dict[str, str]) -> Iterator[Resource]:
    yield from (row for _, row in search(feed.wire, feed.dialect, "Patient", query, feed.losses))


def _whole(feed: Feed, found: Patient) -> Patient:
    """The person as lists tell them: read by number, references bear numbers instead of ids."""
    uuid = _id(found)
    if not feed.dialect.uuid_type or uuid == found.number:
        return found
    row = one(feed.wire, feed.dialect, "Patient", uuid)
    again = _read(feed, row) if row else None
    return again if again and again.number == found.number else found


def _read(feed: Feed, row: Resource) -> Patient | None:
    try:
        return fhir_people.patient(row, feed.dialect, feed.wire.where.options)
    except Unreadable as error:
        feed.losses.row("Patient", str(error))  # it may be the one that is looked for
        return None


def _families(feed: Feed, found: Patient) -> Iterator[Resource]:
    """The families that hold a person; a fund that lists none leaves them to themselves."""
    if found.family:
        row = one(feed.wire, feed.dialect, "Group", found.family)
        yield from [row] if row else []
        return
    try:
        query = {} if feed.dialect.uuid_type else {"member": f"Patient/{_id(found)}"}
        for _, row in search(feed.wire, feed.dialect, "Group", query, feed.losses):
            if found.ids & set(fhir_people.group(row, feed.dialect).members):
                yield row
    except Refused:
        return


def _id(found: Patient) -> str:
    """The name that references use: the one that is not the person's number, if there is one."""
    return min(found.ids - {found.number}, default=found.number)


def _asked(feed: Feed, found: Patient) -> str:
    return _id(found) if feed.dialect.uuid_type else f"Patient/{_id(found)}"
