"""What is staged of one pull: added chunk by chunk, verified, then swapped or discarded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic, sleep

from lite.clock import Clock, instant, local, stamp
from lite.intake.gone import Gone
from lite.intake.latest import latest
from lite.intake.lease import Lease
from lite.intake.planning import Planner
from lite.intake.rows import Blinder, Row, again
from lite.intake.seen import Seen
from lite.intake.verifying import Counted, verify_date, verify_life, verify_rows, verify_some
from lite.store import Store
from lite.store.funds import Swap
from lite.store.plan import Aside, Doubt, Plan
from lite.upstream import port
from lite.vault import Vault

_AT_ONCE = 500
_TOLD = 1_000  # rows of one pull whose place and reason are kept; the others are counted
_TRIES = 5
_GROWN, _TIMES = 2_000, 8  # rows written when the planner hears of it first, and how often then


class _Raced(Exception):
    """Somebody was learned of, or erased, while a chunk was being planned: plan it again."""


class Staged:
    """The next generation of one source, in the making."""

    def __init__(
        self, store: Store, vault: Vault, clock: Clock, lease: Lease, fund: port.Fund,
        mode: port.Mode,
    ) -> None:  # fmt: skip
        self._store, self._vault, self._clock, self._lease = store, vault, clock, lease
        self._source, self._mode, able = fund.name, mode, fund.capabilities()
        self._files, self._live = able.files, not able.files and not able.whole
        self._row = store.funds.get(fund.name)
        self._old = self._row.generation if self._row else 0
        self._counted, self._seen = Counted(), Seen()
        self._told_bad, self._unread, self._any_aside = 0, 0, False
        self._written, self._grown = 0, _GROWN
        self._strangers: set[str] = set()  # kinds of which a row was of nobody
        self._gone = Gone(
            store.staging, fund.name, self._next, self._seen, self._planner,
            lambda plan: self._write(plan, vault.owners.erasures()),
        )  # fmt: skip
        self._blinder = Blinder(fund.name, vault)
        self._begin()

    @property
    def _next(self) -> int:
        return self._old + 1

    @property
    def _tag(self) -> str:
        """Names the pull until its batch has told its own name."""
        return f"{self._source}/{self._next}"

    def _begin(self) -> None:
        """Take away what earlier pulls left. Only a first import goes on where it stopped: it is
        long, and every row of it is new."""
        self._resumed = self._store.funds.unfinished(self._source, self._old)
        if self._resumed and (self._old or self._mode == "delta"):
            self.discard()
            self._resumed = False
        self._away(lambda: self._store.funds.tidy(self._source, self._old))

    @property
    def rows(self) -> int:
        """How many rows came."""
        return self._counted.rows

    def close(self) -> None:
        """Let the keys go."""
        self._seen.close()

    # Staging

    def add(self, changes: Sequence[port.Change], bad: Sequence[port.Quarantined]) -> None:
        """Stage a chunk."""
        rows = [self._blinder.row(change) for change in changes]
        self._seen.add(row.key for row in rows)
        self._counted = self._counted.more(len(rows) + len(bad), len(bad))
        self._unread += len(bad)
        self._stage(rows, [(row.where, row.reason) for row in bad])

    def _stage(
        self, rows: Sequence[Row], bad: Sequence[tuple[str, str]], second_look: bool = False
    ) -> None:
        for _ in range(_TRIES):
            erasures = self._vault.owners.erasures()
            plan = self._planner().plan(rows, second_look)
            strangers = len(plan.bad)
            self._doubt(plan.bad)
            plan.bad = [*plan.bad, *bad][: max(0, _TOLD - self._told_bad)]
            self._settle_asides(plan, rows)
            try:
                self._write(plan, erasures)
            except _Raced:
                continue
            self._told_bad += len(plan.bad)
            self._counted = self._counted.more(0, strangers)
            self._grow(len(plan.versions))
            return
        raise port.FundDown(60)

    def _grow(self, rows: int) -> None:
        """An engine that plans by what it knows of its tables hears when they have grown."""
        self._written += rows
        if self._written >= self._grown:
            self._grown *= _TIMES
            self._store.staging.grown()

    def _doubt(self, strangers: Sequence[tuple[str, str]]) -> None:
        """Of a stranger that an earlier batch told as well, nothing was spoilt on the way."""
        places = [place for place, _ in strangers]
        new = set(places) - self._store.staging.set_aside_before(self._source, self._tag, places)
        self._strangers.update(place.partition(" ")[0] for place in new)

    def _planner(self) -> Planner:
        now = self._clock.now()
        fetched = self._row.fetched_at if self._row else None
        then = local(instant(fetched)).date() if fetched else None
        return Planner(
            self._store, self._vault, self._source, self._next, then, local(now).date(), stamp(now),
            first=fetched is None and not self._resumed,
        )  # fmt: skip

    def _settle_asides(self, plan: Plan, rows: Sequence[Row]) -> None:
        """A row that is told again is not what was set aside under its key."""
        if self._any_aside and not plan.settled:
            plan.settled.extend(row.key for row in rows)
        self._any_aside = self._any_aside or bool(plan.asides)

    def _write(self, plan: Plan, erasures: object) -> None:
        if not plan.rows():
            return self._lease.keep_alive()
        with self._store.transaction():
            self._store.alone("intake", patiently=True)
            self._lease.keep()
            now = stamp(self._clock.now())
            self._store.staging.write(self._source, self._next, plan, self._tag, now)
            raced = plan.keys and self._store.staging.people(list(plan.keys)) != plan.keys
            if raced or self._vault.owners.erasures() != erasures:
                raise _Raced

    # The end

    def swap(self, batch: port.Batch) -> None:
        """Verify the batch and make it what readers see. Raises `BatchRefused`."""
        now = self._clock.now()
        self._verify(batch, now)
        with self._store.ahead():
            self._second_look()
            told, unsure = self._told(batch)
            self._gone.sweep(told, unsure, self._resumed and self._mode == "full")
        if self._files:
            verify_rows(batch, self._counted.double(self._seen.doubles), self._row)
        doubts = self._doubts(batch)
        done = Swap(
            batch.id, stamp(batch.as_of), not batch.partial, doubts is not None,
            self._everything(batch), batch.cursor, self._counted.rows, self._counted.bad,
            stamp(now), doubts or (), stamp(batch.expires) if batch.expires else None,
        )  # fmt: skip
        with self._store.transaction():
            self._lease.keep()
            self._store.funds.name_quarantine(self._source, self._tag, batch.id)
            self._store.funds.swap(self._source, self._next, done)
        self._away(lambda: self._store.funds.tidy(self._source, self._next))

    def _verify(self, batch: port.Batch, now: datetime) -> None:
        verify_date(batch, self._files, self._store.funds.newest(self._source), now)
        verify_life(batch, latest(self._store, now))
        if self._live:
            verify_some(batch, self._counted, self._row)

    def _second_look(self) -> None:
        """At those that came before their person."""
        after = ""
        while page := self._store.staging.asides(self._source, after, _AT_ONCE):
            self._stage([self._again(one) for one in page], (), second_look=True)
            after = page[-1].key

    def _again(self, aside: Aside) -> Row:
        place = f"set_aside.sealed:{self._source}/{aside.key}"
        return again(aside, self._vault.open(place, aside.sealed))

    def _told(self, batch: port.Batch) -> tuple[frozenset[str], frozenset[str]]:
        """The kinds of which this pull told all there is: what it did not name is gone. And those
        of which it did but for a row of nobody."""
        if not batch.complete or batch.partial or self._unread:
            return frozenset(), frozenset()
        return frozenset(port.KINDS).difference(self._strangers), frozenset(self._strangers)

    def _doubts(self, batch: port.Batch) -> list[Doubt] | None:
        """What readers see and this pull could not say: as old as it was. None if the pull lacked
        more than single rows: then all is."""
        if batch.partial and not batch.isolated:
            return None
        if not self._everything(batch):
            return []
        return self._gone.doubts(list(port.KINDS if self._unread else self._strangers))

    def _everything(self, batch: port.Batch) -> bool:
        """Whether the source meant to tell all it knows: of files, a full batch may also be the
        next in turn."""
        return self._mode == "full" or batch.complete or batch.isolated

    def discard(self) -> None:
        """Nothing of this pull will be seen."""
        with self._store.transaction():
            self._store.funds.name_quarantine(self._source, self._tag, "")
        self._away(lambda: self._store.funds.discard(self._source, self._old))

    def _away(self, step: Callable[[], int]) -> None:
        """What nobody sees, in small steps, with room for the doors between them."""
        done = 1
        with self._store.ahead():
            while done:
                since = monotonic()
                with self._store.transaction():
                    self._lease.keep()
                    done = step()
                sleep(min(0.1, monotonic() - since) if done else 0)
