"""What every turn needs, wired once: the store, the vault, the clock, our own numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lite.clock import Clock
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

    def index(self, phone: str) -> str:
        """The blind index of a phone (E.164)."""
        return self.vault.hash("phone", phone)

    def seal(self, place: str, value: Any) -> str:
        """A JSON value sealed for one place."""
        return self.vault.seal(place, json.dumps(value, ensure_ascii=False).encode())

    def open(self, place: str, sealed: str) -> Any:
        """What `seal` sealed."""
        return json.loads(self.vault.open(place, sealed))
