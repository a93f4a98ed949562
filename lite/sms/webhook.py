"""The SMS callbacks: a message comes in, a report on one that went out, a phone that opts out.

Whatever a callback holds, it is recorded and answered 200 with nothing: what is not is posted again
every minute for twelve hours, which is asked for while nothing can be recorded. Replies leave
later, as letters.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lite import trace
from lite.desk.door import Door, Report, StoreError
from lite.gate import Fields, TryLater
from lite.numbers import msisdn, plain
from lite.services.form import Service
from lite.sms import wording
from lite.sms.dialogue import SESSION, Dialogue, Message
from lite.sms.keywords import Keywords

_LONGEST_ID = 100
_log = logging.getLogger("lite.sms")


class SmsDoor:
    """Handlers for the gate, each from the posted fields to an empty answer."""

    def __init__(self, door: Door, services: Sequence[Service]) -> None:
        self._door = door
        self._services = services
        self._keywords = Keywords(services)

    def inbound(self, fields: Fields) -> str:
        """A message: recorded once for ever by its id, understood, answered by a letter.

        Raises `TryLater` when it cannot be recorded. A message that breaks our own code is
        recorded all the same, with an apology, or it would come back every minute.
        """
        id, sender = self._id(fields), fields.get("from", "")
        try:
            with _recorded(), self._door.of_phone(msisdn(sender) or sender):
                # A short code or a named sender is a robot: an answer would begin a loop.
                if not self._door.receive(id, msisdn(sender) or sender):
                    trace.note(outcome="repeated")
                elif phone := msisdn(sender):
                    message = Message(phone, plain(fields.get("text", "")), f"sms-{id}")
                    Dialogue(self._door, self._services, self._keywords, message).hear()
        except TryLater:
            raise
        except Exception as error:
            _log.error("message not understood", extra={"why": type(error).__name__})
            trace.note(outcome="failed")
            self._apologise(id, sender)
        return ""

    def _id(self, fields: Fields) -> str:
        """The gateway's id of the message, or one made of all that a repeat repeats."""
        id = fields.get("id", "").strip()
        if 0 < len(id) <= _LONGEST_ID:
            return id
        parts = (id, *(fields.get(name, "") for name in ("from", "date", "to", "text")))
        return self._door.office.vault.hash("message", "\0".join(parts))

    def _apologise(self, id: str, sender: str) -> None:
        """All that the message had begun was undone: record it, forget the dialogue that may have
        broken us, and say so."""
        with _recorded(), self._door.of_phone(msisdn(sender) or sender):
            if self._door.receive(id, msisdn(sender) or sender) and (phone := msisdn(sender)):
                desk = self._door.desk(phone, f"sms-{id}")
                self._door.keep(SESSION, phone, {}, unfinished=False)
                self._door.reply(desk, wording.sorry(desk))

    def delivery(self, fields: Fields) -> str:
        """A delivery report, in any order, any number of times; one without an id says nothing."""
        id = fields.get("id", "").strip()[:_LONGEST_ID]
        if not id:
            return ""
        phone = fields.get("phoneNumber", "")
        report = Report(
            message_id=id,
            status=fields.get("status", "")[:40],
            reason=fields.get("failureReason", "")[:80],
            address=self._door.office.index(msisdn(phone) or phone),
        )
        with _recorded(), self._door.transaction():
            self._door.reported(report)
        return ""

    def sim(self, fields: Fields) -> str:
        """The answer to a check of a SIM card; one that we did not ask for changes nothing."""
        swapped = fields.get("status", "").casefold() == "swapped"
        check, on = fields.get("requestId", "")[:_LONGEST_ID], fields.get("lastSimSwapDate", "")
        with _recorded(), self._door.transaction():
            self._door.sim_told(check, swapped, on[:10])
        return ""

    def optout(self, fields: Fields) -> str:
        """The gateway no longer carries our messages to this phone, at its owner's wish."""
        phone = msisdn(fields.get("phoneNumber", ""))
        if phone:
            with _recorded(), self._door.of_phone(phone):
                self._door.opted_out(phone)
        return ""


@contextmanager
def _recorded() -> Iterator[None]:
    """Raises `TryLater` when the store cannot record it."""
    try:
        yield
    except StoreError as error:
        raise TryLater from error
