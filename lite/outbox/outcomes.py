"""What a carrier finds, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from lite.store.letters import LetterRow


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took the letter; `cost` as it said it."""

    message_id: str | None = None
    segments: int | None = None
    cost: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Nothing left; trying this letter again makes sense, after so many seconds if it knows."""

    reason: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Down:
    """Nothing left, and nothing of this letter is at fault: no other one would be taken now. A few
    in a row shut the lane, and those that wait are not touched."""

    reason: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """Refused; trying again makes no sense."""

    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows whether it was taken."""

    reason: str


@dataclass(frozen=True, slots=True)
class Expired:
    """Its time was over before it left."""


Outcome: TypeAlias = Accepted | Later | Down | Never | Lost | Expired
Carrier: TypeAlias = Callable[[LetterRow], Outcome]
# None: it was claimed and not tried.
Tried: TypeAlias = tuple[LetterRow, Outcome | None]
