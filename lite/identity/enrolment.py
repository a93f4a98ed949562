"""A phone becomes somebody's: deposited in person, then used once with an activation code.

Nobody is enrolled by knowing things (identity card, registration number, date of birth): those
were published for two million people. A phone may serve several people, a person several phones.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from lite import numbers
from lite.clock import instant, stamp
from lite.identity import audit, throttle
from lite.identity.codes import Locked, Wrong
from lite.identity.consent import TEXTS
from lite.store import Store
from lite.store.enrolments import ConsentRow, EnrolmentRow
from lite.text import LANGUAGES
from lite.vault import Vault

DIGITS = 8
AT_COUNTER = timedelta(hours=24)
BY_POST = timedelta(days=21)  # NIST SP 800-63A-4: an enrolment code by post, 21 days
SETTLING = timedelta(hours=72)
SILENCE = timedelta(days=365)

_CODE = re.compile(f"[0-9]{{{DIGITS}}}")
_SEPARATORS = re.compile(r"[\s._\u2010-\u2015\u2212-]+")


@dataclass(frozen=True)
class Activated:
    """The phone speaks for this person from now on."""

    person: str


@dataclass(frozen=True)
class Expired:
    """The code was ours, and is used, replaced or too old."""


@dataclass(frozen=True)
class Nothing:
    """This phone was deposited nowhere: no code can be right."""


def deposit(
    store: Store, vault: Vault, person: str, phone: str, by: str, language: str,
    consent_version: str, now: datetime, post: bool,
) -> str:  # fmt: skip
    """Keep a phone (E.164) that a person deposited before `by` (a staff name), and what they
    agreed to, in the language they read it in. The activation code, eight digits, known nowhere
    else: good for 24 hours, or 21 days if it goes by post; the code before it stops working.
    ValueError for what is no phone, no language, no version of the text."""
    if numbers.msisdn(phone) != phone or language not in LANGUAGES or consent_version not in TEXTS:
        raise ValueError("a deposit needs a phone, a language and a text that was agreed to")
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    id, index, at = secrets.token_hex(8), vault.hash("phone", phone), stamp(now)
    row = EnrolmentRow(
        id, index, person, _hash(vault, index, code),
        vault.seal(f"enrolments.sealed:{id}", phone.encode()),
        by, at, stamp(now + (BY_POST if post else AT_COUNTER)),
    )  # fmt: skip
    with store.transaction():
        store.enrolments.add(row, ConsentRow(person, index, consent_version, language, by, at))
        detail = f"consent={consent_version} {language} {'post' if post else 'counter'}"
        audit.append(store, vault, by, "enrolled", person, detail, now)
    return code


def activate(
    store: Store, vault: Vault, phone: str, code: str, now: datetime
) -> Activated | Wrong | Expired | Locked | Nothing:
    """The first use of a deposited phone (E.164), with its code, on a door that vouches for the
    phone. Spaces, dashes and Arabic digits are read as people mean them; what is not eight digits
    is no try and is not counted. Ten failures in 24 hours are the most."""
    index, subject = vault.hash("phone", phone), f"activate:{vault.hash('phone', phone)}"
    with store.transaction():
        if not store.enrolments.deposited(index):
            return Nothing()
        until = throttle.locked_until(store, subject, now)
        if until:
            return Locked(until)
        typed = _SEPARATORS.sub("", numbers.plain(code))
        if not _CODE.fullmatch(typed):
            return Wrong()
        hashed = _hash(vault, index, typed)
        person = store.enrolments.use(index, hashed, stamp(now))
        if person:
            store.enrolments.bind(index, person)
            store.access.forgive(subject)
            audit.append(store, vault, audit.SYSTEM, "activated", person, "", now)
            return Activated(person)
        throttle.fail(store, subject, now)
        return Expired() if store.enrolments.spent(index, hashed) else Wrong()


def waits(store: Store, phone: str, now: datetime) -> bool:
    """Whether an activation code is awaited from this phone (its blind index): the doors ask for
    it before anything else."""
    return store.enrolments.waiting(phone, stamp(now))


def settled_from(store: Store, person: str) -> datetime | None:
    """From when the bank account, the number or the helper of a person may change: 72 hours after
    a number of theirs, or the SIM behind one, changed (ITU-T FIGI: match a recent SIM swap with a
    new beneficiary). None if nothing ever changed."""
    changed = store.enrolments.changed(person)
    return instant(changed) + SETTLING if changed else None


def may_change(store: Store, person: str, now: datetime) -> bool:
    """Whether such a change may be asked for now."""
    from_ = settled_from(store, person)
    return from_ is None or from_ <= now


def sim_changed(store: Store, phone: str, at: datetime) -> None:
    """An operator says that the SIM behind a phone (its blind index) was changed."""
    store.enrolments.sim_changed(phone, stamp(at))


def silent_since(store: Store, phone: str) -> datetime | None:
    """When a phone (its blind index) last gave a sign of life, or when we came to know of it."""
    sign = store.enrolments.last_sign(phone)
    return instant(sign) if sign else None


def needs_proof(store: Store, phone: str, now: datetime) -> bool:
    """Whether a phone (its blind index) that speaks for somebody, and to us now, must be proved
    anew: its number was silent for twelve months and may have been given to somebody else.

    To be asked at the start of each turn, before the turn leaves its own trace: being heard is
    noted, once a day. A doubt stays until the phone is activated again.
    """
    with store.transaction():
        if store.enrolments.doubted(phone):
            return True
        last = silent_since(store, phone) or now
        doubted = now - last >= SILENCE
        if doubted or last.date() != now.date():
            store.enrolments.heard(phone, stamp(now), doubted)
        return doubted


def _hash(vault: Vault, index: str, code: str) -> str:
    return vault.hash("activation", f"{index}:{code}")
