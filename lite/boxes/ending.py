"""On a box: what a stick brought ends on its day, and the screens say so."""

from __future__ import annotations

from dataclasses import dataclass

from lite.clock import Clock, instant
from lite.identity import audit
from lite.intake.expiring import Expiring
from lite.notices import expired
from lite.store import Store
from lite.vault import Vault


@dataclass(frozen=True)
class Ending:
    """`code` is what is dialled for the agencies, `number` our short code."""

    store: Store
    vault: Vault
    clock: Clock
    code: str
    number: str

    def run(self) -> None:
        """Erase what is due, and make the notices agree. To be done often; does nothing where no
        stick ever came."""
        Expiring(self.store, self.vault, self.clock, self._note).run()
        for row in self.store.people.funds():
            if row.expires_at:
                erased = instant(row.expired_at) if row.expired_at else None
                now = self.clock.now()
                expired.agree(self.store, row.name, erased, now, self.code, self.number)

    def _note(self, fund: str, people: int) -> None:
        detail = f"fund={fund.replace('#', '.')} people={people:,}"
        now = self.clock.now()
        audit.append(self.store, self.vault, audit.SYSTEM, "box_expired", "", detail, now)
