"""The USSD callback: a turn is (session, whole text), answered once and replayed after that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lite import trace
from lite.desk.door import Door
from lite.fit import fold
from lite.gate import Fields
from lite.numbers import msisdn
from lite.services.form import Service
from lite.text import Ltr, T, Text, say
from lite.ussd.dialogue import Dialogue
from lite.ussd.menu import Menus

if TYPE_CHECKING:
    from lite.desk.service import Desk

# A deep dial has a menu of two levels and a few answers; more is noise.
_DEEPEST = 12
_SESSION_LENGTH = 200
# The gateway repeats the turn it has no answer to; more than these, and a dialogue only grows.
_REPEATS = 24


class Ussd:
    """Handlers for the gate: `turn` for each reply, `ended` for the gateway's end event."""

    def __init__(self, door: Door, services: Sequence[Service]) -> None:
        self._door = door
        self._menus = Menus(services)

    def turn(self, fields: Fields) -> str:
        """Answer one turn; `CON ` or `END ` first, always."""
        phone = msisdn(fields.get("phoneNumber", ""))
        session = fields.get("sessionId", "").strip()
        if phone is None or not session or len(session) > _SESSION_LENGTH:
            trace.note(outcome="refused")
            return self.sorry(T("Appel mal reçu. Recomposez :"))
        with self._door.of_phone(phone):
            return self._turn(session, phone, fields.get("text", ""))

    def _turn(self, session: str, phone: str, text: str) -> str:
        turn = self._door.turn(session, phone, text)
        state = self._door.talk(session, phone)
        answered: dict[str, str] = state["answered"] if state else {}
        if turn in answered:
            trace.note(outcome="repeated")
            return answered[turn]
        if state and len(text) < state["length"] and len(answered) == _REPEATS:
            # Older than the repeats we keep: late, and no reason to begin again.
            trace.note(outcome="repeated")
            return answered[next(reversed(answered))]
        desk = self._door.desk(
            phone, turn, state["language"] if state else "",
            proved=state["proved"] if state else None,
        )  # fmt: skip
        dialogue = self._continued(desk, state, session, text) if state else self._new(desk, text)
        shown = dialogue.show()
        trace.note(dialogue.state["service"], _outcome(dialogue.state))
        self._door.heard(desk)
        kept = dialogue.state | {
            "answered": _latest(answered | {turn: shown.answer}), "length": len(text),
            "language": desk.language, "proved": desk.proved,
        }  # fmt: skip
        self._keep(session, desk, kept, dialogue.unfinished and not shown.last, shown.last)
        return shown.answer

    def _new(self, desk: Desk, text: str) -> Dialogue:
        """A session that we did not know: from the first menu, or dialled deep."""
        left = self._door.unfinished(desk.phone or "") if not text else None
        parts = text.split("*", _DEEPEST)[:_DEEPEST] if text else ()
        return Dialogue.begin(self._menus, desk, left, parts)

    def _continued(self, desk: Desk, state: dict[str, Any], session: str, text: str) -> Dialogue:
        """The new input is what follows the text we know; a `*` inside it belongs to it."""
        dialogue = Dialogue(self._menus, desk, state)
        known, length = next(reversed(state["answered"])), state["length"]
        if self._door.turn(session, desk.phone or "", text[:length]) != known:
            dialogue.apologise()
        elif length == 0:
            # An empty first reply leaves nothing but the star that follows it.
            dialogue.hear(text.removeprefix("*"))
        elif text[length : length + 1] == "*":
            dialogue.hear(text[length + 1 :])
        else:
            dialogue.apologise()
        return dialogue

    def _keep(
        self, session: str, desk: Desk, state: dict[str, Any], unfinished: bool, last: bool
    ) -> None:
        resumed = state.get("open") and not unfinished
        state |= {"open": unfinished} | ({"at": "end"} if last else {})
        phone = desk.phone or ""
        # What was done in this turn may be that the phone speaks for somebody else.
        owner = None if state.get("done") else desk.owner
        self._door.keep(session, phone, state, unfinished, owner)
        if resumed:
            self._door.drop(phone)

    def ended(self, fields: Fields) -> str:
        """The gateway's end event: kept for statistics, never needed."""
        session = fields.get("sessionId", "")
        if session:
            hops = _count(fields.get("hopsCount", ""))
            millis = _count(fields.get("durationInMillis", ""))
            self._door.ended(session, fields.get("status", "")[:20], hops, millis)
        return ""

    def sorry(self, sentence: Text) -> str:
        """A last word when there is no dialogue to go back to."""
        code = Text("{value}", {"value": Ltr(self._door.office.service_code)})
        return "END " + "\n".join(fold(say(line, "fr")) for line in (sentence, code))

    @property
    def fallback(self) -> str:
        """What a caller is told when our own code fails."""
        return self.sorry(T("Service en panne, pas votre faute. Réessayez plus tard :"))

    @property
    def unreadable(self) -> str:
        """What a caller is told when the gateway's form cannot be read: a field stands twice in it,
        it is too long or no form at all."""
        return self.sorry(T("Demande illisible : rien n'a été fait. Recomposez :"))


def _latest(answered: dict[str, str]) -> dict[str, str]:
    """The answers that a repeat may still ask for, by turn, the last one last."""
    return dict(list(answered.items())[-_REPEATS:])


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _outcome(state: dict[str, Any]) -> str:
    """What a turn turned out to be, as `lite.trace` calls it."""
    if state["trouble"] or state["at"] == "stuck":
        return "not_understood"
    return "answered" if state["at"] in ("reply", "end") else "asked"
