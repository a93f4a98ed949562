"""Where to go and what is planned: public knowledge, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lite import notices
from lite.clock import instant, stamp
from lite.desk.facts import FundState, Place, Share, Stop
from lite.desk.office import Office
from lite.notices.availability import availability
from lite.store.people import FundRow
from lite.words import folded

_MOST = 40
_FRESH = timedelta(minutes=3)  # a look older than this says nothing of now


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


def stops(office: Office, language: str, people: Sequence[str], now: datetime) -> list[Stop]:
    """What is stopped, then what will be, at the funds of these people; at all of them for
    somebody who is nobody to us."""
    found = notices.open_now(office.store, now)
    if not found:
        return []
    theirs = {fund for one in people for fund in office.store.notices.funds_of(one)}
    return [
        _stop(one, language, now)
        for one in found
        if not one.fund or not theirs or one.fund in theirs
    ]


def _stop(one: notices.Notice, language: str, now: datetime) -> Stop:
    words = {name: both.get(language, "") for name, both in one.words.items()}
    instead = [(key, both.get(language, "")) for key, both in one.instead.items()]
    return Stop(
        fund=one.fund, services=one.services, planned=one.kind == "planned", own=one.own,
        begun=one.begun(now), starts_at=one.starts_at, ends_at=one.ends_at, next_at=one.next_at,
        said={name: text for name, text in words.items() if text},
        instead=tuple(pair for pair in instead if pair[1]), at=one.at, before=one.before,
        late=one.hour <= now,
    )  # fmt: skip


def funds(office: Office, now: datetime) -> list[FundState]:
    """How fresh each fund's word is, and whether it answers. Of a fund with several sources: as
    old as the oldest of what they told, and silent as long as one of them is."""
    sources: dict[str, list[FundRow]] = {}
    for row in office.store.people.funds():
        sources.setdefault(row.name, []).append(row)
    silent = {fund: _missed(rows) for fund, rows in sources.items()} | _watched(office, now)
    return [
        FundState(
            fund,
            _instant(min((row.as_of for row in rows if row.as_of), default=None)),
            _instant(silent[fund]),
            _shares(office, fund, now),
            _instant(min((row.expires_at for row in rows if row.expires_at), default=None)),
            _instant(max((row.expired_at for row in rows if row.expired_at), default=None)),
        )
        for fund, rows in sources.items()
    ]


def _missed(rows: Sequence[FundRow]) -> str | None:
    """Since when a source of these did not answer, when it was last pulled from."""
    return min((row.changed_at for row in rows if row.state == "down"), default=None)


def _instant(at: str | None) -> datetime | None:
    return instant(at) if at else None


def _watched(office: Office, now: datetime) -> dict[str, str | None]:
    """Fund -> since when the worker finds it silent, None while it answers; none that nobody
    looked at lately."""
    fresh = stamp(now - _FRESH)
    rows = [row for row in office.store.notices.watched() if row.looked_at > fresh]
    return {row.fund: row.since if row.state == "down" else None for row in rows}


def _shares(office: Office, fund: str, now: datetime) -> tuple[Share, ...]:
    return tuple(
        Share(one.days, one.seen // timedelta(days=1), one.permille)
        for one in availability(office.store, [fund], now)
    )
