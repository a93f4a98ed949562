"""When people are told by SMS of a stop: before it, when it begins, changes and is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple

from lite.clock import CASABLANCA, local
from lite.notices.notice import Notice

# Nobody is woken: from nine in the evening until eight in the morning nothing is written. What
# would have been is written at eight, or an hour before the evening's end if eight is too late.
NIGHT, MORNING = time(21), time(8)
_EVENING = time(20)
_USE = timedelta(minutes=15)  # what is told later than that before its hour is too late
# Before the start, as Status.io reminds.
REMINDERS = tuple(timedelta(hours=hours) for hours in (72, 24, 1))
_DAY = timedelta(hours=24)
# A fund that is back within the hour has cost nobody anything: no SMS tells of it.
_LASTS = timedelta(hours=1)


class Stage(NamedTuple):
    """One thing to tell, as long as it is true; `only_told`: only to those who were told of this
    notice before."""

    name: str
    until: datetime
    only_told: bool = False


def asleep(now: datetime) -> bool:
    """Whether it is night in Casablanca."""
    return not MORNING <= local(now).time() < NIGHT


def bedtime(now: datetime) -> datetime:
    """When this day's messages must have left."""
    return _at(now, NIGHT)


def morning(moment: datetime) -> datetime:
    """The next eight o'clock of a night."""
    return _at(moment + _DAY if local(moment).time() >= NIGHT else moment, MORNING)


def due(moment: datetime, limit: datetime) -> datetime:
    """When to tell what falls on `moment` and is of no use after `limit`: by day."""
    if not asleep(moment):
        return moment
    evening = local(moment).time() >= NIGHT
    next_day = morning(moment)
    if next_day + _USE <= limit:
        return next_day
    return _at(moment if evening else moment - _DAY, _EVENING)


def _at(moment: datetime, hour: time) -> datetime:
    return datetime.combine(local(moment).date(), hour, CASABLANCA).astimezone(moment.tzinfo)


def stages(notice: Notice, now: datetime) -> Iterator[Stage]:
    """What is to be told now; whoever is told one thing today is told no other."""
    if notice.over(now):
        yield from _finished(notice, now)
        return
    if notice.version > 1 and not notice.own and now < notice.at + _DAY:
        yield Stage(f"changed{notice.version}", notice.at + _DAY, only_told=True)
    if not notice.begun(now):
        yield from _reminder(notice, now)
        return
    if notice.hour <= now:  # an hour that is past is no news
        return
    first = notice.starts_at + _LASTS if notice.own else notice.starts_at
    if first <= now:
        yield Stage("started", now + _DAY)


def _reminder(notice: Notice, now: datetime) -> Iterator[Stage]:
    """The last of the reminders whose time has come."""
    for before, moment in reversed(list(reminders(notice.starts_at).items())):
        if moment <= now:
            # By its hour: of a stop that is put off, they are told again.
            hours, start = int(before.total_seconds() // 3600), f"{local(notice.starts_at):%d%H%M}"
            yield Stage(f"{hours}h{start}", notice.starts_at)
            return


def reminders(start: datetime) -> dict[timedelta, datetime]:
    """When each reminder of a stop is told: by day, and no two on one day, for nobody gets two
    messages a day. The last one keeps its place; one before it moves to an earlier evening."""
    found: dict[timedelta, datetime] = {}
    limit, following = start, datetime.max.date()
    for before in reversed(REMINDERS):
        point = start - before
        moment = due(point, limit)
        if local(moment).date() >= following:
            moment = _at(datetime.combine(following, time(12), CASABLANCA) - _DAY, _EVENING)
        found[before] = moment.astimezone(start.tzinfo)
        limit, following = point, local(moment).date()
    return dict(reversed(found.items()))


def _finished(notice: Notice, now: datetime) -> Iterator[Stage]:
    end = notice.closed_at or notice.hour
    if now < end + _DAY:
        yield Stage("finished", end + _DAY, only_told=True)
