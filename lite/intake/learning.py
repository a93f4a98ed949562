"""One pull, from the first page to the swap. A refused or missed one keeps the old data, dated so.

Rows are staged in chunks, each in a short transaction of its own, under the source's next
generation; nobody sees them until `funds.generation` says so, in a transaction of a few rows.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum

from lite.clock import Clock, stamp
from lite.intake.lease import Busy, Lease
from lite.intake.revoking import Tell
from lite.intake.settling import Settling
from lite.intake.staged import Staged
from lite.store import Store
from lite.upstream import port
from lite.vault import Vault

__all__ = ["Busy", "Intake", "Pulled"]

_log = logging.getLogger("lite.intake")
# Rows staged at once: doors wait some twenty milliseconds for it at most.
CHUNK = 800

# (rows read so far, rows in all if the adapter knows): told after each chunk.
Watch = Callable[[int, int | None], object]


class Pulled(IntEnum):
    """How a pull ended; the values are the exit codes of `lite pull`."""

    DONE = 0
    FAILED = 1
    PARTIAL = 3


_BADNESS = (Pulled.DONE, Pulled.PARTIAL, Pulled.FAILED)


@dataclass(frozen=True)
class Intake:
    """Learns from funds. `tell` posts an SMS to a person whom a change concerns."""

    store: Store
    vault: Vault
    clock: Clock
    tell: Tell

    def pull(self, fund: port.Fund, full: bool = False, watch: Watch | None = None) -> Pulled:
        """Learn what changed at a fund, batch by batch if several wait. Raises `Busy` while
        another process does."""
        worst = Pulled.DONE
        with _seldom_collected(), Lease(self.store, self.clock, f"pull {fund.name}") as lease:
            while True:
                outcome, more = self._batch(fund, full, lease, watch)
                worst = max(worst, outcome, key=_BADNESS.index)
                if not more:
                    return worst
                full = False

    def _batch(
        self, fund: port.Fund, full: bool, lease: Lease, watch: Watch | None
    ) -> tuple[Pulled, bool]:
        row = self.store.funds.get(fund.name)
        whole = fund.capabilities().whole
        cursor = row.cursor if row and (whole or not full) else None
        mode: port.Mode = "full" if whole or cursor is None else "delta"
        staged = Staged(self.store, self.vault, self.clock, lease, fund, mode)
        try:
            batch = self._stage(staged, fund.pull(cursor, mode), watch)
            if batch.cursor is None and not staged.rows and not batch.complete:
                return Pulled.DONE, False  # nothing was ever sent, or it was taken away: no news
            staged.swap(batch)
        except port.FundDown as error:
            return self._missed(fund, "down", error.reason or _again(error)), False
        except port.BatchRefused as error:
            staged.discard()
            return self._missed(fund, "refused", error.reason), False
        finally:
            staged.close()
        return (Pulled.PARTIAL if batch.partial else Pulled.DONE), batch.more

    def _stage(self, staged: Staged, pull: port.Pull, watch: Watch | None) -> port.Batch:
        rows = 0
        with self.store.ahead():
            for changes, quarantined in _chunks(_told(pull)):
                staged.add(changes, quarantined)
                rows += len(changes) + len(quarantined)
                if watch:
                    watch(pull.read() if pull.read else rows, pull.expected)
        return pull.end

    def _missed(self, fund: port.Fund, state: str, detail: str) -> Pulled:
        _log.warning("pull missed", extra={"fund": fund.name, "state": state, "why": detail})
        with self.store.transaction():
            self.store.people.missed(fund.name, state, detail, stamp(self.clock.now()))
        return Pulled.FAILED

    def settle(self, fund: port.Fund) -> int:
        """Ask a fund how far its requests are; how many moved. A fund that is down moves none."""
        return Settling(self.store, self.vault, self.clock, self.tell).settle(fund)


_USUAL, _SELDOM = gc.get_threshold(), (100_000, 10, 10)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Rows make no cycles: to look for some after every 700 objects takes a twelfth of a pull."""
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)


def _again(error: port.FundDown) -> str:
    return f"again in {error.retry_after} s"


def _told(pull: port.Pull) -> Iterator[port.Page]:
    """The pages; an adapter that breaks is a batch that cannot be believed."""
    try:
        yield from pull
    except (port.FundDown, port.BatchRefused):
        raise
    except Exception as error:
        _log.exception("adapter failed")
        raise port.BatchRefused(f"the adapter failed ({type(error).__name__})") from error


Chunk = tuple[Sequence[port.Change], Sequence[port.Quarantined]]


def _chunks(pages: Iterator[port.Page]) -> Iterator[Chunk]:
    """Small pages together, large ones apart."""
    changes: list[port.Change] = []
    bad: list[port.Quarantined] = []
    for page in pages:
        changes += page.changes
        bad += page.quarantined
        while len(changes) + len(bad) >= CHUNK:
            yield changes[:CHUNK], bad[:CHUNK]
            changes, bad = changes[CHUNK:], bad[CHUNK:]
    if changes or bad:
        yield changes, bad
