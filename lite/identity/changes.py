"""Changes that a thief would make first: a phone number, a helper. Asked, then 72 hours of silence.

Whoever holds both the phone and the card can ask. So the day of the change is told at once to every
number of the person and to the new one, 72 hours are counted from the moment that notice arrived,
and any enrolled phone cancels with one word. Nothing is carried out within 72 hours of a change of
number or of SIM (ITU-T FIGI, OWASP), nor where no old number could be told.
"""

from __future__ import annotations

import json
import logging
import secrets
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from lite.clock import instant, stamp
from lite.identity import audit, consent, enrolment, phones, sim, warnings
from lite.identity.warnings import Kind as Kind
from lite.identity.warnings import Reason
from lite.store import Store
from lite.store.changes import ChangeRow
from lite.store.mandates import MandateRow
from lite.text import Text
from lite.vault import Vault

DELAY = timedelta(hours=72)
# A notice that has not left yet: look again so much later.
_PATIENCE = timedelta(minutes=10)
_UNDERWAY = ("waiting", "sending", "unknown")
_ARRIVED = ("accepted", "delivered")
_log = logging.getLogger("lite.identity")

Details = Mapping[str, Any]


class Tell(Protocol):
    """Posts an SMS to a phone (E.164), in the transaction of its cause; its letter's id."""

    def __call__(
        self, phone: str, lines: Sequence[Text], language: str,
        klass: Literal["receipt", "code"], life: timedelta | None = None,
    ) -> str: ...  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What became of asking. `asked`, or `waiting` since before: it will be done at `at`.
    `unsettled`: a number or a SIM changed lately, ask after `at`. `unreachable`: no number of the
    person takes our SMS, so nobody could be warned."""

    state: Literal["asked", "waiting", "unsettled", "unreachable"]
    at: datetime


@dataclass(frozen=True)
class Change:
    """A change that waits, and the phone that it is about (E.164): the person's new one, or a
    helper's."""

    id: str
    kind: Kind
    phone: str
    asked_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Changes:
    """Asks, cancels and carries out. `short_code` is where a word is sent to, `service_code` what
    is dialled, `sims` who asks the operators before anything is done."""

    store: Store
    vault: Vault
    tell: Tell
    short_code: str
    service_code: str
    sims: sim.SimCheck = field(default_factory=sim.Off)

    def may(self, person: str, kind: Kind, now: datetime) -> Answer:
        """Whether such a change could be asked for now: `asked` if so."""
        for row in self.store.changes.waiting(person):
            if row.kind == kind:
                return Answer("waiting", instant(row.due_at))
        settled = enrolment.settled_from(self.store, person)
        if settled and settled > now:
            return Answer("unsettled", settled)
        reached = any(map(self._reachable, phones.held(self.store, self.vault, person)))
        return Answer("asked" if reached else "unreachable", now + DELAY)

    def ask(
        self, person: str, kind: Kind, details: Details, language: str, now: datetime
    ) -> Answer:
        """Keep a change for its day, and tell every number of the person and the new one
        (`details["phone"]`, E.164). The caller answers for a fresh code of the person's card."""
        with self.store.transaction(f"changes:{person}"):
            answer = self.may(person, kind, now)
            if answer.state != "asked":
                return answer
            id, due = secrets.token_hex(8), answer.at
            lines = warnings.asked(kind, details["phone"], due, self.short_code)
            told = self._everyone(person, lines, language)
            self.tell(details["phone"], warnings.newcomer(kind, due), language, "receipt")
            content = {**details, "notices": told}
            sealed = self.vault.seal(_place(id), json.dumps(content).encode(), person)
            row = ChangeRow(id, kind, person, language, sealed, stamp(now), stamp(due))
            self.store.changes.add(row)
            self._note("change_asked", person, kind, now)
        return answer

    def waiting(self, person: str) -> list[Change]:
        """What waits for a person, the oldest first."""
        return [
            Change(
                row.id, row.kind, self._open(row)["phone"], instant(row.asked_at),
                instant(row.due_at),
            )
            for row in self.store.changes.waiting(person)
        ]  # fmt: skip

    def cancel(self, person: str, id: str, now: datetime) -> bool:
        """Nothing will change: at once, whichever phone of the person asks. False if nothing of
        this name waits for them."""
        with self.store.transaction():
            rows = [row for row in self.store.changes.waiting(person) if row.id == id]
            return bool(rows) and self._cancel(rows[0], "asked", now)

    # Its day

    def run_due(self, now: datetime) -> int:
        """Carry out what is due, put off or cancel what may not be; how many were done. One that
        fails holds up no other."""
        return sum(self._tried(row, now) for row in self.store.changes.due(stamp(now)))

    def _tried(self, row: ChangeRow, now: datetime) -> bool:
        try:
            if sim.awaited(self.store, self.vault, self.sims, row.person, now):
                self.store.changes.postpone(row.id, stamp(now + _PATIENCE))
                return False
            with self.store.transaction():
                return self._decide(row, now)
        except Exception as error:
            _log.error("change failed", extra={"why": type(error).__name__})
            return False

    def _decide(self, row: ChangeRow, now: datetime) -> bool:
        if not self.store.people.known(row.person):
            self.store.changes.end(row.id, "cancelled", "gone", stamp(now))
            return False
        details = self._open(row)
        if not enrolment.may_change(self.store, row.person, now):
            self._cancel(row, "unsettled", now)
            return False
        told = [self.store.changes.notice(letter) for letter in details["notices"]]
        if any(notice and notice[0] in _UNDERWAY for notice in told):
            self.store.changes.postpone(row.id, stamp(now + _PATIENCE))
            return False
        arrived = [instant(since) for state, since in filter(None, told) if state in _ARRIVED]
        if not arrived:
            self._cancel(row, "unnoticed", now)
            return False
        if max(arrived) + DELAY > now:
            self.store.changes.postpone(row.id, stamp(max(arrived) + DELAY))
            return False
        return self._carry_out(row, details, now)

    def _carry_out(self, row: ChangeRow, details: Details, now: datetime) -> bool:
        if not self.store.changes.end(row.id, "done", "", stamp(now)):
            return False
        self._note("change_done", row.person, row.kind, now)
        (self._number if row.kind == "phone" else self._helper)(row, details, now)
        return True

    def _number(self, row: ChangeRow, details: Details, now: datetime) -> None:
        """The new number proves that it is there: a code by SMS, typed on that phone, and only
        then does it speak for the person and the old one, if it is to stop, no more."""
        code = enrolment.deposit(
            self.store, self.vault, row.person, details["phone"], audit.SYSTEM, row.language,
            consent.CURRENT, now, post=False, replaces=details["replaces"],
        )  # fmt: skip
        lines = warnings.code(code, self.service_code)
        self.tell(details["phone"], lines, row.language, "code", enrolment.AT_COUNTER)

    def _helper(self, row: ChangeRow, details: Details, now: datetime) -> None:
        """The helper's phone speaks for the person from now on, as far as the mandate goes."""
        id, phone, until = secrets.token_hex(8), details["phone"], _later(now, details["months"])
        sealed = self.vault.seal(f"mandates.sealed:{id}", phone.encode(), row.person)
        index = self.vault.hash("phone", phone)
        self.store.mandates.begin(
            MandateRow(id, index, row.person, details["scope"], sealed, stamp(now), stamp(until))
        )
        self._note("helper_named", row.person, details["scope"], now)
        self._everyone(row.person, warnings.named(phone, until, self.short_code), row.language)
        self.tell(phone, warnings.mandated(until, self.service_code), row.language, "receipt")

    def _cancel(self, row: ChangeRow, reason: Reason, now: datetime) -> bool:
        if not self.store.changes.end(row.id, "cancelled", reason, stamp(now)):
            return False
        self._note("change_cancelled", row.person, f"{row.kind} {reason}", now)
        self._everyone(row.person, warnings.off(row.kind, reason), row.language)
        return True

    # What everybody is told

    def _everyone(self, person: str, lines: Sequence[Text], language: str) -> list[str]:
        """Tell every number of a person; the letters' ids."""
        held = phones.held(self.store, self.vault, person)
        return [self.tell(one.phone, lines, language, "receipt") for one in held]

    def _reachable(self, held: phones.Held) -> bool:
        return not self.store.talks.caller(held.index).blocked

    def _note(self, act: str, person: str, detail: str, now: datetime) -> None:
        audit.append(self.store, self.vault, audit.SYSTEM, act, person, detail, now)

    def _open(self, row: ChangeRow) -> Details:
        told: Details = json.loads(self.vault.open(_place(row.id), row.sealed))
        return told


def _place(id: str) -> str:
    return f"changes.sealed:{id}"


def _later(now: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of a shorter month."""
    count = now.year * 12 + now.month - 1 + months
    year, month = divmod(count, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))
