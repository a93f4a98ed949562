"""How long somebody must wait after failures. A success resets; a new code does not.

Counts are of accounts and of the whole site, never of an address: a thousand people share one.
Who types a wrong code on the web waits longer each time, ten times a day at most for an account;
and all who do so together have a budget, after which nobody signs in by typing a code and the pages
ask for a text from the enrolled phone, which no failure ever closes.

Why the default budget is 2,000 a day. A guess at six digits opens an account with a chance of 10^-6
at most, and only while that account has a living code: one was asked for in the last ten minutes.
The worst attacker asks for one himself before each guess. One guess at each of 3.4 million accounts
would then open 3.4 of them; 2,000 a day open 0.002 a day, 0.73 in a year of guessing day and night,
and 3.4 million guesses last more than four years and a half. Codes of a card are no way round: they
are asked only of who already came in with the enrolled phone. Where honest slips reach the budget,
raise it (`LITE_GUESS_BUDGET`): a million wrong codes in all open one account, in expectation.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from lite.clock import instant, stamp
from lite.store import Store

# Seconds to wait after the n-th failure in 24 hours (NIST SP 800-63B-4: growing waits).
WAITS = (0, 0, 30, 60, 120, 300, 900, 1800, 3600)
MOST = 10
DAY = timedelta(hours=24)
BUDGET = 2_000
# So many wrong codes in a minute are no crowd of slips: a fiftieth of the day's budget.
SPATE = 40
_MINUTE = timedelta(minutes=1)
_WEB = "web"
_NOTICED = "guessing"
_log = logging.getLogger("lite.identity")


@dataclass(frozen=True)
class Guesses:
    """Wrong codes typed on the web in 24 hours; when guessing was last noticed, if in those."""

    count: int
    noticed: datetime | None


def locked_until(store: Store, subject: str, now: datetime) -> datetime | None:
    """Until when this subject may not try again; None if it may try now."""
    if until := _full_until(store, subject, now):
        return until
    failures = store.access.failures(subject, stamp(now - DAY))
    if not failures:
        return None
    until = instant(failures[-1]) + timedelta(seconds=WAITS[min(len(failures), len(WAITS)) - 1])
    return until if until > now else None


def fail(store: Store, subject: str, now: datetime) -> None:
    """Count one failure."""
    store.access.fail(subject, stamp(now))


def web_locked_until(store: Store, phone: str, now: datetime) -> datetime | None:
    """The same for codes typed on the web. There a success ends the waits and gives no new tries,
    or whoever guesses would have ten more each time the owner signs in."""
    return _full_until(store, _day(phone), now) or locked_until(store, phone, now)


def _full_until(store: Store, subject: str, now: datetime) -> datetime | None:
    failures = store.access.failures(subject, stamp(now - DAY))
    until = instant(failures[-MOST]) + DAY if len(failures) >= MOST else now
    return until if until > now else None


def web_fail(store: Store, phone: str, now: datetime, budget: int) -> None:
    """Count a wrong code typed on the web: for the account and for the whole site. Guessing on
    a large scale is noticed at once: by its pace, at the latest when the budget is spent."""
    for subject in (phone, _day(phone), _WEB):
        fail(store, subject, now)
    if web_closed(store, now, budget):
        _notice(store, now, "the budget of wrong codes is spent: typing a code is closed")
    elif store.access.count(_WEB, stamp(now - _MINUTE)) >= SPATE:
        _notice(store, now, f"{SPATE} wrong codes within a minute")


def web_closed(store: Store, now: datetime, budget: int) -> bool:
    """Whether nobody may sign in by typing a code: the budget of 24 hours is spent."""
    return store.access.count(_WEB, stamp(now - DAY)) >= budget


def guesses(store: Store, now: datetime) -> Guesses:
    """What an operator is to know of wrong codes typed on the web."""
    noticed = store.places.fact(_NOTICED)
    at = instant(noticed) if noticed else None
    recent = at if at and at > now - DAY else None
    return Guesses(store.access.count(_WEB, stamp(now - DAY)), recent)


def _notice(store: Store, now: datetime, why: str) -> None:
    """Say it in the log, once a minute at most, and keep when."""
    last = store.places.fact(_NOTICED)
    if last is None or instant(last) <= now - _MINUTE:
        store.places.set_fact(_NOTICED, stamp(now))
        _log.error("somebody is guessing access codes", extra={"why": why})


def _day(phone: str) -> str:
    return f"day:{phone}"
