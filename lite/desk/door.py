"""All that a door may do: keep the conversation, know its repeats, post the replies."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from lite.clock import stamp
from lite.desk import post, reports
from lite.desk.office import Office
from lite.desk.service import Desk
from lite.identity import codes, enrolment, sim
from lite.store import StoreError as StoreError
from lite.store.delivery import Report as Report
from lite.store.talks import Caller, Talk
from lite.text import LANGUAGES, Ltr, T, Text

# How long an interrupted form can be continued, and how many answers a phone gets in a day: each
# one costs money, and nobody in need of more than these is helped by another SMS.
RESUME = timedelta(hours=24)
ANSWERS_A_DAY = 100


class Door:
    """One door (`ussd`, `sms`, `web`) of the office. A turn is one `transaction`."""

    def __init__(self, office: Office, name: str) -> None:
        self.office = office
        self.name = name
        self._talks = office.store.talks

    def transaction(self, *alone: str) -> AbstractContextManager[None]:
        """Everything of one turn, committed before it is answered; one at a time of each name."""
        return self.office.store.transaction(*alone)

    def of_phone(self, phone: str) -> AbstractContextManager[None]:
        """The same for a phone (E.164, or whatever it calls itself): its turns come one after the
        other, on whichever machine."""
        return self.transaction(f"phone:{self.office.index(phone)}")

    def desk(
        self, phone: str | None, once: str, language: str = "", signed: str | None = None,
        proved: str | None = None,
    ) -> Desk:  # fmt: skip
        """The desk for one turn, in the language given, else the caller's own, else French."""
        desk = Desk(self.office, self.name, phone, language or "fr", once, signed, proved=proved)
        if not language:
            desk.language = self._language(desk)
        return desk

    def _language(self, desk: Desk) -> str:
        chosen = self._talks.caller(desk.index).language if desk.phone else None
        if not chosen and len(desk.ids) == 1 and desk.people:
            chosen = desk.people[0].language
        return chosen if chosen in LANGUAGES else "fr"

    def caller(self, phone: str) -> Caller:
        """What this phone asked of us for itself."""
        return self._talks.caller(self.office.index(phone))

    def heard(self, desk: Desk) -> None:
        """This phone speaks to us: a sign of life, kept once a day."""
        if desk.heard.unnoted:
            enrolment.note_heard(self.office.store, desk.index, desk.now)

    # The dialogue

    def talk(self, session: str, phone: str) -> dict[str, Any] | None:
        """The dialogue of a session, as the door left it."""
        return self._opened(phone, self._talks.talk(self.name, session, self.office.index(phone)))

    def unfinished(self, phone: str) -> dict[str, Any] | None:
        """The dialogue that this phone left in the middle of a form, if it is recent."""
        since = stamp(self.office.clock.now() - RESUME)
        return self._opened(
            phone, self._talks.unfinished(self.name, self.office.index(phone), since)
        )

    def _opened(self, phone: str, talk: Talk | None) -> dict[str, Any] | None:
        if talk is None:
            return None
        state: dict[str, Any] = self.office.open(self._place(phone, talk.session), talk.state)
        return state

    def keep(
        self, session: str, phone: str, state: dict[str, Any], unfinished: bool,
        owner: str | None = None,
    ) -> None:  # fmt: skip
        """Keep a dialogue; `unfinished` if a form with an answer waits to be continued. `owner` is
        what `Desk.owner` says; who does not know leaves it out."""
        index = self.office.index(phone)
        owner = self.office.owner(index) if owner is None else owner
        sealed = self.office.seal(self._place(phone, session), state, owner)
        talk = Talk(session, sealed, stamp(self.office.clock.now()))
        self._talks.keep(self.name, talk, index, unfinished)

    def drop(self, phone: str) -> None:
        """Nothing of this phone is to be continued on this door."""
        self._talks.close(self.name, self.office.index(phone))

    def _place(self, phone: str, session: str) -> str:
        return f"talks.state:{self.name}/{session}/{self.office.index(phone)}"

    # Repeats

    def turn(self, session: str, phone: str, text: str) -> str:
        """The name of a turn: (session, whole text), as a keyed hash; the text is not kept."""
        return self.office.vault.hash("turn", f"{session}\0{phone}\0{text}")

    def replay(self, session: str, turn: str) -> str | None:
        """The answer already given to exactly this turn."""
        sealed = self._talks.answered(session, turn)
        return None if sealed is None else str(self.office.open(f"turns.answer:{turn}", sealed))

    def remember(self, session: str, turn: str, answer: str, person: str = "") -> None:
        """Keep an answer for the repeats of its turn; a person's, under their own key."""
        sealed = self.office.seal(f"turns.answer:{turn}", answer, person)
        self._talks.remember(session, turn, sealed, stamp(self.office.clock.now()))

    def receive(self, id: str, phone: str) -> bool:
        """True the first time a message with this id comes in; false for ever after."""
        return self._talks.receive(id, self.office.index(phone), stamp(self.office.clock.now()))

    # Letters

    def reply(self, desk: Desk, lines: Sequence[Text], klass: post.Class = "answer") -> bool:
        """Post the answer to a message, unless this phone had its fill today; whether posted."""
        since = stamp(desk.now - timedelta(days=1))
        sent = self.office.store.letters.sent_to(desk.index, klass, since)
        if sent >= ANSWERS_A_DAY:
            return False
        last = sent == ANSWERS_A_DAY - 1
        code = Ltr(self.office.service_code)
        more = [T("Limite du jour atteinte. Composez {code}", code=code)] if last else []
        desk.text([*lines, *more], klass)
        return True

    def want_code(self, phone: str, browser: str, language: str) -> None:
        """A page asks for an access code, to be sent to this phone if it is enrolled."""
        post.wish(self.office, phone, browser, language, codes.LIFE)

    def reported(self, report: Report) -> None:
        """A delivery report came in: in any order, any number of times."""
        reports.learn(self.office, report)

    def opted_out(self, phone: str) -> None:
        """The gateway says that this phone refuses all our messages."""
        now = stamp(self.office.clock.now())
        self._talks.set_blocked(self.office.index(phone), True, now)

    def ended(self, session: str, status: str, hops: int, millis: int) -> None:
        """A session ended at the gateway."""
        now = stamp(self.office.clock.now())
        self._talks.ended(self.office.vault.hash("session", session), status, hops, millis, now)

    def sim_told(self, check: str, swapped: bool, on: str) -> None:
        """An operator says whether the SIM behind a phone was changed, and on what day."""
        sim.learn(self.office.store, check, swapped, on, self.office.clock.now())

    def person_known(self, id: str) -> bool:
        """Whether a person is still in the store."""
        return self.office.store.people.known(id)
