"""Where to go and what is planned: public knowledge, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lite import notices
from lite.clock import instant, stamp
from lite.desk.facts import FundState, Place, Share, Stop
from lite.desk.office import Office
from lite.notices.availability import availability
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
    instead = [both.get(language, "") for both in one.instead.values()]
    return Stop(
        fund=one.fund, services=one.services, planned=one.kind == "planned", own=one.own,
        begun=one.begun(now), starts_at=one.starts_at, ends_at=one.ends_at, next_at=one.next_at,
        said={name: text for name, text in words.items() if text},
        instead=tuple(text for text in instead if text), at=one.at, before=one.before,
        late=one.hour <= now,
    )  # fmt: skip


def funds(office: Office, now: datetime) -> list[FundState]:
    """How fresh each fund's word is, and whether it answers: as the worker saw it last, else as
    the last pull found it."""
    store, fresh = office.store, stamp(now - _FRESH)
    watched = {row.fund: row for row in store.notices.watched() if row.looked_at > fresh}
    down = {
        row.fund: (watched[row.fund].state, watched[row.fund].since)
        if row.fund in watched
        else (row.state, row.changed_at)
        for row in store.people.funds()
    }
    return [
        FundState(
            row.fund,
            instant(row.as_of) if row.as_of else None,
            instant(down[row.fund][1]) if down[row.fund][0] == "down" else None,
            _shares(office, row.fund, now),
        )
        for row in store.people.funds()
    ]


def _shares(office: Office, fund: str, now: datetime) -> tuple[Share, ...]:
    return tuple(
        Share(one.days, one.seen // timedelta(days=1), one.permille)
        for one in availability(office.store, [fund], now)
    )
