"""The paper card: 40 one-time codes, worth nothing without the enrolled phone.

Look-up secrets in the sense of NIST SP 800-63B-4: six random digits, handed over or posted, each
works once, kept as a keyed hash, guesses limited. The same number is asked until it is answered:
whoever has seen a few codes cannot dial until one of those comes up.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from lite import numbers
from lite.clock import stamp
from lite.identity import throttle
from lite.identity.codes import Locked
from lite.store import Store
from lite.vault import Vault

CODES = 40
REORDER = 8  # numbers left when the next card is ordered
UNREADABLE = 3  # numbers a card may skip

_CODE = re.compile(r"[0-9]{6}")
_SEPARATORS = re.compile(r"[\s._\u2010-\u2015\u2212-]+")


@dataclass(frozen=True)
class Card:
    """A new card, as it is printed: the only time its codes are known to anybody but its owner.
    `id` has twelve digits, the last two of them check digits."""

    id: str
    codes: dict[int, str]


@dataclass(frozen=True)
class Challenge:
    """The number whose code is asked; how many unused codes the card has, this one included."""

    number: int
    left: int


@dataclass(frozen=True)
class Proved:
    """The code was right, and is used up; `left` is how many codes remain on the card."""

    left: int


@dataclass(frozen=True)
class WrongCode:
    """Not the code of the number asked; `left` is how many tries remain today."""

    left: int


@dataclass(frozen=True)
class NoCard:
    """No card in use, or none of its codes is left."""


@dataclass(frozen=True)
class NoMore:
    """The card has skipped all the numbers it may: an agency replaces it."""


def issue(
    store: Store, vault: Vault, person: str, now: datetime, codes: Mapping[int, str] | None = None
) -> Card:
    """A new card of 40 random codes (or of the codes given, for a demo). The card before stops at
    once; failures stay counted. ValueError unless `codes` is 1 to 40, six digits each."""
    printed = dict(codes) if codes is not None else _draw()
    if sorted(printed) != list(range(1, CODES + 1)) or not all(
        map(_CODE.fullmatch, printed.values())
    ):
        raise ValueError(f"a card has {CODES} codes of six digits, numbered from 1")
    with store.transaction(f"card:{person}"):
        store.cards.end(person, "replaced", stamp(now))
        while True:
            card = numbers.with_check(f"5{secrets.randbelow(10**9):09d}")
            hashes = [(number, _hash(vault, card, number, printed[number])) for number in printed]
            if store.cards.begin(card, person, hashes, stamp(now)):
                return Card(card, printed)


def _draw() -> dict[int, str]:
    return {number: f"{secrets.randbelow(10**6):06d}" for number in range(1, CODES + 1)}


def demo_codes(vault: Vault, person: str) -> dict[int, str]:
    """The codes of a fictitious person's card: the same every time with the same key file, so
    that a demo can show them. Never for a real person."""
    return {
        number: f"{int(vault.hash('demo-card', f'{person}:{number}'), 16) % 10**6:06d}"
        for number in range(1, CODES + 1)
    }


def challenge(store: Store, person: str) -> Challenge | None:
    """The number to ask for: the same one until it is answered right. None: no card to ask."""
    card = store.cards.active(person)
    if card is None:
        return None
    if card.asked is not None:  # as nearly always: nothing is written to say it again
        return Challenge(card.asked, len(store.cards.unused(person)))
    with store.transaction():
        card, unused = store.cards.hold(person), store.cards.unused(person)
        if card is None or not unused:
            return None
        number = card.asked
        if number is None:
            number = secrets.choice(unused)
            store.cards.ask(card.card, number)
        return Challenge(number, len(unused))


def prove(
    store: Store, vault: Vault, person: str, code: str, now: datetime
) -> Proved | WrongCode | Locked | NoCard:
    """Consume the code of the number asked, at most once, on whatever door it comes first.

    Spaces, dashes, Arabic and Persian digits are read as people mean them. What is not six digits
    is no try and is not counted. Ten failures in 24 hours are the most, whatever the cards.
    """
    with store.transaction():
        card = store.cards.hold(person)
        asked = challenge(store, person)
        if card is None or asked is None:
            return NoCard()
        until = locked_until(store, person, now)
        if until:
            return Locked(until)
        if not is_code(code):
            return WrongCode(_tries_left(store, person, now))
        if spend(store, vault, person, code, now):
            store.access.forgive(_subject(person))
            return Proved(asked.left - 1)
        throttle.fail(store, _subject(person), now)
        return WrongCode(_tries_left(store, person, now))


def is_code(typed: str) -> bool:
    """Whether this is a code as people type one: anything else is no try."""
    return _CODE.fullmatch(_typed(typed)) is not None


def spend(store: Store, vault: Vault, person: str, code: str, now: datetime) -> bool:
    """Consume the code of the number asked, if this is it. Whoever calls counts the failures."""
    with store.transaction():
        card = store.cards.hold(person)
        asked = challenge(store, person)
        if card is None or asked is None:
            return False
        hashed = _hash(vault, card.card, asked.number, _typed(code))
        return store.cards.use(card.card, asked.number, hashed, stamp(now))


def _typed(code: str) -> str:
    return _SEPARATORS.sub("", numbers.plain(code))


def unreadable(store: Store, person: str, now: datetime) -> Challenge | NoMore | Locked | NoCard:
    """Skip the number asked, for good, and ask for another one. Counts as a failure; a card may
    skip three numbers. Where nothing was asked yet, nothing is skipped."""
    with store.transaction():
        card = store.cards.hold(person)
        if card is None:
            return NoCard()
        until = locked_until(store, person, now)
        if until:
            return Locked(until)
        if card.unreadable >= UNREADABLE:
            return NoMore()
        if card.asked is not None:
            store.cards.retire(card.card, card.asked, stamp(now))
            throttle.fail(store, _subject(person), now)
        return challenge(store, person) or NoCard()


def locked_until(store: Store, person: str, now: datetime) -> datetime | None:
    """Until when no code of this person is tried; None if one may be tried now."""
    return throttle.locked_until(store, _subject(person), now)


def lost(store: Store, person: str, now: datetime) -> bool:
    """The card is lost: none of its codes works from now on. False when there was no card."""
    return store.cards.end(person, "lost", stamp(now))


def left(store: Store, person: str) -> int:
    """How many codes the person's card still has; 0 without a card."""
    return len(store.cards.unused(person))


def due_for_reorder(store: Store, person: str, now: datetime) -> bool:
    """Whether the next card must be ordered: true once a card, at eight codes left."""
    with store.transaction():
        return left(store, person) <= REORDER and store.cards.reorder(person, stamp(now))


def _tries_left(store: Store, person: str, now: datetime) -> int:
    failures = store.access.failures(_subject(person), stamp(now - throttle.DAY))
    return max(0, throttle.MOST - len(failures))


def _subject(person: str) -> str:
    return f"card:{person}"


def _hash(vault: Vault, card: str, number: int, code: str) -> str:
    return vault.hash("card", f"{card}:{number}:{code}")
