"""What every turn needs, wired once: the store, the vault, the clock, our own numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Any

import orjson

from lite.clock import Clock
from lite.identity import throttle
from lite.store import Store
from lite.vault import Vault


@dataclass(frozen=True)
class Office:
    """Shared by every desk and every door of a process."""

    store: Store
    vault: Vault
    clock: Clock
    service_code: str
    short_code: str
    public_url: str
    guess_budget: int = throttle.BUDGET  # wrong codes a day on the web, for all together

    @cached_property
    def index(self) -> Callable[[str], str]:
        """The blind index of a phone (E.164); a turn asks for its caller's several times."""
        return lru_cache(maxsize=256)(partial(self.vault.hash, "phone"))

    def seal(self, place: str, value: Any, owner: str = "") -> str:
        """A JSON value sealed for one place; what is a person's own, with the person's key."""
        return self.vault.seal(place, orjson.dumps(value), owner)

    def owner(self, index: str) -> str:
        """Whose key seals what passes through a phone (its blind index): that of the one person
        it speaks for, and nobody's where there are none or several."""
        people = self.store.people.of_phone(index)
        return people[0] if len(people) == 1 else ""

    def open(self, place: str, sealed: str) -> Any:
        """What `seal` sealed."""
        return orjson.loads(self.vault.open(place, sealed))
