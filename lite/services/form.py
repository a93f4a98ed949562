"""A service is a form: an ordered list of fields and an answer. The doors do the rest.

USSD asks one question a screen, SMS reads words after a keyword and asks back what is missing,
the web lays the questions on a page. All three come through `Form`, so a service is written once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Literal

from lite import numbers
from lite.services.fields import (
    NO,
    YES,
    Answers,
    CardCode,
    Choice,
    Field,
    Invalid,
    Level,
    LongChoice,
    Month,
    Narrow,
    Number,
    Option,
    Reference,
    Tell,
    When,
    Words,
    YesNo,
    always,
    key,
    month,
    pick,
)
from lite.text import T, Text, raw

if TYPE_CHECKING:
    from lite.desk.service import Desk

# The kinds of questions are told here too: whoever writes or asks a form needs one import.
__all__ = [
    "NO",
    "SURE",
    "WHO",
    "WHOM",
    "YES",
    "Answers",
    "CardCode",
    "Choice",
    "Field",
    "Form",
    "Invalid",
    "Level",
    "LongChoice",
    "Month",
    "Narrow",
    "Number",
    "Option",
    "Outcome",
    "Reference",
    "Reply",
    "Service",
    "Tell",
    "When",
    "Words",
    "YesNo",
    "always",
    "key",
    "month",
    "offered",
    "opens",
    "pick",
    "questions",
]

Outcome = Literal["told", "known", "asked", "received", "noted", "kept"]


@dataclass(frozen=True)
class Reply:
    """What a service answers. `known` carries the date of what it tells, and the kind of fact it
    is `about`; `asked` and `received` a reference; `told` is public knowledge; `noted` a wish that
    holds from now on; `kept` says that nothing was sent. `then`: the service that gives more."""

    lines: Sequence[Text]
    outcome: Outcome = "told"
    as_of: datetime | None = None
    reference: str | None = None
    about: str = ""
    then: str = ""


@dataclass(frozen=True, kw_only=True, eq=False)
class Service:
    """One thing a citizen can do. `ussd` is what is dialled, `words` the SMS keywords by
    language, `short` the menu line, `commits` whether answering changes something, `unsure` when
    what `confirm` says is to be confirmed, `bars` why this person cannot begin it now, `scope` what
    a helper's mandate must hold, `named` whether a bare digit is not enough for an SMS."""

    key: str
    level: Level
    ussd: str
    title: Text
    short: Text
    words: Mapping[str, Sequence[str]]
    answer: Callable[[Desk, Answers], Reply]
    fields: Sequence[Field] = ()
    confirm: Tell | None = None
    commits: bool = False
    bars: Callable[[Desk], Sequence[Text]] | None = None
    scope: str = ""
    unsure: When = always
    named: bool = False


SURE = "sure"
WHO = "who"


def opens(service: Service, desk: Desk) -> bool:
    """Whether a service may begin for this caller; a card that it needs is asked by its form, and
    a helper whose mandate does not hold it is told so there."""
    return service.level == Level.T0 or desk.level > Level.T0 or bool(desk.helps)


def offered(service: Service, enrolled: bool, scopes: Collection[str]) -> bool:
    """Whether a menu shows a service: it may begin, and who helps in `scopes` may finish it."""
    return service.level == Level.T0 or enrolled or service.scope in scopes


def _people(desk: Desk, answers: Answers) -> Sequence[Option]:
    arabic = desk.language == "ar"
    return [Option(one.id, raw(one.masked_ar if arabic else one.masked)) for one in desk.people]


WHOM = Choice(
    name=WHO,
    moves=True,
    ask=T("Pour qui ?"),
    help=T("Choisissez un chiffre de la liste."),
    choices=_people,
)


@cache
def questions(service: Service) -> Sequence[Field]:
    """All that a service may ask, in order: whom it is for, its fields, a code of the card where
    the service needs one (last: by SMS it opens the one message that answers it), are you sure.
    Where a code is for this act alone, it is given by whoever has read what it is for."""
    asked: list[Field] = [WHOM] if service.level > Level.T0 else []
    asked += service.fields
    if service.level == Level.T2:
        asked.append(CardCode())
    if service.level == Level.T3:
        asked.append(_oath(service))
    elif (tell := service.confirm) is not None:
        asked.append(YesNo(name=SURE, ask=T("Confirmer ?"), tell=tell, when=service.unsure))
    return tuple(asked)


def _oath(service: Service) -> Field:
    return CardCode(
        name=SURE,
        ask=T("Pour confirmer, tapez le code {number} de votre carte"),
        tell=service.confirm,
        when=lambda desk, answers: desk.level < Level.T3 and desk.card is not None,
        act=True,
    )


class Form:
    """One service as one person fills it. `answers` are kept by field name: unknown names are
    dropped and missing ones asked again, so a form survives a change of the service. None is kept
    for a person whom this phone no longer speaks for."""

    def __init__(self, service: Service, desk: Desk, answers: Answers | None = None) -> None:
        self.service = service
        self._questions = questions(service)
        names = {name for field in self._questions for name in (field.name, field.name + "?")}
        self.answers = {name: value for name, value in (answers or {}).items() if name in names}
        if service.level > Level.T0:
            desk = desk.serving(service.scope)
        if (who := self.answers.get(WHO)) and who not in desk.helps and who not in desk.ids:
            self.answers = {}
        self.desk = desk.on_behalf(self.answers.get(WHO))

    def asked(self) -> Field | None:
        """The question that comes next; None when all is answered, or nothing may be."""
        if self._barred():
            return None
        for question in self._questions:
            if question.name not in self.answers and self._applies(question):
                return question
        return None

    def _barred(self) -> Sequence[Text]:
        """Why this person cannot use this service now; nothing while it is not known who."""
        if self.service.level > Level.T0 and self.desk.beyond:
            return [T("Votre mandat d'aidant ne va pas jusque-là.")]
        if self.service.level < Level.T2 or self.desk.person is None:
            return ()
        if self.service.level > self.desk.level and self.desk.card is None:
            return [T("Il faut une carte de codes. Demandez-la à l'agence.")]
        return self.service.bars(self.desk) if self.service.bars else ()

    def _applies(self, question: Field) -> bool:
        if question is WHOM:
            return len(self.desk.ids) > 1 and self.desk.person is None
        return question.when(self.desk, self.answers)

    def feed(self, typed: str) -> None:
        """Answer the pending question. Raises `Invalid`; several matches narrow the question."""
        question = self.asked()
        if question is None:
            return
        try:
            value = question.read(numbers.plain(typed), self.desk, self.answers)
        except Narrow as narrowed:
            self.answers[question.name + "?"] = str(narrowed)
            return
        self.answers.pop(question.name + "?", None)
        if question.kept:
            self.answers[question.name] = value
        if question is WHOM:
            self.desk = self.desk.on_behalf(value)

    def unanswer(self) -> bool:
        """Take back the last answer. False when there was none."""
        if not self.answers:
            return False
        name, _ = self.answers.popitem()
        if name == WHO:
            self.desk = self.desk.on_behalf(None)
        return True

    def answer(self) -> Reply:
        """The service's answer, once nothing is left to ask."""
        if self.answers.get(SURE) == NO:
            return Reply([T("Rien n'a été envoyé.")], outcome="kept")
        if barred := self._barred():
            return Reply(barred, "kept")
        if self.service.level > self.desk.level:
            raise PermissionError("the service's level was not reached")
        return self.service.answer(self.desk, self.answers)
