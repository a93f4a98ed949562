"""Looks whether the funds answer, in the worker: a silence is told on every door within a minute,
and told to be over when it is."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Thread

from lite.clock import Clock, instant, stamp
from lite.notices import board
from lite.notices.notice import Notice, read
from lite.notices.standard import next_news, silence
from lite.store import Store
from lite.store.notices import WatchRow

_log = logging.getLogger("lite.notices")

# Two looks in a row that say otherwise, and a fund is down, or back: one lost packet is no news,
# and a fund that comes and goes does not make a notice come and go. With a look every 15 seconds
# and 8 to wait for an answer, a fault is told after 46 seconds at most.
EVERY = 15.0
PATIENCE = 8.0
AGAINST = 2
# Two workers look at one fund in turn; and beyond the gap, nobody looked.
_ONCE, _GAP = timedelta(seconds=EVERY / 3), timedelta(seconds=4 * EVERY)

Reachable = Callable[[], bool]


@dataclass
class Watch:
    """`funds`: name -> whether it answers (a call to the fund: never from a request). `code` is
    what is dialled for the agencies, `number` our short code; `patience` in seconds."""

    store: Store
    clock: Clock
    funds: Mapping[str, Reachable]
    code: str
    number: str
    patience: float = PATIENCE
    _hung: dict[str, Thread] = field(default_factory=dict)

    def look(self) -> None:
        """Ask every fund at once, and write what came of it."""
        good = self._asked()
        for fund, answers in good.items():
            now = self.clock.now()
            with self.store.transaction(f"watch:{fund}"):
                if self.store.notices.claim_look(fund, stamp(now), stamp(now - _ONCE)):
                    self._learn(fund, answers, now)

    def _asked(self) -> dict[str, bool]:
        """Which funds answer in time; one that still owes an answer is not asked again."""
        found: dict[str, bool] = {}
        fresh = [fund for fund in self.funds if fund not in self._hung]
        for fund in fresh:
            self._hung[fund] = Thread(target=self._ask, args=(fund, found), daemon=True)
            self._hung[fund].start()
        for fund in fresh:
            self._hung[fund].join(self.patience / max(1, len(fresh)))
        self._hung = {fund: thread for fund, thread in self._hung.items() if thread.is_alive()}
        return {fund: found.get(fund, False) for fund in self.funds}

    def _ask(self, fund: str, found: dict[str, bool]) -> None:
        try:
            found[fund] = self.funds[fund]()
        except Exception as error:  # an adapter that breaks is a fund that does not answer
            _log.warning("fund not asked", extra={"fund": fund, "why": type(error).__name__})

    def _learn(self, fund: str, answers: bool, now: datetime) -> None:
        notices, state = self.store.notices, "up" if answers else "down"
        since = notices.extend(fund, state, stamp(now - _GAP), stamp(now))
        (row,) = [row for row in notices.watched() if row.fund == fund]
        row = _judged(row, state, since)
        notices.watch(row)
        self._tell(fund, row, now)

    def _tell(self, fund: str, row: WatchRow, now: datetime) -> None:
        """Make the notices agree with what is known of a fund."""
        open_ = [read(one) for one in self.store.notices.open() if one.fund in (fund, "")]
        own = next((one for one in open_ if one.own), None)
        if row.state == "up":
            if own:
                board.close(self.store, own.id, now)
        elif own:
            self._renew(own, now)
        elif not any(one.begun(now) and not one.over(now) for one in open_):
            since = instant(row.since)
            notice = silence(fund, since, now, self.code, self.number)
            board.hang(self.store, notice)

    def _renew(self, own: Notice, now: datetime) -> None:
        """The promised hour of news has come, and the news is that nothing changed."""
        if own.next_at and own.next_at <= now:
            board.again(self.store, replace(own, next_at=next_news(now)), now)


def _judged(row: WatchRow, state: str, since: str) -> WatchRow:
    """What a look makes of what was known; the fund has been found so since then."""
    if state == row.state:
        return row._replace(against=0)
    if row.against + 1 < AGAINST:
        return row._replace(against=row.against + 1)
    return row._replace(state=state, against=0, since=since)
