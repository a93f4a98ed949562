"""The USSD callback: a turn is (session, whole text), answered once and replayed after that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lite.desk.door import Door
from lite.fit import fold
from lite.gate import Fields
from lite.numbers import msisdn
from lite.services.form import Service
from lite.text import Ltr, T, Text, say
from lite.ussd.dialogue import Dialogue

if TYPE_CHECKING:
    from lite.desk.service import Desk

# A deep dial has a menu of two levels and a few answers; more is noise.
_DEEPEST = 12
_SESSION_LENGTH = 200


class Ussd:
    """Handlers for the gate: `turn` for each reply, `ended` for the gateway's end event."""

    def __init__(self, door: Door, services: Sequence[Service]) -> None:
        self._door = door
        self._services = services

    def turn(self, fields: Fields) -> str:
        """Answer one turn; `CON ` or `END ` first, always."""
        phone = msisdn(fields.get("phoneNumber", ""))
        session = fields.get("sessionId", "").strip()
        if phone is None or not session or len(session) > _SESSION_LENGTH:
            return self.sorry(T("Appel mal reçu. Recomposez :"))
        with self._door.transaction():
            return self._turn(session, phone, fields.get("text", ""))

    def _turn(self, session: str, phone: str, text: str) -> str:
        turn = self._door.turn(session, phone, text)
        answer = self._door.replay(session, turn)
        if answer is None:
            answer = self._fresh(session, phone, text, turn)
            self._door.remember(session, turn, answer)
        return answer

    def _fresh(self, session: str, phone: str, text: str, turn: str) -> str:
        state = self._door.talk(session, phone)
        desk = self._door.desk(phone, turn)
        dialogue = self._continued(desk, state, text) if state else self._new(desk, text)
        shown = dialogue.show()
        open_before = bool(state and state.get("open"))
        self._keep(session, phone, text, dialogue, shown.last, open_before)
        return shown.answer

    def _new(self, desk: Desk, text: str) -> Dialogue:
        """A session that we did not know: from the first menu, or dialled deep."""
        left = self._door.unfinished(desk.phone or "") if not text else None
        dialogue = Dialogue.begin(self._services, desk, left)
        for typed in text.split("*", _DEEPEST)[:_DEEPEST] if text else ():
            if dialogue.show().last:
                break
            dialogue.hear(typed)
        return dialogue

    def _continued(self, desk: Desk, state: dict[str, Any], text: str) -> Dialogue:
        """The new input is what follows the text we know; a `*` inside it belongs to it."""
        dialogue = Dialogue(self._services, desk, state)
        known, length = state["heard"], state["length"]
        if self._heard(text[:length]) != known:
            dialogue.apologise()
        elif length == 0:
            # An empty first reply leaves nothing but the star that follows it.
            dialogue.hear(text.removeprefix("*"))
        elif text[length : length + 1] == "*":
            dialogue.hear(text[length + 1 :])
        else:
            dialogue.apologise()
        return dialogue

    def _heard(self, text: str) -> str:
        return self._door.office.vault.hash("text", text)

    def _keep(
        self, session: str, phone: str, text: str, dialogue: Dialogue, last: bool, was_open: bool
    ) -> None:
        unfinished = dialogue.unfinished and not last
        resumed = was_open and not unfinished
        state = dialogue.state | {
            "heard": self._heard(text), "length": len(text), "open": unfinished,
        }  # fmt: skip
        self._door.keep(session, phone, state | ({"at": "end"} if last else {}), unfinished)
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


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
