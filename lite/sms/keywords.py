"""Which service a message is for: its first words, however they were typed.

A keyword may come in French, in Arabic or in Arabic written with Latin letters and digits, with a
slip of the thumb. The keyword alone is folded; what follows it is handed on as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz.distance import OSA

from lite.numbers import plain
from lite.services.form import Service

# A word of these must be typed exactly: a wrong guess would silence or wake a phone.
EXACT_ONLY = ("stop", "start")
# Shorter words have too many neighbours for a guess.
SHORTEST_GUESS = 4
SHORTEST_SKELETON = 3

_LATIN = str.maketrans(
    dict(zip("ابتثجحدذرزسصضطظعفقكلمنهويىةکیگڭپڤ", "abttjhddrzssdtd3fqklmnhwyaakyggpv", strict=True))
    | {"خ": "k", "ش": "s", "غ": "gh", "ء": "", "ـ": "", "œ": "oe", "æ": "ae"}
)
# Digits that stand for Arabic sounds inside a word, and spellings of one sound.
_ARABIZI = str.maketrans({"7": "h", "9": "q", "5": "k", "2": None})
_SOUNDS = (("kh", "k"), ("ch", "s"), ("sh", "s"), ("ou", "w"))
_ARTICLE = re.compile(r"^(?:ال(?=\w{3})|[ae]?l[-'’](?=\w))")
_BETWEEN = r"\s:*,;.!?؟،؛=/#()\"«»_"
_WORD = re.compile(rf"[^{_BETWEEN}]+")
_LEAD = re.compile(rf"[{_BETWEEN}]*")
_GLUED = re.compile(r"(\D{2,}?)([0-9]{2,}.*)")
_VOWELS = re.compile("[aeiouy]")


def fold_keyword(word: str) -> str:
    """One word in the letters that its spellings share: `Attestation`, `l'attestation` and
    `ATTESTATION`, or `شهادة` and `الشَّهادة`, meet. Never fold what follows a keyword."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
    bare = "".join(sign for sign in bare if not unicodedata.category(sign).startswith(("M", "C")))
    bare = _ARTICLE.sub("", bare, count=1).translate(_LATIN)
    if any(sign.isalpha() for sign in bare):
        bare = bare.translate(_ARABIZI)
    for spelled, sound in _SOUNDS:
        bare = bare.replace(spelled, sound)
    return "".join(sign for sign in bare if sign.isalnum())


def skeleton(folded: str) -> str:
    """The consonants of a folded word, none doubled: `dossier` and `dosier` are `dsr`."""
    return _VOWELS.sub("", "".join(sign for sign, _ in groupby(folded)))


@dataclass(frozen=True, slots=True)
class Match:
    """A keyword that was understood. `language` is the one it belongs to, empty when it belongs
    to several; `rest` is what follows it, as typed; `exact` says that nothing was guessed."""

    service: str
    language: str
    word: str
    rest: str
    exact: bool


class Keywords:
    """The words of all services. Where two services share a word, the first in the menu has it;
    `collisions` tells."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._words: dict[str, dict[str, str]] = {}
        for word, service, language in _listed(services):
            self._words.setdefault(word, {}).setdefault(service, language)
            if self._words[word][service] != language:
                self._words[word][service] = ""
        self._longest = max((word.count(" ") + 1 for word in self._words), default=1)

    def find(self, text: str) -> Match | None:
        """The service that a message names first, exactly if possible, else by a good guess."""
        text = plain(text)
        words = [found.span() for found in _WORD.finditer(text)][: self._longest]
        for start, end in ((words[0][0], last) for _, last in reversed(words)):
            match = self._exact(text[start:end], text[end:])
            if match:
                return match
        return self._single(text, *words[0]) if words else None

    def _single(self, text: str, start: int, end: int) -> Match | None:
        """The first word alone: with a number glued to it, or with a slip."""
        word, rest = text[start:end], text[end:]
        glued = _GLUED.fullmatch(word)
        if not glued:
            return self._near(word, rest)
        letters, rest = glued[1], glued[2] + rest
        return self._exact(letters, rest) or self._near(letters, rest)

    def _exact(self, typed: str, rest: str) -> Match | None:
        folded = _folded(typed)
        found = self._words.get(folded)
        if found and found.keys() & set(EXACT_ONLY) and _scant(typed, folded):
            return None
        return _match(next(iter(found.items())), folded, rest, True) if found else None

    def _near(self, typed: str, rest: str) -> Match | None:
        """Same first sound and same consonants; else one letter wrong, missing, added or swapped
        in four or more. Only if a single service is as near."""
        folded = fold_keyword(typed)
        if len(folded) < SHORTEST_SKELETON or not any(sign.isalpha() for sign in folded):
            return None
        bones = skeleton(folded)
        return self._guess(folded, rest, lambda word: _same_bones(word, folded, bones)) or (
            self._guess(folded, rest, lambda word: _one_slip(word, folded))
        )

    def _guess(self, folded: str, rest: str, alike: Callable[[str], bool]) -> Match | None:
        found: dict[str, str] = {}
        for word, services in self._words.items():
            for service, language in services.items():
                if service not in EXACT_ONLY and alike(word):
                    found[service] = language if found.get(service, language) == language else ""
        return _match(next(iter(found.items())), folded, rest, False) if len(found) == 1 else None


def collisions(services: Sequence[Service]) -> list[str]:
    """Folded words that two services claim, `word: first, second`; there should be none."""
    claims: dict[str, list[str]] = {}
    for word, service, _ in _listed(services):
        claims.setdefault(word, []).append(service)
    return [
        f"{word}: {', '.join(dict.fromkeys(claimed))}"
        for word, claimed in claims.items()
        if len(set(claimed)) > 1
    ]


def _listed(services: Sequence[Service]) -> list[tuple[str, str, str]]:
    """(folded word, service, language) for every word of every service."""
    return [
        (_folded(word), service.key, language)
        for service in services
        for language, words in service.words.items()
        for word in words
    ]


def _folded(words: str) -> str:
    return " ".join(fold_keyword(word) for word in _WORD.findall(words))


def _match(found: tuple[str, str], word: str, rest: str, exact: bool) -> Match:
    service, language = found
    return Match(service, language, word, _LEAD.sub("", rest, count=1), exact)


def _scant(typed: str, folded: str) -> bool:
    """Two Latin letters or digits that spell an Arabic word: a slip of many others."""
    return typed.isascii() and len(folded) < SHORTEST_SKELETON


def _same_bones(word: str, folded: str, bones: str) -> bool:
    return len(bones) >= SHORTEST_SKELETON and word[:1] == folded[:1] and skeleton(word) == bones


def _one_slip(word: str, folded: str) -> bool:
    short = min(len(word), len(folded)) < SHORTEST_GUESS
    return not short and OSA.distance(word, folded, score_cutoff=1) <= 1
