"""Who stands at the desk: their phone, whom they may speak for, and what they have shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Self

from lite.clock import local
from lite.desk import file, mandates
from lite.desk.facts import Person
from lite.desk.office import Office
from lite.identity import enrolment
from lite.identity.enrolment import Heard
from lite.text import Text, say


@dataclass
class Caller:
    """One turn of one caller. Identity comes from the door; no service ever asks for it.

    `phone` is E.164, or None for a passer-by on the web; `once` the turn's idempotency key;
    `signed` the person of a web session; `chosen` the one of several people that this is about;
    `proved` the one who gave a code of their card, `sworn` the one who did so in this turn for
    what is done in it; `level` what the caller has shown (0 to 3). `scope` is what the service at
    hand asks of a helper's mandate: while none is at hand, a caller speaks for their own alone.
    """

    office: Office
    door: str
    phone: str | None
    language: str
    once: str
    signed: str | None = None
    chosen: str | None = None
    proved: str | None = None
    sworn: str | None = None
    scope: str | None = None

    @cached_property
    def now(self) -> datetime:
        """The instant of this turn."""
        return self.office.clock.now()

    @property
    def today(self) -> date:
        """The day in Casablanca."""
        return local(self.now).date()

    @cached_property
    def index(self) -> str:
        """The blind index of the caller's phone; empty for a passer-by."""
        return self.office.index(self.phone) if self.phone else ""

    @cached_property
    def heard(self) -> Heard:
        """Whom this phone speaks for, and for whom no longer; nobody unless the door vouches."""
        if not self.proven:
            return Heard([], [])
        return enrolment.hear(self.office.store, self.index, self.now)

    @property
    def owner(self) -> str:
        """Whose key seals what passes through this phone, as `Office.owner` says of its index."""
        own = [*self.heard.speaks, *self.heard.silent]
        return own[0] if len(own) == 1 else ""

    @cached_property
    def ids(self) -> Sequence[str]:
        """Whom this caller may speak for: those who deposited this phone, if a fund still
        knows them; then those whom they help, as far as their mandate goes."""
        if self.signed:
            return [self.signed] if self.office.store.people.known(self.signed) else []
        own, helps = self.heard.speaks, self.helps
        return [*own, *(one for one in helps if self.scope in helps[one])] if helps else own

    @property
    def helps(self) -> Mapping[str, frozenset[str]]:
        """Whom this caller helps and does not speak for anyway, with what their mandate holds."""
        own, helps = self.heard.speaks, self.heard.helps
        return {one: helps[one] for one in helps if one not in own} if helps else helps

    @property
    def helping(self) -> bool:
        """Whether this turn is about somebody whom the caller helps."""
        return self._whom in self.helps

    @property
    def beyond(self) -> bool:
        """Whether a helper is at a service that their mandate does not hold."""
        if self.chosen:
            return self.chosen in self.helps and self.chosen not in self.ids
        return bool(self.helps) and not self.ids

    @cached_property
    def people(self) -> Sequence[Person]:
        """The same, by name: their records are opened, which most turns do not need."""
        found = [file.person(self.office, id) for id in self.ids]
        return [person for person in found if person]

    @property
    def proven(self) -> bool:
        """Whether the door vouches for the phone: a call or a message comes from it."""
        return self.phone is not None and self.door != "web"

    @cached_property
    def person(self) -> Person | None:
        """Whom this turn is about; None for a stranger, or while several are possible."""
        return next((one for one in self.people if one.id == self._whom), None)

    @property
    def _whom(self) -> str | None:
        if self.chosen:
            return self.chosen if self.chosen in self.ids else None
        return self.ids[0] if len(self.ids) == 1 else None

    @property
    def level(self) -> int:
        """What the caller has shown so far."""
        if self.sworn and self.sworn == self._whom:
            return 3
        if self.proved and self.proved == self._whom:
            return 2
        return 1 if self.ids else 0

    @property
    def reachable(self) -> bool:
        """Whether an SMS can still reach this phone: it did not opt out at the gateway."""
        return bool(self.phone) and not self.office.store.talks.caller(self.index).blocked

    def on_behalf(self, who: str | None) -> Self:
        """The same desk for one of the people."""
        if who == self.chosen:
            return self
        desk = replace(self, chosen=who)
        known = ("heard", "ids", "people")
        desk.__dict__.update({name: self.__dict__[name] for name in known if name in self.__dict__})
        return desk

    def serving(self, scope: str) -> Self:
        """The same desk with a service at hand; it is all the same to who helps nobody."""
        if scope == self.scope or not self.helps:
            return self
        desk = replace(self, scope=scope)
        desk.__dict__["heard"] = self.heard
        return desk

    def says(self, text: Text) -> str:
        """A sentence in the caller's language."""
        return say(text, self.language)

    def whose(self, scope: str = "") -> str:
        """Whose something is to be told or done; a helper's mandate must hold its `scope`."""
        if self._whom is None:
            raise PermissionError("no person stands at this desk: the service's level is too low")
        if self.helping and self.phone:
            if scope not in self.helps[self._whom]:
                raise PermissionError("the mandate does not hold this")
            mandates.note_use(self.office, self.phone, self._whom, scope, self.once, self.now)
        return self._whom
