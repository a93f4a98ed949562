"""Access codes: six digits, ten minutes, once, for one phone and one person."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from lite.clock import stamp
from lite.identity import throttle
from lite.store import Store
from lite.vault import Vault

LIFE = timedelta(minutes=10)


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
class Locked:
    """Too many failures: not before `until`, whatever the code."""

    until: datetime


def issue(store: Store, vault: Vault, phone: str, person: str, now: datetime) -> str:
    """A new code for a phone (its blind index). It stops the codes before it, counts nothing."""
    code = f"{secrets.randbelow(1_000_000):06}"
    store.access.issue(phone, _hash(vault, phone, code), person, stamp(now + LIFE), stamp(now))
    return code


def check(
    store: Store, vault: Vault, phone: str, code: str, now: datetime
) -> Signed | Wrong | Spent | Locked:
    """Consume a code, at most once. An unknown phone is answered, and counted, as a known one."""
    with store.transaction():
        until = throttle.locked_until(store, phone, now)
        if until:
            return Locked(until)
        hashed = _hash(vault, phone, code)
        person = store.access.use(phone, hashed, stamp(now))
        if person:
            store.access.forgive(phone)
            return Signed(person)
        throttle.fail(store, phone, now)
        return Spent() if store.access.spent(phone, hashed) else Wrong()


def _hash(vault: Vault, phone: str, code: str) -> str:
    return vault.hash("code", f"{phone}:{code}")
