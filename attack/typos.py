"""S14: a million slips of the thumb, and digits in every script: nothing is lost by either."""

from __future__ import annotations

import random
import string
from collections import Counter
from dataclasses import dataclass

from attack.figures import Figure
from lite import numbers
from lite.services import SERVICES
from lite.services.form import NO, YES, Invalid, Option, pick
from lite.sms.keywords import EXACT_ONLY, Keywords
from lite.text import LANGUAGES, T, say

_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءأإآ"
_ALPHABETS = {"fr": string.ascii_uppercase + "ÉÈÀÇ0123456789", "ar": _ARABIC + "0123456789"}
_MARKS = ("", " ", "\u200f", "\u200e", "\u2067", "\u202b", "-", "\u00a0", "\u2009")
_ZEROS = (0x30, 0x660, 0x6F0, 0xFF10)


@dataclass(frozen=True)
class Words:
    """Slips read, how many of them are different, and what would have silenced or woken a phone
    though something else was meant."""

    read: int
    different: int
    destructive: Counter[str]


def slip(word: str, language: str, chance: random.Random) -> str:
    """One letter wrong, missing, added, doubled, or changed places with its neighbour."""
    at, letter = chance.randrange(len(word)), chance.choice(_ALPHABETS[language])
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    return chance.choice((
        word[:at] + letter + word[at + 1 :], word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:], word[:at] + word[at] + word[at:], swapped,
    ))  # fmt: skip


def words(number: int) -> Words:
    """Slips of every keyword that means no silence, one or two letters each. A slip that makes
    exactly a word of another service is that word: no reader could tell, and none is counted."""
    chance, keywords = random.Random(14), Keywords(SERVICES)
    exact = {word.casefold() for service in SERVICES if service.key in EXACT_ONLY
             for said in service.words.values() for word in said}  # fmt: skip
    meant = [(word, language) for service in SERVICES if service.key not in EXACT_ONLY
             for language, said in service.words.items() for word in said]  # fmt: skip
    seen: Counter[str] = Counter()
    for _ in range(number):
        word, language = chance.choice(meant)
        typed = slip(word, language, chance)
        seen[slip(typed, language, chance) if typed and chance.random() < 0.03 else typed] += 1
    bad: Counter[str] = Counter()
    for typed, times in seen.items():
        found = keywords.find(typed)
        if found and found.service in EXACT_ONLY and typed.casefold() not in exact:
            bad[typed] += times
    return Words(number, len(seen), bad)


class _Says:
    """As much of a desk as reading an option needs."""

    def __init__(self, language: str) -> None:
        self._language = language

    def says(self, text: T) -> str:  # type: ignore[valid-type]
        return say(text, self._language)


def refusals(number: int) -> int:
    """How many slips of "no" are read as "yes"."""
    chance, bad = random.Random(41), 0
    options = (Option(YES, T("Oui")), Option(NO, T("Non")))
    for _ in range(number):
        language = chance.choice(LANGUAGES)
        typed = slip(say(T("Non"), language), language, chance)
        try:
            bad += pick(options, typed, _Says(language), T("Non")) == YES and typed != "1"  # type: ignore[arg-type]
        except Invalid:
            continue
    return bad


def digits(number: int) -> int:
    """How many numbers are understood, typed in any script with marks and spaces among them."""
    chance, understood = random.Random(10), 0
    for _ in range(number):
        reference = numbers.new_reference("dossier")
        zero = chance.choice(_ZEROS)
        typed = "".join(chr(zero + int(digit)) + chance.choice(_MARKS) for digit in reference)
        understood += numbers.reference(typed) == reference
    return understood


def run(slips: int = 1_000_000, typed: int = 20_000) -> list[Figure]:
    """A million slips."""
    found, no, known = words(slips), refusals(typed), digits(typed)
    destructive = sum(found.destructive.values())
    return [
        Figure("S14", f"destructive acts from {found.read:,} slips ({found.different:,} different)",
               str(destructive), "0", destructive == 0),
        Figure("S14", f"slips of NO read as YES, of {typed:,}", str(no), "0", no == 0),
        Figure("S14", "numbers understood in any script", f"{100 * known / typed:.2f} %", "100 %",
               known == typed),
    ]  # fmt: skip
