"""The person's file: what the funds told us of them, opened and dated."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lite.clock import instant
from lite.desk.facts import Dossier, Known, Person, Right, day
from lite.desk.office import Office
from lite.store.people import Kept

# The newest first; what waits for the person before what is settled.
_URGENT = ("info_requested", "rejected", "returned_by_bank")
# No care was paid for: none of a complementary insurer's business.
_NO_CARE = ("family_allowance", "pension", "ipe", "ij_maladie", "ij_maternite", "deces")


def person(office: Office, id: str) -> Person | None:
    """Who this is, as the fund that told us last describes them."""
    rows = office.store.people.records(id, "insured")
    if not rows:
        return None
    kept = max(rows, key=lambda row: row.as_of)
    told = _open(office, kept)
    scheme, number = next(iter(told["keys"].items()))
    return Person(
        id=id,
        name=told["name"],
        name_ar=told.get("name_ar") or told["name"],
        birth=told["birth_date"],
        key=f"{scheme}:{number}",
        fund=kept.name,
        language=told.get("language"),
    )


def dossiers(office: Office, person: str) -> Known[list[Dossier]]:
    """The person's dossiers: those that wait for them first, then the latest."""
    rows = office.store.people.records(person, "dossier")
    found = [_dossier(_open(office, row)) for row in rows]
    found.sort(key=lambda dossier: (str(dossier.since or ""), dossier.number), reverse=True)
    found.sort(key=lambda dossier: dossier.status not in _URGENT)
    return Known(found, _oldest(office, rows))


def submitted(office: Office, person: str, first: date) -> Known[list[Dossier]]:
    """The person's dossiers of care submitted on a day or later; one without a day is left out."""
    known = dossiers(office, person)
    care = [one for one in known.value if one.kind not in _NO_CARE]
    found = [one for one in care if one.submitted_on and one.submitted_on >= first]
    found.sort(key=lambda one: (str(one.submitted_on), one.number), reverse=True)
    return Known(found, known.as_of)


def rights(office: Office, person: str) -> Known[list[Right]]:
    """The person's own rights, then those of the family that they insure."""
    own = office.store.people.records(person, "right")
    found = [_right(_open(office, row), None) for row in own]
    rows = list(own)
    for member in office.store.people.dependants(person):
        born = _born(office, member)
        theirs = office.store.people.records(member, "right")
        found += [_right(_open(office, row), born) for row in theirs]
        rows += theirs
    return Known(found, _oldest(office, rows))


def _born(office: Office, member: str) -> str:
    told = [_open(office, row) for row in office.store.people.records(member, "insured")]
    return str(told[0]["birth_date"])[:4] if told else "?"


def _open(office: Office, row: Kept) -> dict[str, Any]:
    told: dict[str, Any] = office.open(
        f"records.sealed:{row.fund}/{row.kind}/{row.key}", row.sealed
    )
    return told


def _oldest(office: Office, rows: list[Kept]) -> datetime | None:
    """What is shown is as old as its oldest part; nothing is as old as the funds' last word.

    A record that a fund did not change is known as of that fund's last whole pull."""
    told = office.store.people.dates()
    dates = [max(row.as_of, told.get(row.fund, "")) for row in rows] or list(told.values())
    return instant(min(dates)) if dates else None


def _dossier(told: dict[str, Any]) -> Dossier:
    reasons = told.get("reasons") or []
    return Dossier(
        number=told["number"],
        kind=told["kind"],
        status=told["status"],
        since=day(told.get("since")),
        submitted_on=day(told.get("submitted_on")),
        reasons=tuple(reason["code"] for reason in reasons),
        label=next((reason["label"] for reason in reasons if reason["label"]), ""),
        missing=tuple(told.get("missing_documents") or ()),
        claimed=told.get("claimed"),
        approved=told.get("approved"),
        paid=told.get("paid"),
        currency=told.get("currency") or "MAD",
    )


def _right(told: dict[str, Any], born: str | None) -> Right:
    return Right(told["scheme"], told["status"], day(told.get("to")), born)
