"""The desk: all that a service may do. Know the person, look up facts, post a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from lite.clock import stamp
from lite.desk import asking, card, contacts, file, fraud, papers, places, post, readers
from lite.desk.caller import Caller
from lite.desk.changes import Waiting
from lite.desk.enrolling import Enrolling
from lite.desk.facts import (
    Announced,
    Cancelled,
    Contact,
    Dossier,
    FundState,
    Known,
    OwnPaper,
    Paper,
    Place,
    Request,
    Right,
    Stop,
)
from lite.desk.handing import Handing
from lite.desk.mandates import Mandates
from lite.desk.pages import Pages
from lite.desk.stopping import Stopping
from lite.desk.wishes import Wishes
from lite.text import Text

_PROVED = 2  # the level of who gave a code of the card


@dataclass
class Desk(Caller):
    """What one caller may be told, and have done, in one turn."""

    # What is known

    def dossiers(self) -> Known[list[Dossier]]:
        """The person's dossiers; those that wait for them first. Opened once a turn."""
        return self._dossiers

    @cached_property
    def _dossiers(self) -> Known[list[Dossier]]:
        return file.dossiers(self.office, self.whose("dossiers"))

    def statement(self, first: date) -> Known[list[Dossier]]:
        """The dossiers of care submitted since a day, the latest first, with their amounts.
        PermissionError before a code of the card was given."""
        if self.level < _PROVED:
            raise PermissionError("amounts are shown after a code of the card")
        return file.submitted(self.office, self.whose(), first)

    def rights(self) -> Known[list[Right]]:
        """The person's rights and their family's."""
        return file.rights(self.office, self.whose("rights"))

    def requests(self) -> list[Request]:
        """What the person, or this phone, asked for; the latest first."""
        return asking.requests(self.office, self.person, self.index)

    def paper(self, reference: str) -> Paper | None:
        """The attestation of a reference, whoever asks."""
        return papers.paper(self.office, reference, self.language)

    def own_papers(self) -> list[OwnPaper]:
        """The person's attestations that are ready, whole; PermissionError before a card code."""
        return papers.own(self)

    def announced(self, reference: str) -> Announced | None:
        """What was announced to Lite under a reference, whoever asks."""
        return asking.announced(self.office, reference)

    def compare_total(self, reference: str, minor: int) -> papers.Compared:
        """Whether a total is the one on the paper; three wrong tries a day for each paper."""
        return papers.compare(self.office, reference, minor, self.now)

    def towns(self, typed: str) -> list[tuple[str, str]]:
        """(French, Arabic) names of towns that begin as typed: letters, or keypad digits."""
        return places.towns(self.office, typed)

    def places(self, town: str) -> list[Place]:
        """The agencies and relay points of a town (its French name)."""
        return places.places(self.office, town, self.language)

    def funds(self) -> list[FundState]:
        """How fresh each fund's word is, and how much of the time it answered."""
        return places.funds(self.office, self.now)

    def stops(self) -> list[Stop]:
        """What is stopped, then what will be, as far as it concerns this caller."""
        return places.stops(self.office, self.language, self.ids, self.now)

    @property
    def card(self) -> int | None:
        """The number of the code that this person's card is asked for; None without a card."""
        return None if self.helping else card.number(self.office, self.whose())

    def contact(self, reference: str, phone: str = "") -> Contact:
        """Whether a contact was ours, for the caller's own phone; a passer-by names theirs."""
        index = self.index or self.office.index(phone)
        counted = f"contact:{index}" if self.index else f"contact:web:{index}"
        return contacts.check(self.office, index, reference, counted)

    def readings(self) -> list[readers.Reading]:
        """Who else looked at the person's file or acted on it, the latest first; not for a
        helper."""
        return readers.readings(self.office, self.whose())

    def frauds(self) -> int:
        """How many fakes were reported from a phone this month."""
        return fraud.this_month(self)

    def as_sent(self, lines: Sequence[Text]) -> Sequence[Text]:
        """The lines of an SMS as long as they will leave, for whoever measures them."""
        return contacts.signed(lines, "000000", self.language)

    # What is done

    def prove(self, typed: str, act: bool = False) -> Text | None:
        """Consume a code of the card: the level rises, for this `act` alone or for the session;
        or why not, in a sentence."""
        wrong = card.prove(self, self.whose(), typed)
        if wrong is None:
            setattr(self, "sworn" if act else "proved", self.whose())
        return wrong

    def cannot_read_card(self) -> Text:
        """The code that is asked cannot be read: another one is asked, a few times at most."""
        return card.unreadable(self, self.whose())

    def lose_card(self) -> bool:
        """The person's card stops at once; false when they had none."""
        return card.lost(self, self.whose())

    def report_fraud(self, kind: str, caller: str) -> bool:
        """Keep what was seen of a fake, and of whom; false when there was enough today."""
        return fraud.report(self, kind, caller)

    def ask(self, kind: str, details: Mapping[str, str], receipt: Sequence[Text] = ()) -> str:
        """Ask a fund for something, once for each turn; its reference. `receipt` is texted to a
        USSD caller, whose screen vanishes."""
        if self.helping:
            self.whose("attestation")
        return asking.ask(self, kind, details, receipt)

    def can_cancel(self, request: Request) -> bool:
        """Whether a request can still be taken back."""
        return request.state in asking.CANCELLABLE

    def cancel(self, reference: str) -> Cancelled | None:
        """Withdraw a request of this person while it can be, None when it is too late. `left`: the
        fund, or the stick to it, has it already."""
        return asking.cancel(self, reference)

    @property
    def enrolment(self) -> Enrolling:
        """The caller's own phone: what it waits for, and activating it."""
        return Enrolling(self)

    @property
    def handing(self) -> Handing:
        """The person's papers that are ready, on their way by post or over a counter."""
        return Handing(self)

    @property
    def pages(self) -> Pages:
        """The person's web pages: the ways in, and closing them."""
        return Pages(self)

    @property
    def stopping(self) -> Stopping:
        """A lost handset, stopped by its owner's card; for anybody who holds one."""
        return Stopping(self)

    @property
    def mandates(self) -> Mandates:
        """The person's helpers, and ending their mandates."""
        return Mandates(self)

    @property
    def wishes(self) -> Wishes:
        """What this phone is told of the person by SMS, unasked."""
        return Wishes(self)

    @property
    def changes(self) -> Waiting:
        """What waits 72 hours before it is changed for the person."""
        return Waiting(self)

    def text(self, lines: Sequence[Text], klass: post.Class, **options: Any) -> None:
        """Post an SMS to the caller's own phone."""
        if self.phone:
            post.sms(self.office, self.phone, lines, self.language, klass, **options)

    def speak(self, language: str) -> None:
        """From now on this phone is spoken to in that language, this answer included."""
        if self.index:
            self.office.store.talks.set_language(self.index, language, stamp(self.now))
        self.language = language

    def want_messages(self, wanted: bool) -> None:
        """Optional messages to this phone: wanted or not, at once."""
        self.office.store.talks.set_quiet(self.index, not wanted, stamp(self.now))
