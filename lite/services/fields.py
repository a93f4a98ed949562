"""The kinds of questions a form asks: what can be chosen, what may be typed, and what it means.

An answer is read once, from plain text, whatever the door; what cannot be read says in one line
what to type instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from lite import numbers
from lite.text import Ltr, T, Text
from lite.words import folded

if TYPE_CHECKING:
    from lite.desk.service import Desk

Answers = Mapping[str, str]
When = Callable[["Desk", Answers], bool]
Tell = Callable[["Desk", Answers], Sequence[Text]]

YES, NO = "yes", "no"


class Level(IntEnum):
    """What a person must have shown before a service opens to them."""

    T0 = 0  # nothing: public
    T1 = 1  # a call or a message from an enrolled phone
    T2 = 2  # T1 and a code of the person's card
    T3 = 3  # T2, a delay and notices


class Invalid(Exception):
    """What was typed is no answer; `text` says in one line what to type instead."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.id)
        self.text = text


class Narrow(Exception):
    """What was typed leaves several possibilities: show them and ask again."""


def always(desk: Desk, answers: Answers) -> bool:
    return True


@dataclass(frozen=True)
class Option:
    """One possible answer: `value` is kept, `label` is shown."""

    value: str
    label: Text


def key(index: int) -> str:
    """The digits that choose the option at `index` (from 0): 7 is kept for the next page."""
    return str(index + 1 if index < 6 else index + 2)


@dataclass(frozen=True, kw_only=True)
class Field:
    """A question. `ask` is the question, `help` one line after a wrong answer,
    `tell` what is said before asking, `when` whether it is asked at all."""

    name: str
    ask: Text
    help: Text
    when: When = always
    tell: Tell | None = None
    # What came before is an answer already: nothing waits to be continued.
    optional: bool = False
    kept = True  # the answer is kept with the form

    def asks(self, desk: Desk, answers: Answers) -> Text:
        """The question as it is put to this person."""
        return self.ask

    def options(self, desk: Desk, answers: Answers) -> Sequence[Option]:
        """What can be chosen, in order; empty when the answer is typed freely."""
        return ()

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        """The answer that `typed` (already plain) means. Raises `Invalid`, `Narrow`."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Choice(Field):
    """One of a few options: by its digit, or by its label. `moves` when they are somebody's own
    things: they may change between two turns, and no address may name them."""

    moves: bool = False
    choices: Callable[[Desk, Answers], Sequence[Option]]

    def options(self, desk: Desk, answers: Answers) -> Sequence[Option]:
        return self.choices(desk, answers)

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        return pick(self.options(desk, answers), typed, desk, self.help)


def pick(options: Sequence[Option], typed: str, desk: Desk, help: Text) -> str:
    """The option meant by a digit (`1`, `1.`, `1)`), else a value, else a label with or without
    its accents, which a screen may not show. Raises `Invalid`."""
    wanted = typed.strip(" .)(").casefold()
    by_digit = {key(index): option.value for index, option in enumerate(options)}
    by_value = {option.value.casefold(): option.value for option in options}
    if meant := by_digit.get(wanted) or by_value.get(wanted):
        return meant
    bare = folded(typed)
    named = [option for option in options if bare and folded(desk.says(option.label)) == bare]
    if len(named) != 1:
        raise Invalid(help)
    return named[0].value


@dataclass(frozen=True, kw_only=True)
class YesNo(Choice):
    """Yes is always 1 and no is always 2."""

    choices: Callable[[Desk, Answers], Sequence[Option]] = field(
        default=lambda desk, answers: (Option(YES, T("Oui")), Option(NO, T("Non")))
    )
    help: Text = T("Tapez 1 pour oui, 2 pour non.")


@dataclass(frozen=True, kw_only=True)
class LongChoice(Field):
    """One of hundreds, found by typing: `find` gives the options that what was typed leaves."""

    find: Callable[[Desk, str], Sequence[Option]]
    most: int = 12

    def options(self, desk: Desk, answers: Answers) -> Sequence[Option]:
        typed = answers.get(self.name + "?")
        return self.find(desk, typed)[: self.most] if typed else ()

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        shown = self.options(desk, answers)
        if shown and (len(typed) == 1 or not typed.isdecimal() or len(typed) < 3):
            try:
                return pick(shown, typed, desk, self.help)
            except Invalid:
                if typed.isdecimal() and len(typed) == 1:
                    raise
        return self._found(typed, desk)

    def _found(self, typed: str, desk: Desk) -> str:
        found = self.find(desk, typed)
        if not found:
            raise Invalid(self.help)
        if len(found) > 1:
            raise Narrow(typed)
        return found[0].value


@dataclass(frozen=True, kw_only=True)
class Words(Field):
    """A few free words."""

    most: int = 80

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        if not typed or len(typed) > self.most:
            raise Invalid(self.help)
        return typed


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """Something typed in digits, read by a function that returns None for nonsense."""

    parse: Callable[[str], str | None]

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        value = self.parse(typed)
        if value is None:
            raise Invalid(self.help)
        return value


@dataclass(frozen=True, kw_only=True)
class Reference(Field):
    """A reference printed or sent by us: a slip of the finger is told from an unknown one."""

    help: Text = T("Une référence a 12 chiffres. Tapez-la sans espace.")

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        value = numbers.reference(typed)
        if value is None:
            raise Invalid(self.help)
        if not numbers.has_check(value):
            raise Invalid(T("Un chiffre est faux dans {typed}. Vérifiez.", typed=Ltr(value)))
        return value


@dataclass(frozen=True, kw_only=True)
class Month(Field):
    """A month, typed `0126`, `01/2026` or `012026`; kept as `2026-01`. `valid` says what is
    wrong with a month that is one."""

    help: Text = T("Tapez le mois et l'année, par exemple 012026.")
    valid: Callable[[Desk, Answers, str], Text | None] = lambda desk, answers, value: None

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        digits = "".join(character for character in typed if "0" <= character <= "9")
        year = digits[2:] if len(digits) == 6 else f"20{digits[2:]}"
        if len(digits) not in (4, 6) or not 1 <= int(digits[:2]) <= 12 or year < "1950":
            raise Invalid(self.help)
        value = f"{year}-{digits[:2]}"
        wrong = self.valid(desk, answers, value)
        if wrong:
            raise Invalid(wrong)
        return value


def month(value: str) -> Ltr:
    """`2026-01` as people write it: `01/2026`."""
    year, number = value.split("-")
    return Ltr(f"{number}/{year}")


@dataclass(frozen=True, kw_only=True)
class CardCode(Field):
    """A code of the person's paper card. Right, it raises the desk's level; it is never kept, and
    asked again in another session. One that is for an `act` is asked whatever was shown before,
    and is good for that act alone, in this turn."""

    name: str = "card"
    ask: Text = T("Tapez le code {number} de votre carte")
    help: Text = T("Un code a 6 chiffres. Illisible : tapez 2")
    when: When = lambda desk, answers: desk.level < Level.T2 and desk.card is not None
    act: bool = False
    kept = False

    def asks(self, desk: Desk, answers: Answers) -> Text:
        return Text(self.ask.id, {"number": desk.card or 0})

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        wrong = desk.cannot_read_card() if typed == "2" else desk.prove(typed, self.act)
        if wrong:
            raise Invalid(wrong)
        return ""
