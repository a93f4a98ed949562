"""A phone becomes somebody's: deposited in person, then used once with an activation code.

Nobody is enrolled by knowing things (identity card, registration number, date of birth): those
were published for two million people. A phone may serve several people, a person several phones.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lite import numbers
from lite.clock import instant, stamp
from lite.identity import audit, cards, throttle
from lite.identity.cards import NoCard, Proved, WrongCode
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
_DAY = len("2026-11-24")

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


@dataclass
class Heard:
    """Whom a phone speaks for now, those for whom it was silent too long (person ids), and those
    whom its owner only helps, with what their mandate holds; whether that it was heard today is
    still to be noted."""

    speaks: list[str]
    silent: list[str]
    helps: dict[str, frozenset[str]] = field(default_factory=dict)
    unnoted: bool = False


def deposit(
    store: Store, vault: Vault, person: str, phone: str, by: str, language: str,
    consent_version: str, now: datetime, post: bool, replaces: str = "",
) -> str:  # fmt: skip
    """Keep a phone (E.164) that a person deposited before `by` (a staff name), and what they
    agreed to, in the language they read it in. The activation code, eight digits, known nowhere
    else: good for 24 hours, or 21 days if it goes by post; the code before it stops working. Once
    it is used, the phone that it `replaces` (its blind index) speaks for the person no more.
    ValueError for what is no phone, no language, no version of the text."""
    if numbers.msisdn(phone) != phone or language not in LANGUAGES or consent_version not in TEXTS:
        raise ValueError("a deposit needs a phone, a language and a text that was agreed to")
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    id, index, at = secrets.token_hex(8), vault.hash("phone", phone), stamp(now)
    row = EnrolmentRow(
        id, index, person, _hash(vault, index, code),
        vault.seal(f"enrolments.sealed:{id}", phone.encode(), person),
        by, at, stamp(now + (BY_POST if post else AT_COUNTER)), replaces,
    )  # fmt: skip
    with store.transaction(f"deposits:{index}"):
        store.enrolments.add(row, ConsentRow(person, index, consent_version, language, by, at))
        where = "self" if by == audit.SYSTEM else "post" if post else "counter"
        detail = f"consent={consent_version} {language} {where}"
        audit.append(store, vault, by, "enrolled", person, detail, now)
    return code


def activate(
    store: Store, vault: Vault, phone: str, code: str, now: datetime
) -> Activated | Wrong | Expired | Locked | Nothing:
    """The first use of a deposited phone (E.164), with its code, on a door that vouches for the
    phone. Spaces, dashes and Arabic digits are read as people mean them; what is not eight digits
    is no try and is not counted. Ten failures in 24 hours are the most."""
    index, subject = vault.hash("phone", phone), f"activate:{vault.hash('phone', phone)}"
    with store.transaction(f"tries:{subject}"):
        if not store.enrolments.deposited(index):
            return Nothing()
        if until := throttle.locked_until(store, subject, now):
            return Locked(until)
        typed = _SEPARATORS.sub("", numbers.plain(code))
        if not _CODE.fullmatch(typed):
            return Wrong()
        hashed = _hash(vault, index, typed)
        deposit = store.enrolments.awaited(index, hashed, stamp(now))
        if deposit and (until := _too_soon(store, deposit, now)):
            return Locked(until)
        if deposit and store.enrolments.use(deposit.id, stamp(now)):
            store.access.forgive(subject)
            _bind(store, vault, deposit, now)
            return Activated(deposit.person)
        throttle.fail(store, subject, now)
        return Expired() if store.enrolments.spent(index, hashed) else Wrong()


def _too_soon(store: Store, deposit: EnrolmentRow, now: datetime) -> datetime | None:
    """Until when a number that was deposited at no counter stays out: the hours in which a number
    or a SIM changed are not those in which another one comes in."""
    until = settled_from(store, deposit.person) if deposit.who == audit.SYSTEM else None
    return until if until and until > now else None


def _bind(store: Store, vault: Vault, deposit: EnrolmentRow, now: datetime) -> None:
    store.enrolments.bind(deposit.phone, deposit.person, stamp(now))
    audit.append(store, vault, audit.SYSTEM, "activated", deposit.person, "", now)
    if deposit.replaces and store.enrolments.unbind(deposit.replaces, deposit.person, stamp(now)):
        audit.append(store, vault, audit.SYSTEM, "phone_stopped", deposit.person, "", now)


def waits(store: Store, phone: str, now: datetime) -> bool:
    """Whether an activation code is awaited from this phone (its blind index)."""
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


def hear(store: Store, phone: str, now: datetime) -> Heard:
    """Whom a phone (its blind index) speaks for. A number that was silent for twelve months may
    have been given to somebody else: for those whose it was, it speaks no more until it is
    activated again, or confirmed by a code of their card."""
    at, heard = stamp(now), Heard([], [])
    for voice in store.people.voices(phone, at):
        if voice.scope is not None:
            heard.helps[voice.person] = frozenset(voice.scope.split())
        elif voice.heard_at[:_DAY] == at[:_DAY]:
            heard.speaks.append(voice.person)
        elif voice.heard_at > stamp(now - SILENCE):
            heard.speaks.append(voice.person)
            heard.unnoted = True
        else:
            heard.silent.append(voice.person)
    return heard


def note_heard(store: Store, phone: str, now: datetime) -> None:
    """A phone (its blind index) speaks to us: a sign of life, to be kept once a day. To be heard
    is no proof: it ends no silence."""
    store.people.heard(phone, stamp(now), stamp(now - SILENCE))


def confirm(
    store: Store, vault: Vault, phone: str, person: str, code: str, now: datetime
) -> Proved | WrongCode | Locked | NoCard:
    """End the silence of a phone (its blind index) by a code of the person's card: what a new
    owner of the number does not have. Counts as a change of the SIM behind it."""
    with store.transaction():
        outcome = cards.prove(store, vault, person, code, now)
        if isinstance(outcome, Proved):
            store.people.confirm(phone, person, stamp(now))
            sim_changed(store, phone, now)
            audit.append(store, vault, audit.SYSTEM, "activated", person, "card", now)
        return outcome


def _hash(vault: Vault, index: str, code: str) -> str:
    return vault.hash("activation", f"{index}:{code}")
