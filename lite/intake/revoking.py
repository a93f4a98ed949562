"""Papers that no longer hold: the fund, or whoever keeps the house, takes one back."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from lite.clock import Clock, instant, local, stamp
from lite.store import Store
from lite.store.requests import RequestRow
from lite.text import T, Text
from lite.upstream import port
from lite.vault import Vault

# Valid papers asked about in one round, and how soon the next one goes on behind them: a fund that
# answers one question at a time is asked 28,800 a day, and no more.
AT_ONCE, EVERY = 200, timedelta(minutes=10)
HELD = ("ready", "collected")
_TOLD = T("Lite : votre attestation est annulée. Demandez-en une autre. Référence :")
_log = logging.getLogger("lite.intake")

# (phone, lines, language): posts an SMS in the transaction of its cause.
Tell = Callable[[str, Sequence[Text], str], object]


@dataclass(frozen=True)
class Revoking:
    """Takes papers back. `tell` posts an SMS to whoever asked for the paper, once."""

    store: Store
    vault: Vault
    clock: Clock
    tell: Tell

    def look(self, fund: port.Fund) -> int:
        """Ask a fund about its papers that are still valid, so many a round, each in its turn; how
        many it took back. FundDown when it does not answer."""
        place, now = f"papers asked {fund.name}", self.clock.now()
        at, _, behind = (self.store.places.fact(place) or "").partition(" ")
        if at and instant(at) > now - EVERY:
            return 0
        today = local(now).date().isoformat()
        rows = self.store.requests.valid(fund.name, today, behind, AT_ONCE)
        progress = fund.poll([port.Receipt(row.receipt) for row in rows]) if rows else {}
        if rows or behind:
            last = rows[-1].reference if len(rows) == AT_ONCE else ""
            self.store.places.set_fact(place, f"{stamp(now)} {last}")
        return sum(
            self._judge(row, progress[row.receipt]) for row in rows if row.receipt in progress
        )

    def _judge(self, row: RequestRow, progress: port.Progress) -> bool:
        """`rejected` or `expired` of a paper whose last day has not come: it is taken back."""
        state = str(progress.state)
        if state in ("rejected", "expired"):
            return self.revoke(row, progress.reason.code if progress.reason else state)
        if state == "collected" and row.state == "ready":
            now = stamp(self.clock.now())
            self.store.requests.move(row.reference, ("ready",), "collected", "", now)
        return False

    def revoke(self, row: RequestRow, reason: str) -> bool:
        """From now on the paper of this request is told as cancelled, wherever it is checked;
        false if it was already, or if there is none."""
        now = stamp(self.clock.now())
        with self.store.transaction():
            if not self.store.requests.revoke(row.reference, now):
                return False
            self.store.requests.move(row.reference, HELD, "cancelled", reason, now)
            self._tell(row)
        _log.info("paper taken back", extra={"fund": row.fund, "why": reason})
        return True

    def _tell(self, row: RequestRow) -> None:
        opened = self.vault.open(f"requests.sealed:{row.reference}", row.sealed)
        if phone := json.loads(opened)["phone"]:
            self.tell(phone, [_TOLD, Text("{value}", {"value": row.reference})], row.language)
