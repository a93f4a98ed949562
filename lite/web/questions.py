"""A form laid on a page: what is asked now, what is carried along, what was wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from lite.numbers import plain
from lite.services.form import (
    SURE,
    CardCode,
    Choice,
    Field,
    Form,
    Invalid,
    Level,
    LongChoice,
    Month,
    Option,
    Reference,
    Service,
    Words,
    key,
    questions,
)
from lite.text import Text

_LONGEST = 200  # characters of an answer that are read and shown again
_TOKEN = 8  # hexadecimal digits: no two things of one person share so many
LISTED = 9  # options of a list on one page: as many as a phone has keys, and half a kilobyte


@dataclass(frozen=True)
class Shown:
    """One option: its digit, what choosing it sends, and where it leads where that is a link."""

    key: str
    value: str
    label: Text
    href: str


@dataclass(frozen=True)
class Laid:
    """One question on the page: `single` when one option is to be chosen, else it is typed;
    `digits` when it is typed on a pad of digits; `sure` when it is the last word; `before` and
    `more` are where the parts of a long list on both sides of this one are."""

    name: str
    ask: Text
    single: bool
    digits: bool
    sure: bool
    options: Sequence[Shown]
    typed: str
    error: Text | None
    before: str = ""
    more: str = ""


@dataclass
class Filled:
    """A form after what was submitted: `carried` holds what was typed for each answered question,
    `typed` the rest, `wrong` what the pending question says against its answer."""

    form: Form
    typed: Mapping[str, str]
    carried: dict[str, str] = field(default_factory=dict)
    wrong: Text | None = None

    @property
    def service(self) -> Service:
        return self.form.service


def fill(form: Form, submitted: Mapping[str, str]) -> Filled:
    """Feed the form what was submitted, question after question, until one is missing or wrong."""
    filled, fed = Filled(form, submitted), set()
    while (question := form.asked()) and question.name in submitted and question.name not in fed:
        fed.add(question.name)
        try:
            form.feed(_meant(form, question, submitted[question.name]))
        except Invalid as error:
            filled.wrong = error.text
            break
        if question.name in form.answers:
            filled.carried[question.name] = submitted[question.name]
    return filled


def _meant(form: Form, question: Field, sent: str) -> str:
    """What a choice that was sent stands for. A list that moves is not answered by a digit."""
    if not _moves(question):
        return sent
    for option in question.options(form.desk, form.answers):
        if _token(form, question, option) == sent:
            return option.value
    raise Invalid(question.help)


def _moves(question: Field) -> bool:
    return isinstance(question, Choice) and question.moves


def _token(form: Form, question: Field, option: Option) -> str:
    """What stands for somebody's own thing in an address: always the same for them, meaningless to
    everybody else, and not to be guessed without the keys."""
    whose = form.desk.signed or ""
    named = "\0".join((whose, form.service.key, question.name, option.value))
    return form.desk.office.vault.hash("choice", named)[:_TOKEN]


def typed(values: Sequence[str]) -> str:
    """What was submitted for one question: the last value that says something."""
    return next((text for value in reversed(values) if (text := plain(value)[:_LONGEST])), "")


def asked(filled: Filled, cards: bool = True) -> list[Field]:
    """The questions to lay on this page: the pending one, and those after it that can be asked
    whatever its answer. One that tells something first, or asks if one is sure, stands alone.
    Codes of a card only where `cards` may be asked."""
    form = filled.form
    pending = form.asked()
    if pending is None or pending.tell or isinstance(pending, LongChoice):
        return [pending] if pending else []
    every = questions(filled.service)
    after = every[every.index(pending) + 1 :]
    return [
        pending,
        *(one for one in after if (cards or not isinstance(one, CardCode)) and _stands(one, form)),
    ]


def _stands(question: Field, form: Form) -> bool:
    if question.tell or question.name in form.answers:
        return False
    try:
        applies = question.when(form.desk, form.answers)
        return applies and bool(_has_options(question, form))
    except LookupError:  # it needs an answer that is still to come
        return False


def _has_options(question: Field, form: Form) -> bool:
    return not isinstance(question, Choice) or bool(question.options(form.desk, form.answers))


def parted(laid: Laid, filled: Filled, path: str, part: int) -> Laid:
    """A part of a long list of links, counted from 1, and the ways to its neighbours; the first
    part for one that is not there."""
    starts = range(0, len(laid.options), LISTED)
    part = part if 1 <= part <= len(starts) else 1
    first, last = (part - 1) * LISTED, part * LISTED

    def way(other: int) -> str:
        there = 1 <= other <= len(starts)
        return f"{path}?{urlencode({**filled.carried, 'part': other})}" if there else ""

    options = laid.options[first:last]
    return replace(laid, options=options, before=way(part - 1), more=way(part + 1))


def lay(filled: Filled, fields: Sequence[Field], path: str) -> list[Laid]:
    """The questions of a page as its template shows them."""
    return [_laid(filled, question, path, index == 0) for index, question in enumerate(fields)]


def _laid(filled: Filled, question: Field, path: str, pending: bool) -> Laid:
    form, single = filled.form, isinstance(question, Choice)
    options = []
    for index, option in enumerate(question.options(form.desk, form.answers)):
        value = _value(form, question, index, option)
        href = f"{path}?{urlencode({**filled.carried, question.name: value})}"
        options.append(Shown(key(index), value, option.label, href))
    return Laid(
        name=question.name,
        ask=question.asks(form.desk, form.answers),
        single=single,
        digits=not isinstance(question, (Choice, LongChoice, Words)),
        sure=question.name == SURE,
        options=options,
        typed=filled.typed.get(question.name, ""),
        error=filled.wrong if pending else None,
    )


def _value(form: Form, question: Field, index: int, option: Option) -> str:
    """What choosing an option sends. A digit is no secret in an address; a town is found again by
    its name alone; what is somebody's own goes by a token."""
    if _moves(question):
        return _token(form, question, option)
    return key(index) if isinstance(question, Choice) else option.value


def addressable(service: Service, fields: Sequence[Field]) -> bool:
    """Whether these answers may stand in an address: choices, which say nothing to a stranger, and
    months anywhere, references and towns where the service is public; never a phone, an amount or
    free words."""
    public = (LongChoice, Reference) if service.level == Level.T0 else ()
    return all(isinstance(question, (Choice, Month, *public)) for question in fields)


def harmless(service: Service, fields: Sequence[Field]) -> bool:
    """Whether answering these questions changes nothing yet."""
    sure = any(question.name == SURE for question in fields)
    return not service.commits or (service.confirm is not None and not sure)
