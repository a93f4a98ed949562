"""A handset is lost: its owner stops it without it, by their paper card, from any phone or page.

Who stops is shown by the card alone: its number, and the code that is asked of it. A number of a
card stands on the paper and nowhere else: whoever has read a register, or stolen a handset, does
not have it, and can neither stop a phone nor use up the tries that its owner has left. Wrong tries
count for the number that was typed, whether a card has it or not, and close nothing else. What is
stopped is not replaced here: a phone is enrolled at a counter or by post.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lite.identity import audit, cards, phones, throttle
from lite.identity.cards import WrongCode
from lite.identity.codes import Locked
from lite.identity.phones import Held
from lite.store import Store
from lite.vault import Vault


@dataclass(frozen=True)
class Stopped:
    """These phones (with what they were) speak for the person no more; `person` is their id."""

    person: str
    phones: list[Held]


def asked(store: Store, vault: Vault, card: str) -> int:
    """Which code of a card is asked for: the one that its owner is asked everywhere; of a card that
    does not exist, always the same one."""
    with store.transaction():
        person = store.cards.owner(card)
        challenge = cards.challenge(store, person) if person else None
    if challenge:
        return challenge.number
    return int(vault.hash("no-card", card), 16) % cards.CODES + 1


def stop(
    store: Store, vault: Vault, card: str, code: str, keep: str, now: datetime
) -> Stopped | WrongCode | Locked:
    """Use up a code of a card, and stop every phone of its owner, but for `keep` (a blind index):
    the one they speak from. What is not six digits is no try and is not counted."""
    subject = f"stop:{vault.hash('card-number', card)}"
    with store.transaction(f"tries:{subject}"):
        if until := throttle.locked_until(store, subject, now):
            return Locked(until)
        if not cards.is_code(code):
            return WrongCode(0)
        person = store.cards.owner(card)
        if person is None or not cards.spend(store, vault, person, code, now):
            throttle.fail(store, subject, now)
            return WrongCode(0)
        store.access.forgive(subject)
        return _stopped(store, vault, person, keep, now)


def _stopped(store: Store, vault: Vault, person: str, keep: str, now: datetime) -> Stopped:
    known = [one for one in phones.held(store, vault, person) if one.index != keep]
    for index in sorted(store.enrolments.bound(person)):
        if index != keep:
            phones.lose(store, vault, person, index, audit.SYSTEM, now)
    return Stopped(person, known)
