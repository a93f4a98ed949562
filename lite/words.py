"""Words made comparable: what a thumb types against what a list says."""

from __future__ import annotations

import unicodedata

_ARABIC = str.maketrans("أإآٱىةؤئ", "اااايهوي", "ـ")
_KEYS = {letter: str(digit) for digit, letters in enumerate(
    ("", "", "abc", "def", "ghi", "jkl", "mno", "pqrs", "tuv", "wxyz")) for letter in letters}  # fmt: skip


def folded(text: str) -> str:
    """Letters and digits only, lower case, without accents or vowel marks; Arabic hamza, ta
    marbuta and alef maqsura in their plain form. `El-Jadida` and `el jadida` meet."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_ARABIC))
    return "".join(character for character in bare if character.isalnum())


def keypad(text: str) -> str:
    """The digits that spell a word on a phone's keypad: `Casa` is 2272. Latin letters only."""
    return "".join(_KEYS.get(letter, letter) for letter in folded(text) if letter.isascii())
