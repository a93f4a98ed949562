"""The dialogue on a phone: menus of two levels, then one question a screen.

`Dialogue` holds one session's state, a plain dict that the door keeps sealed between turns:

    at      home, more, form, reply, notices, resume, stuck or end
    service, answers    the form being filled, by key and by field name
    page    which of the place's screens is shown
    errors  wrong answers in a row
    offered the values that the digits of the last list stand for
    trouble what was wrong with the last one, said on top of the question
    who     for whom, once told, on a phone that several people share
    notices what is stopped, as it is shown before anything else; then, where it leads; dialled,
            what was dialled in advance and waits behind it
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lite import numbers
from lite.services import MORE
from lite.services.form import WHO, Form, Invalid, Level, Service, opens
from lite.services.listed import listed
from lite.text import T, Text
from lite.ussd import between, views
from lite.ussd.menu import Menus
from lite.ussd.screens import BACK, HOME, NEXT, Screen, View, screen

if TYPE_CHECKING:
    from lite.desk.service import Desk

_ERRORS = 3


class Dialogue:
    """One USSD session. `hear` what was typed, then `show` a screen."""

    def __init__(self, menus: Menus, desk: Desk, state: dict[str, Any]) -> None:
        self.menus = menus
        self._services = menus.services
        self.desk = desk
        self.state = state

    @classmethod
    def begin(
        cls, menus: Menus, desk: Desk, left: Mapping[str, Any] | None,
        parts: Sequence[str] = (),
    ) -> Dialogue:  # fmt: skip
        """A new session: the first menu, the form that was `left` in the middle, or where the
        `parts` of what was dialled lead; before all that, what is stopped."""
        dialogue = cls(menus, desk, {"who": None, "trouble": None})
        dialogue.go("home")
        service = dialogue._services.get(left["service"]) if left else None
        if left and service and opens(service, desk):
            dialogue.state |= {
                "at": "resume", "service": service.key, "answers": left["answers"],
            }  # fmt: skip
        if not between.notify(dialogue, parts):
            dialogue.dial(parts)
        return dialogue

    @property
    def unfinished(self) -> bool:
        """Whether a form that holds an answer waits to be continued; for whom it is, is none."""
        given = self.state["answers"].keys() - {WHO}
        if self.state["at"] not in ("form", "notices", "resume", "stuck") or not given:
            return False
        asked = self.form().asked()
        return asked is not None and not asked.optional

    def hear(self, typed: str, dialled: bool = False) -> None:
        """One reply of the caller; `dialled` in advance, so that no screen was shown before it."""
        typed = numbers.plain(typed).rstrip("#").strip()
        if not typed:
            return
        if self.state["service"] and not opens(self._service, self.desk):
            self.start(self.state["service"])  # since it began, this phone was declared lost, or so
            return
        if typed == NEXT and self.show().more:
            self.state["page"] += 1
            return
        self.state["trouble"] = None
        if not dialled and self.state["at"] == "form" and self._hidden(typed):
            self.err(T("Tapez 7 pour la suite."))
        elif typed == HOME:
            self.go("home")
        elif typed == BACK:
            self._back()
        else:
            _HEARS[self.state["at"]](self, typed)

    def dial(self, parts: Sequence[str]) -> None:
        """Go where digits dialled in advance lead."""
        for typed in parts:
            if self.show().last:
                break
            self.hear(typed, dialled=True)

    def show(self) -> Screen:
        """The screen as things stand now."""
        view = _VIEWS[self.state["at"]](self)
        return screen(view, self.state["page"], self.state["trouble"], self.desk.language)

    def apologise(self) -> None:
        """What came does not follow what was said: begin again, and say so."""
        self.go("home")
        self.state["trouble"] = self.desk.says(T("Reprenons au début."))

    # Moving

    def go(self, place: str, **state: Any) -> None:
        """Stand at another place, on its first screen."""
        self.state |= {"at": place, "page": 0, "errors": 0, **state}
        if place in ("home", "more"):
            self.state |= {"service": None, "answers": {}}

    def _back(self) -> None:
        if self.state["at"] in ("form", "reply") and self._take_back():
            return
        if self.state["at"] == "stuck" and self.state["service"] and self.form().asked():
            self.go("form")
            return
        second = self.state["at"] in ("form", "reply") and MORE + "*" in self._service.ussd
        self.go("more" if second else "home")

    def _take_back(self) -> bool:
        """Undo the last answer; false when there is none to undo."""
        form = self.form()
        if self.state["at"] == "reply" and self.state["done"]:
            return False
        if not form.unanswer():
            return False
        if WHO in self.state["answers"] and WHO not in form.answers:
            self.state["who"] = None
        self.go("form", service=self._service.key, answers=form.answers)
        return True

    def err(self, help: Text) -> None:
        """What was typed is not understood: say so; three times in a row, offer a way out."""
        self.state["errors"] += 1
        self.state["page"] = 0  # where the line of help is
        self.state["trouble"] = self.desk.says(help)
        if self.state["errors"] >= _ERRORS:
            self.state |= {"at": "stuck", "trouble": None}

    # Menus

    def _choose(self, typed: str) -> None:
        key = self.menus.chosen(self.desk, self.state["at"], typed)
        if key is None:
            self.err(between.WRONG)
        elif key in self._services:
            self.start(key)
        else:
            self.go(key)

    # Forms

    @property
    def _service(self) -> Service:
        return self._services[self.state["service"]]

    def level(self, key: str) -> Level:
        """What a service asks of its caller."""
        return self._services[key].level

    def form(self) -> Form:
        """The form being filled, as far as it is."""
        return Form(self._service, self.desk, self.state["answers"])

    def start(self, key: str) -> None:
        """Begin a service, or hear how to enrol where it is not open to this caller."""
        service = self._services[key]
        if not opens(service, self.desk):
            service = self._services["enrol"]
        who = self.state.get("who") if service.level > Level.T0 else None
        answers = {WHO: who} if who else {}
        self.go("form", service=service.key, answers=answers)
        self.advance(self.form())

    def _hidden(self, typed: str) -> bool:
        """Whether this is a stray digit, and would answer a question on a page not shown yet."""
        stray = len(typed) <= 2 and typed not in (HOME, BACK)
        # A list is not looked at again before its digit is understood as it was shown.
        return stray and views.typed_in_the_end(self.form().asked()) and self.show().more

    def _fill(self, typed: str) -> None:
        form = self.form()
        # The list may have moved since it was shown: a digit means what stood behind it then.
        meant = self.state.get("offered", {}).get(typed.rstrip(".)"), typed)
        try:
            form.feed(meant)
        except Invalid as error:
            self.err(error.text)
            return
        self.desk.proved = form.desk.proved
        self.state |= {"page": 0, "errors": 0, "who": form.answers.get(WHO, self.state["who"])}
        self.advance(form)

    def advance(self, form: Form) -> None:
        """Ask the next question, or answer once nothing is left to ask."""
        self.state["answers"] = form.answers
        if form.asked() is None:
            self._answer(form)

    def _answer(self, form: Form) -> None:
        reply = form.answer()
        self.desk.language = form.desk.language
        self.state |= {"at": "reply", "page": 0}
        self.state["said"] = views.said(reply, self.desk.language, self.desk.now)
        # Done cannot be taken back. The last word also outlives the session: what is to be noted.
        self.state["done"] = form.service.commits and reply.outcome not in ("known", "kept")
        self.state["last"] = self.state["done"] and reply.outcome != "noted"

    def _question(self) -> View:
        form = self.form()
        question = form.asked()
        if question is None:
            self._answer(form)
            return self._reply()
        self.state["offered"] = listed(form, question)
        return views.question(form, question)

    def _reply(self) -> View:
        last = self.state["last"]
        return View(self.state["said"], steady=last, last=last)


# By place: what a reply means, and what is shown.
_HEARS: Mapping[str, Callable[[Dialogue, str], None]] = {
    "home": Dialogue._choose,
    "more": Dialogue._choose,
    "form": Dialogue._fill,
    "reply": lambda dialogue, typed: dialogue.err(T("Tapez 0 pour revenir.")),
    "notices": between.read,
    "resume": between.resume,
    "stuck": between.unstick,
    "end": lambda dialogue, typed: dialogue.go("home"),
}
_VIEWS: Mapping[str, Callable[[Dialogue], View]] = {
    "home": lambda one: one.menus.menu(one.desk, "home"),
    "more": lambda one: one.menus.menu(one.desk, "more"),
    "form": Dialogue._question,
    "reply": Dialogue._reply,
    "notices": lambda one: views.notices(one.state["notices"], one.desk.language),
    "resume": lambda one: views.offer(one._service, one.desk.language),
    "stuck": lambda one: views.stuck(one.desk.language),
    "end": lambda one: views.goodbye(one.desk.office.service_code),
}
