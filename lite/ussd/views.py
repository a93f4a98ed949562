"""What each place of the dialogue has to say, besides the menus."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from lite.services import freshness, stops
from lite.services.form import Choice, Field, Form, Option, Reply, Service
from lite.text import Ltr, T, Text, say
from lite.ussd.screens import View, choices, screen

if TYPE_CHECKING:
    from lite.desk.facts import Stop

# What may be done with a form that was left in the middle, and where nothing was understood.
LEFT = (Option("continue", T("Continuer")), Option("again", T("Recommencer")))
READ = (Option("read", T("Continuer")),)
STUCK = (Option("callback", T("Être rappelé par un agent")),)
# A question with so few options is never parted from them, where one screen holds both.
_FEW = 3


def question(form: Form, asked: Field) -> View:
    """The question that comes next, after what is told before it, with its options."""
    told = asked.tell(form.desk, form.answers) if asked.tell else ()
    options = choices(asked.options(form.desk, form.answers), form.desk.language)
    ask = form.desk.says(asked.asks(form.desk, form.answers))
    if len(options) <= _FEW:
        return View([*told, "\n".join([ask, *options])])
    return View([*told, ask, *options])


def offer(service: Service, language: str) -> View:
    """A form was left in the middle: only which one is said, until the caller wants it."""
    title = T("Vous aviez commencé :")
    return View([title, service.short, *choices(LEFT, language)], steady=True)


def stopped(found: Sequence[Stop], language: str) -> list[str]:
    """What is stopped, as lines: what and until when first, for each; then the rest."""
    tops = [stops.headline(stop) for stop in found]
    told = stops.details if len(found) == 1 else stops.whole  # of several, each by its name
    rest = [line for stop in found for line in told(stop)]
    return [say(line, language) for line in [*tops, *rest]]


def notices(lines: Sequence[str], language: str) -> View:
    """The screens of what is stopped: each of them leads on."""
    return View(lines, onward=choices(READ, language)[0])


def stuck(language: str) -> View:
    """Nothing was understood, several times in a row."""
    return View([T("Besoin d'aide ?"), *choices(STUCK, language)])


def goodbye(code: str) -> View:
    """The last word, with the code to dial."""
    return View([T("Au revoir. Pour recommencer, composez :"), code], steady=True, last=True)


def said(reply: Reply, language: str, now: datetime) -> list[str]:
    """A reply as lines: what it says, its reference, since when it is known. Its date comes first
    where one screen does not hold it: nobody reads half of a fact and no date."""
    lines: list[Text] = list(reply.lines)
    if reply.reference:
        lines.append(T("Référence {reference}", reference=Ltr(reply.reference)))
    known = freshness.known(reply, now)
    told = View([say(line, language) for line in (*lines, *known)])
    if not known or not screen(told, 0, None, language).more:
        return [str(line) for line in told.lines]
    return [say(line, language) for line in (known[0], *lines, *known[1:])]


def typed_in_the_end(asked: Field | None) -> bool:
    """Whether a question comes after an answer already, and is answered by typing."""
    return asked is not None and asked.optional and not isinstance(asked, Choice)
