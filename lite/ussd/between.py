"""What stands between a caller and what they came for: a stop to know of, a form that was left, a
dialogue that got stuck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.services.form import WHO, Invalid, Level, pick
from lite.text import T
from lite.ussd import views

if TYPE_CHECKING:
    from lite.desk.facts import Stop
    from lite.ussd.dialogue import Dialogue

_CALLBACK = "callback"
_MOST_ERRORS = 6  # three bring the offer, three more end it
WRONG = T("Choix inconnu. Tapez un chiffre de la liste.")


def notify(dialogue: Dialogue, parts: Sequence[str]) -> bool:
    """Show what is stopped before anything else; whether there is something to show.

    Whoever dials our code sees every notice. Whoever dials deeper knows where they go: they see
    only a stop of that very service, once it has begun. Once a session.
    """
    found = dialogue.desk.stops()
    if parts:
        found = [stop for stop in found if _stops(dialogue, stop, dialogue.menus.dialled(parts))]
    if not found:
        return False
    dialogue.state |= {
        "at": "notices", "then": dialogue.state["at"], "dialled": list(parts),
        "notices": views.stopped(found, dialogue.desk.language),
    }  # fmt: skip
    return True


def _stops(dialogue: Dialogue, stop: Stop, key: str) -> bool:
    """Whether a stop concerns a service. What is public works without any fund: it stops only
    where it is named, or where we stop ourselves."""
    if not key or not stop.has(key):
        return False
    return dialogue.level(key) > Level.T0 or key in stop.services or not stop.fund


def read(dialogue: Dialogue, typed: str) -> None:
    """The notice was read: on to where the caller wanted to go."""
    try:
        pick(views.READ, typed, dialogue.desk, WRONG)
    except Invalid:
        dialogue.err(T("Tapez 1 pour continuer."))
        return
    dialogue.state |= {"at": dialogue.state["then"], "page": 0, "errors": 0}
    dialogue.dial(dialogue.state.pop("dialled"))


def resume(dialogue: Dialogue, typed: str) -> None:
    """The form that was left in the middle: go on with it, or begin again."""
    try:
        wish = pick(views.LEFT, typed, dialogue.desk, T("Tapez 1 ou 2."))
    except Invalid as error:
        dialogue.err(error.text)
        return
    if wish == "again":
        dialogue.go("home")
        return
    dialogue.go("form")
    dialogue.state["who"] = dialogue.state["answers"].get(WHO)
    dialogue.advance(dialogue.form())


def unstick(dialogue: Dialogue, typed: str) -> None:
    """Several answers in a row were not understood: a call-back, offered anew, or the end."""
    try:
        pick(views.STUCK, typed, dialogue.desk, WRONG)
    except Invalid:
        dialogue.state["errors"] += 1
        dialogue.state["trouble"] = dialogue.desk.says(WRONG)
        if dialogue.state["errors"] >= _MOST_ERRORS:
            dialogue.go("end", trouble=None)
    else:
        dialogue.start(_CALLBACK)
