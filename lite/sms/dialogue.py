"""What a message means, and what is said to it.

One message may name a service and answer its questions; what is missing is asked back, and the
next message answers that. `Dialogue` is one message of one phone; between two, the door keeps:

    service, answers    the form being filled, by key and by field name
    rest                words already sent, for the questions that come after "for whom"
    offered             the values that the digits of the list that was sent stand for
    language            of the keyword that began it, "" for the caller's own
    misses              messages not understood, in a row
    at                  when it was kept
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lite import numbers, trace
from lite.clock import instant, stamp
from lite.desk.door import RESUME, Door
from lite.desk.service import Desk
from lite.services.form import WHO, Answers, Choice, Form, Invalid, Service, opens, pick
from lite.services.listed import listed
from lite.sms import reading, wording
from lite.sms.keywords import EXACT_ONLY, Keywords, Match, fold_keyword
from lite.text import Text

SESSION = ""  # a phone has one SMS dialogue
PATIENCE = 3
# Services whose things go by a number of their own.
_FILED = ("dossiers", "requests")
_PAGE = 6  # digits that a page shows
_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")
# In French an « arrêt de travail » begins with this word: only alone is it a wish for silence.
_PLAIN_STOP = "stop"


@dataclass(frozen=True, slots=True)
class Message:
    """An SMS from a phone (E.164); `text` is already plain, `once` its idempotency key."""

    phone: str
    text: str
    once: str


class Dialogue:
    """Understands one message, and posts what is said to it."""

    def __init__(
        self, door: Door, services: Sequence[Service], keywords: Keywords, message: Message
    ) -> None:
        self._door = door
        self._list = services
        self._services = {service.key: service for service in services}
        self._match = keywords.find(message.text)
        self._message = message
        self._state = self._kept()
        self._form = self._pending()
        self._trouble: Text | None = None

    def hear(self) -> None:
        """Try each way to understand, the surest first."""
        ways = (self._stop, self._option, self._keyword, self._answer, self._guess, self._number)
        if not any(way() for way in ways):
            self._miss()

    # What was left open

    def _kept(self) -> dict[str, Any]:
        """The dialogue as it was left, unless that is too long ago."""
        state = self._door.talk(SESSION, self._message.phone) or {}
        now = self._door.office.clock.now()
        return state if state and instant(state["at"]) > now - RESUME else {}

    def _pending(self) -> Form | None:
        """The form that waits for an answer, as far as it still stands."""
        service = self._services.get(self._state.get("service", ""))
        if service is None:
            return None
        desk = self._desk(self._state.get("language", ""))
        form = Form(service, desk, self._state.get("answers", {}))
        return form if opens(service, desk) and form.asked() else None

    def _desk(self, language: str = "") -> Desk:
        """A desk that speaks the language given, else the caller's, else that of the script."""
        if not language and not self._door.caller(self._message.phone).language:
            language = "ar" if _ARABIC.search(self._message.text) else ""
        return self._door.desk(self._message.phone, self._message.once, language)

    # Ways to understand

    def _stop(self) -> bool:
        """Stop and start: exact, at once, whoever asks, in the middle of anything."""
        match = self._match
        if not match or not match.exact or match.service not in EXACT_ONLY:
            return False
        if match.rest and match.word != _PLAIN_STOP:
            return False
        # The word is the same in every language: it does not say which one to answer in.
        chosen = self._door.caller(self._message.phone).language
        return self._begin(self._services[match.service], chosen or match.language)

    def _option(self) -> bool:
        """The very words of an option just offered, even where they begin like a keyword."""
        asked = self._form.asked() if self._form else None
        if not self._form or not asked or self._message.text.isdecimal():
            return False
        options = asked.options(self._form.desk, self._form.answers)
        try:
            pick(options, self._message.text, self._form.desk, asked.help)
        except Invalid:
            return False
        return self._answer()

    def _keyword(self) -> bool:
        return bool(self._match and self._match.exact) and self._named()

    def _guess(self) -> bool:
        return bool(self._match) and self._named()

    def _named(self) -> bool:
        match = self._match
        if not match or match.service in EXACT_ONLY:
            return False
        reference = numbers.reference(match.rest)
        if match.service in _FILED and reference and self._reference(reference, match.language):
            return True
        service = self._services[match.service]
        return self._begin(service, match.language, self._said(service, match))

    def _said(self, service: Service, match: Match) -> str:
        """The words after the keyword; a keyword such as AR is itself an answer."""
        first = service.fields[0] if service.fields else None
        if match.rest or not isinstance(first, Choice) or service.level:
            return match.rest
        desk = self._desk(match.language)
        for option in first.options(desk, {}):
            if match.word in (fold_keyword(option.value), fold_keyword(desk.says(option.label))):
                return option.value
        return ""

    def _answer(self) -> bool:
        """The answer to what was asked back."""
        asked = self._form.asked() if self._form else None
        if not self._form or not asked:
            return False
        typed = self._message.text
        try:
            taken = reading.take(self._form, asked, typed, self._state.get("offered"))
        except Invalid as error:
            self._trouble = error.text
            return False
        rest = typed[taken:].lstrip(reading.BETWEEN) or self._state.get("rest", "")
        return self._go_on(self._form, rest, self._state.get("language", ""))

    def _number(self) -> bool:
        """A bare number: the digits of a page that waits, a menu digit, or a reference of ours, of
        this person's or of a paper."""
        text = self._message.text
        if len(text) == _PAGE and self._desk().pages.asked_at(text):
            return self._begin(self._services["web"], "", text)
        if not self._form:
            for service in self._list:
                if text == service.ussd and not service.named:
                    return self._begin(service)
        reference = numbers.reference(text)
        return reference is not None and self._reference(reference)

    def _reference(self, reference: str, language: str = "") -> bool:
        desk = self._desk(language)
        for someone in [desk.on_behalf(person.id) for person in desk.people]:
            who = {WHO: someone.chosen or ""}
            if reference in [request.reference for request in someone.requests()]:
                return self._shown("requests", reference, language, who)
            if reference in [dossier.number for dossier in someone.dossiers().value]:
                return self._shown("dossiers", reference, language, who)
        if numbers.has_check(reference) and desk.paper(reference):
            return self._shown("verify", reference, language, {})
        return False

    def _shown(self, key: str, reference: str, language: str, who: Answers) -> bool:
        """One thing of a service whose first question is: which one?"""
        service = self._services[key]
        return self._begin(service, language, "", {**who, service.fields[0].name: reference})

    # What follows

    def _begin(
        self, service: Service, language: str = "", rest: str = "", answers: Answers | None = None
    ) -> bool:
        """Open a service, its questions answered by the words that came along."""
        desk = self._desk(language)
        if not opens(service, desk):
            enrol = self._services["enrol"].answer(desk, {})
            return self._say(desk, wording.closed(desk, self._list, enrol))
        return self._go_on(Form(service, desk, answers), rest, language)

    def _go_on(self, form: Form, rest: str, language: str) -> bool:
        """Read what is left to read, then ask what is missing, or answer."""
        trouble = None
        try:
            rest = reading.feed(form, rest)
        except Invalid as error:
            rest, trouble = "", error.text
        asked = form.asked()
        outcome = "not_understood" if trouble else "asked" if asked else "answered"
        trace.note(form.service.key, outcome)
        if asked is None:
            return self._say(form.desk, wording.answer(form.desk, form.answer()))
        kept = {"service": form.service.key, "answers": form.answers, "rest": rest}
        kept["offered"] = listed(form, asked)
        lines = wording.question(form, asked, trouble)
        return self._say(form.desk, lines, kept | {"language": language})

    def _miss(self) -> None:
        """Nothing was understood: say what to type; after three in a row, offer a call-back."""
        trace.note(outcome="not_understood")
        misses = self._state.get("misses", 0) + 1
        asked = self._form.asked() if self._form else None
        if self._form and asked:
            desk, lines = self._form.desk, wording.question(self._form, asked, self._trouble)
        else:
            desk = self._desk()
            lines = self._hint(desk)
        if misses >= PATIENCE:
            lines.append(wording.offer(desk, self._services["callback"]))
        waiting = self._state if asked else {}
        if self._form and asked:  # the list was sent again, as it is now
            waiting = waiting | {"offered": listed(self._form, asked)}
        self._say(desk, lines, waiting | {"misses": misses})

    def _hint(self, desk: Desk) -> list[Text]:
        reference = numbers.reference(self._message.text)
        if reference is None:
            return wording.hint(desk, self._list)
        right = numbers.has_check(reference)
        return wording.unknown(reference) if right else wording.slip(reference)

    def _say(self, desk: Desk, lines: Sequence[Text], state: dict[str, Any] | None = None) -> bool:
        """Post the lines and keep where we are. A service that wrote its own letter has none."""
        self._door.heard(desk)
        if lines:
            self._door.reply(desk, lines)
        kept = (state or {}) | {"at": stamp(desk.now)}
        self._door.keep(SESSION, self._message.phone, kept, unfinished="service" in kept)
        return True
