"""What a stick brought ends on its day: rows are deleted and their people's keys destroyed.

A request that did not arrive yet is kept for its reference, in nobody's name.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from lite.clock import Clock, stamp
from lite.intake.latest import note
from lite.intake.lease import Busy, Lease
from lite.store import Store
from lite.vault import Vault

_AT_ONCE = 200


@dataclass(frozen=True)
class Expiring:
    """`tell` hears of each fund that ended here, and of how many people."""

    store: Store
    vault: Vault
    clock: Clock
    tell: Callable[[str, int], object]

    def run(self) -> None:
        """End what is due. Cut short anywhere, the next run ends it: what is left is unreadable."""
        rows = [row for row in self.store.people.funds() if row.expires_at]
        if not rows:
            return
        now = stamp(note(self.store, self.clock.now()))
        for row in rows:
            if row.expires_at and row.expires_at <= now and not row.expired_at:
                with suppress(Busy):  # a pull is at work: at the next run
                    self._end(row.fund, now)

    def _end(self, fund: str, now: str) -> None:
        number = 0
        with Lease(self.store, self.clock, f"pull {fund}") as lease:
            row = self.store.funds.get(fund)
            if not row or not row.expires_at or row.expires_at > now:
                return  # a new stick came meanwhile
            while people := self.store.leaving.people(fund, _AT_ONCE):
                for person in people:
                    self._forget(fund, person)
                number += len(people)
                lease.keep_alive()
            with self.store.transaction():
                lease.keep()
                self.store.leaving.ended(fund, now)
                self.tell(fund, number)
        self.vault.owners.scrub()
        self.store.retention.scrub()

    def _forget(self, fund: str, person: str) -> None:
        """The key between the two: what must stay is freed of it before, what goes is unreadable
        from then on."""
        if self.store.leaving.elsewhere(fund, person):
            with self.store.transaction():
                self.store.leaving.leave(fund, person)
            return
        with self.store.transaction():
            self._free(person)
        self.vault.owners.forget(person)
        with self.store.transaction():
            self.store.erasure.wipe(person)

    def _free(self, person: str) -> None:
        for reference, sealed, letter in self.store.leaving.on_their_way(person):
            self.store.leaving.free(
                reference,
                self._bare(f"requests.sealed:{reference}", sealed),
                self._bare(f"letters.sealed:request-{reference}", letter),
            )

    def _bare(self, place: str, sealed: str) -> str:
        return self.vault.seal(place, self.vault.open(place, sealed)) if sealed else ""
