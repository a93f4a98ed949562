"""Where to go and what is planned: public knowledge, in the reader's language."""

from __future__ import annotations

from datetime import datetime

from lite.clock import instant, stamp
from lite.desk.facts import FundState, Place, Stop
from lite.desk.office import Office
from lite.words import folded

_MOST = 40


def towns(office: Office, typed: str) -> list[tuple[str, str]]:
    """Towns that begin as typed; one typed in full stands alone."""
    wanted = folded(typed)
    if not wanted:
        return []
    found = office.store.places.towns(wanted, _MOST)
    exact = [town for town in found if wanted in map(folded, town)]
    return exact if len(exact) == 1 else found


def places(office: Office, town: str, language: str) -> list[Place]:
    """The agencies and relay points of a town."""
    return [
        Place(
            name=row.name_ar if language == "ar" else row.name_fr,
            address=row.address_ar if language == "ar" else row.address_fr,
            hours=row.hours_ar if language == "ar" else row.hours_fr,
            phone=row.phone,
            demo=bool(row.demo),
        )
        for row in office.store.places.agencies(town)
    ]


def stops(office: Office, language: str, now: datetime) -> list[Stop]:
    """Planned stops and incidents that are not over."""
    return [
        Stop(
            starts_at=instant(row.starts_at),
            ends_at=instant(row.ends_at),
            stops=row.stops_ar if language == "ar" else row.stops_fr,
            instead=row.instead_ar if language == "ar" else row.instead_fr,
        )
        for row in office.store.places.notices(stamp(now))
    ]


def funds(office: Office) -> list[FundState]:
    """How fresh each fund's word is."""
    return [
        FundState(
            row.fund,
            instant(row.as_of) if row.as_of else None,
            instant(row.changed_at) if row.state == "down" else None,
        )
        for row in office.store.people.funds()
    ]
