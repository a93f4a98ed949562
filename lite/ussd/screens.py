"""What a USSD caller sees: lines in their language, cut into screens that fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from lite.fit import fold, pages
from lite.services.form import Option, key
from lite.text import T, Text, say

NEXT, BACK, HOME = "7", "0", "00"
_NEXT = T("7 Suite")
_BACK = T("0 Retour")
_HOME = T("00 Accueil")


@dataclass(frozen=True)
class View:
    """Everything a place of the dialogue has to say, before it is cut into screens.

    `steady`: no way back is offered (the first menu, a last word). `last`: the session ends.
    `onward` stands on every screen: the one thing to do here, with its digit. `common`: the lines,
    a tuple of texts, are the same for everybody, and laid out once.
    """

    lines: Sequence[Text | str]
    steady: bool = False
    last: bool = False
    onward: str = ""
    common: bool = False


@dataclass(frozen=True)
class Screen:
    """One screen: its body, whether another follows, whether the session ends with it."""

    body: str
    more: bool
    last: bool

    @property
    def answer(self) -> str:
        """What the gateway is answered."""
        return f"{'END' if self.last else 'CON'} {self.body}"


def choices(options: Sequence[Option], language: str) -> list[str]:
    """Options as numbered lines: `1 Oui`."""
    return [f"{key(index)} {say(one.label, language)}" for index, one in enumerate(options)]


def screen(view: View, page: int, trouble: str | None, language: str) -> Screen:
    """The screen at `page` (the last one if there are fewer), with a word of help on top."""
    # Somebody's own words are never kept beyond their turn.
    laid = _once if view.common and not trouble else _laid
    cut = laid(view.lines, _foot(language, view.steady, view.onward), trouble, language)
    page = min(page, len(cut) - 1)
    more = page < len(cut) - 1
    return Screen(cut[page], more, view.last and not more)


def _laid(
    lines: Sequence[Text | str], foot: _Foot, trouble: str | None, language: str
) -> list[str]:
    head = _plain(trouble, language) if trouble else ""
    return pages([_plain(line, language) for line in lines], foot, head)


_once = lru_cache(maxsize=256)(_laid)


def _plain(line: Text | str, language: str) -> str:
    text = line if isinstance(line, str) else say(line, language)
    return "\n".join(map(fold, text.split("\n"))) if "\n" in text else fold(text)


@cache
def _foot(language: str, steady: bool, onward: str = "") -> _Foot:
    back, following, home = (_plain(line, language) for line in (_BACK, _NEXT, _HOME))
    return _Foot(back, following, home, steady, _plain(onward, language))


@dataclass(frozen=True)
class _Foot:
    back: str
    next: str
    home: str
    steady: bool
    onward: str

    def __call__(self, page: int, more: bool) -> str:
        """The navigation line; `00` works on every screen, said where there is room for it."""
        if self.onward:
            return f"{self.onward}\n{self.next}" if more else self.onward
        if self.steady:
            return self.next if more else ""
        return f"{self.back} {self.next}" if more else f"{self.back} {self.home}"
