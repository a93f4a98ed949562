"""Access codes: six digits, ten minutes, once, for one phone and one person.

A code that a page asked for works in the browser that asked, and in no other: nobody guesses at it
from elsewhere. One that a phone shows or was sent on its own demand works in any.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from lite.clock import stamp
from lite.identity import throttle
from lite.store import Store
from lite.vault import Vault

LIFE = timedelta(minutes=10)
# So far may the clocks of two machines be apart.
_SKEW = timedelta(seconds=1)


@dataclass(frozen=True)
class Signed:
    """The code was right: whose it is."""

    person: str


@dataclass(frozen=True)
class Wrong:
    """The code is not the one."""


@dataclass(frozen=True)
class Spent:
    """The code was ours, and is used or too old."""


@dataclass(frozen=True)
class Elsewhere:
    """The code is right, for the browser that asked for it: this is another."""


@dataclass(frozen=True)
class Closed:
    """So many wrong codes were typed on the web that nobody signs in by typing one today."""


@dataclass(frozen=True)
class Locked:
    """Too many failures: not before `until`, whatever the code."""

    until: datetime


def issue(
    store: Store, vault: Vault, phone: str, person: str, now: datetime, browser: str = ""
) -> str:
    """A new code for a phone (its blind index), and for a browser if a page asks (`of_browser`).
    It stops the codes before it, counts nothing."""
    code = f"{secrets.randbelow(1_000_000):06}"
    until, hashed = stamp(now + LIFE), _hash(vault, phone, code)
    store.access.issue(phone, hashed, person, browser, until, stamp(now))
    return code


def of_browser(vault: Vault, cookie: str) -> str:
    """The keyed hash of a browser's cookie; empty without one."""
    return vault.hash("browser", cookie) if cookie else ""


def check(
    store: Store, vault: Vault, phone: str, code: str, now: datetime, browser: str = "",
    budget: int = throttle.BUDGET,
) -> Signed | Wrong | Spent | Elsewhere | Locked | Closed:  # fmt: skip
    """Consume a code typed on the web, at most once. An unknown phone is answered, and counted,
    as a known one. `budget`: wrong codes a day for all phones together."""
    with store.transaction(f"tries:{phone}"):
        if throttle.web_closed(store, now, budget):
            return Closed()
        until = throttle.web_locked_until(store, phone, now)
        if until:
            return Locked(until)
        hashed = _hash(vault, phone, code)
        person = store.access.use(phone, hashed, browser, stamp(now), stamp(now + _SKEW))
        if person:
            store.access.forgive(phone)
            return Signed(person)
        throttle.web_fail(store, phone, now, budget)
        return _why(store, phone, hashed, browser, now)


def _why(
    store: Store, phone: str, hashed: str, browser: str, now: datetime
) -> Wrong | Spent | Elsewhere:
    if store.access.elsewhere(phone, hashed, browser, stamp(now)):
        return Elsewhere()
    return Spent() if store.access.spent(phone, hashed) else Wrong()


def _hash(vault: Vault, phone: str, code: str) -> str:
    return vault.hash("code", f"{phone}:{code}")
