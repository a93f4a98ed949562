"""What a pull stages: versions of records, and all that a chunk of it changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from lite.store.moves import Move


class Version(NamedTuple):
    """A record from one generation on. `family` and `role` are of an insured person alone."""

    fund: str
    kind: str
    key: str
    born: int
    person: str
    fingerprint: str
    family: str | None
    role: str | None
    sealed: str


class Lies(NamedTuple):
    """A version that lies in the store, without what it says."""

    key: str
    born: int
    died: int | None
    person: str
    fingerprint: str


class Aside(NamedTuple):
    """A row that came before its person, `owner` being the blind index of their number."""

    key: str
    kind: str
    owner: str
    fingerprint: str
    sealed: str


class Doubt(NamedTuple):
    """A record that a full pull did not name, and since when it is known."""

    kind: str
    key: str
    as_of: str


@dataclass
class Plan:
    """What a chunk of a pull changes: written at once, or not at all."""

    people: list[tuple[str, str]] = field(default_factory=list)  # person, since
    keys: dict[str, str] = field(default_factory=dict)  # number's blind index -> person
    versions: list[Version] = field(default_factory=list)
    ended: list[tuple[str, str, int]] = field(default_factory=list)  # kind, key, born
    dropped: list[tuple[str, str, int]] = field(default_factory=list)
    revived: list[tuple[str, str, int]] = field(default_factory=list)
    phones: list[tuple[str, str]] = field(default_factory=list)  # phone, person
    silenced: list[tuple[str, str]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    unmoved: list[tuple[str, str]] = field(default_factory=list)  # kind, key
    bad: list[tuple[str, str]] = field(default_factory=list)  # place, reason
    asides: list[Aside] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)  # keys that are aside no more

    def rows(self) -> int:
        """How many rows it writes."""
        return sum(len(part) for part in vars(self).values())
