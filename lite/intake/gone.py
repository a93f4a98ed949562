"""What a full pull did not name: it is gone, or it stays as old as it was.

A spoilt row must take nothing from anybody. A row that could not be read may be of any key. One of
a person whom nobody knows may be of any key of its kind, for their number may be what was spoilt;
but what the pull before lacked as well, which could be read whole, is gone. And of whom the pull
still tells something, who they are stays too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lite.intake.planning import NOBODY, Lying, Planner
from lite.intake.seen import Part, Seen
from lite.store.plan import Doubt, Lies, Plan
from lite.store.staging import Staging
from lite.upstream import port

_AT_ONCE = 500
# More than these, and the batch says too little to date anything by it.
MOST_DOUBTS = 1_000
_PERSON = "insured"
_OTHERS = tuple(kind for kind in port.KINDS if kind != _PERSON)


@dataclass
class Gone:
    """The end of one pull from `source`, into generation `next_`. `write` stages a plan."""

    store: Staging
    source: str
    next_: int
    seen: Seen
    planner: Callable[[], Planner]
    write: Callable[[Plan], None]
    _kept: dict[str, str] = field(default_factory=dict)  # key of who is still told of -> person
    _twice: set[str] = field(default_factory=set)  # keys in doubt before this pull

    def sweep(self, told: frozenset[str], unsure: frozenset[str], staged: bool) -> None:
        """What was not sent is gone, of the kinds that the pull `told` in full; of the `unsure`
        ones, what was in doubt before. `staged`: what an earlier run staged and this one was not
        sent is taken back, of every kind."""
        self._twice = self.store.doubted(self.source, NOBODY) if unsure else set()
        swept = told | unsure if self._twice else told
        for kinds in (_OTHERS, (_PERSON,)) if swept or staged else ():
            for part in self.seen.parts():
                for kind in kinds if staged else swept.intersection(kinds):
                    for missing in self._missing(part, kind):
                        self._forget(kind, missing, kind in told)
        if self._kept:
            self._name_anew()

    def doubts(self, kinds: Sequence[str]) -> list[Doubt] | None:
        """What readers see of these kinds and the pull did not name, and the people who were kept.
        None if they are too many."""
        found = list(self.store.known(self.source, _PERSON, list(self._kept)))
        settled = self._twice.union(self._kept)
        for part in self.seen.parts() if kinds else ():
            for kind in kinds:
                for missing in self._missing(part, kind):
                    named = (key for key in missing if key not in settled)
                    found += self.store.known(self.source, kind, list(named))
                    if len(found) > MOST_DOUBTS:
                        return None
        return found if len(found) <= MOST_DOUBTS else None

    def _missing(self, part: Part, kind: str) -> Iterator[list[str]]:
        for page in self.store.walk(self.source, kind, part.low, part.high, _AT_ONCE):
            if missing := [key for key, _ in page if bytes.fromhex(key) not in part.keys]:
                yield missing

    def _forget(self, kind: str, keys: Sequence[str], gone: bool) -> None:
        plan = Plan()
        lying = list(self.store.lie(self.source, self.next_ - 1, kind, keys))
        people = [one.person for one in lying] if gone and kind == _PERSON else []
        still = self.store.told_of(self.source, self.next_, people)
        for lies in lying:
            if lies.person in still and lies.died is None and lies.born < self.next_:
                self._keep(lies)
            else:
                self.planner().end(plan, kind, self._lying(lies, gone or lies.key in self._twice))
        self.write(plan)

    def _keep(self, lies: Lies) -> None:
        if len(self._kept) <= MOST_DOUBTS:  # beyond, they are kept as well, and nothing is dated
            self._kept[lies.key] = lies.person

    def _lying(self, lies: Lies, gone: bool) -> Lying:
        if lies.born == self.next_:
            return Lying(staged=lies)
        return Lying(told=lies) if gone else Lying()

    def _name_anew(self) -> None:
        """Whoever the pull names by another key needs the old one no more."""
        plan, keys = Plan(), self._kept
        named = self.store.named(self.source, self.next_, list(set(keys.values())))
        anew = {person for key, person in named if key not in keys}
        for lies in self.store.lie(self.source, self.next_ - 1, _PERSON, list(keys)):
            if lies.person in anew and lies.born < self.next_:
                self.planner().end(plan, _PERSON, Lying(told=lies))
                del self._kept[lies.key]
        self.write(plan)
