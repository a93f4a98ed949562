"""One turn of a door, from its callback to the delivery of the letters it wrote: a random word.

The word names nobody and is drawn anew for each turn. It stands in the line that the log keeps of
the turn, in the letters posted meanwhile, and in every later line about those.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from time import perf_counter

# What became of a turn: the next question was asked, or an answer given; what was typed was not
# understood; it was a repeat; it was refused as no request of ours; our own code failed; the store
# could not take it now.
OUTCOMES = ("asked", "answered", "not_understood", "repeated", "refused", "failed", "later")
# Letters only: no log cuts them as it cuts numbers.
_WORD = bytes(ord("a") + one % 26 for one in range(256))


@dataclass(slots=True)
class Turn:
    """`door` as the gateway calls it, `service` by its key, `letters` posted; `seconds` once it is
    over."""

    id: str
    door: str
    service: str = ""
    outcome: str = "answered"
    letters: int = 0
    seconds: float = 0.0


_current: ContextVar[Turn | None] = ContextVar("turn", default=None)


def drawn() -> str:
    """A new word: ten small letters, one of 10^14."""
    return secrets.token_bytes(10).translate(_WORD).decode()


@contextmanager
def turn(door: str, id: str = "") -> Iterator[Turn]:
    """Whatever this thread does meanwhile belongs to a turn of this door; `id` goes on with one
    that began elsewhere."""
    begun, since = Turn(id or drawn(), door), perf_counter()
    token = _current.set(begun)
    try:
        yield begun
    finally:
        begun.seconds = perf_counter() - since
        _current.reset(token)


def note(service: str | None = None, outcome: str = "") -> None:
    """What the turn of this thread, if any, turned out to be."""
    if current := _current.get():
        current.service = service or current.service
        current.outcome = outcome or current.outcome


def posted() -> str:
    """A letter is written in the turn of this thread: that turn's word, empty outside of one."""
    current = _current.get()
    if current is None:
        return ""
    current.letters += 1
    return current.id
