"""Words made comparable: what a thumb types against what a list says."""

from __future__ import annotations

import unicodedata

_ARABIC = str.maketrans("أإآٱىةؤئ", "اااايهوي", "ـ")
_GROUPS = {"2": "abc", "3": "def", "4": "ghi", "5": "jkl", "6": "mno", "7": "pqrs", "8": "tuv",
           "9": "wxyz"}  # fmt: skip
_KEYS = {letter: digit for digit, letters in _GROUPS.items() for letter in letters}


def folded(text: str) -> str:
    """Letters and digits only, lower case, without accents or vowel marks; Arabic hamza, ta
    marbuta and alef maqsura in their plain form. `El-Jadida` and `el jadida` meet."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_ARABIC))
    return "".join(character for character in bare if character.isalnum())


def keypad(text: str) -> str:
    """The digits that spell a word on a phone's keypad: `Casa` is 2272. Latin letters only."""
    return "".join(_KEYS.get(letter, letter) for letter in folded(text) if letter.isascii())
