"""Tells those who wait for something: one message a day each, none at night, none twice."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lite.clock import Clock, local, short, stamp
from lite.notices import board
from lite.notices.notice import Notice, read
from lite.notices.stages import Stage, asleep, bedtime, stages
from lite.store import Store
from lite.store.notices import Waiting
from lite.text import Ltr, T, Text
from lite.vault import Vault

_log = logging.getLogger("lite.notices")

# How many letters one transaction writes, and one round: the doors wait for none of them long.
BATCH, MOST = 50, 500
_RECENT = timedelta(days=2)

# What people call a fund, by its name in the settings.
Name = Callable[[str], Text | str]
# (phone, lines, language, life): posts an SMS of the class `notice`, in the caller's transaction.
Tell = Callable[[str, Sequence[Text], str, timedelta], object]


@dataclass(frozen=True)
class Letters:
    """Posts what is due. `name` is what people call a fund, `number` our short code."""

    store: Store
    vault: Vault
    clock: Clock
    tell: Tell
    name: Name
    number: str

    def post_due(self) -> int:
        """End the planned stops whose return has come, then tell what is to be told now; how many
        letters were written."""
        now, posted = self.clock.now(), 0
        self._end(now)
        if asleep(now):
            return 0
        store = self.store.notices
        for row in [*store.open(), *store.closed(stamp(now - _RECENT))]:
            notice = read(row)
            for stage in stages(notice, now):
                if stage.name != "finished" or self._back(notice):
                    posted += self._post(notice, stage, now, MOST - posted)
        return posted

    def _end(self, now: datetime) -> None:
        for notice in map(read, self.store.notices.open()):
            if notice.over(now):
                board.close(self.store, notice.id, notice.hour)

    def _back(self, notice: Notice) -> bool:
        """Whether the fund answers, as far as is known: the end of a stop is not its hour."""
        down = {row.fund for row in self.store.notices.watched() if row.state == "down"}
        return notice.fund not in down

    def _post(self, notice: Notice, stage: Stage, now: datetime, most: int) -> int:
        what, day = f"notice:{notice.id}:{stage.name}", local(now).date().isoformat()
        earlier = f"notice:{notice.id}:" if stage.only_told else ""
        lines = self._lines(notice, stage, now)
        life = min(stage.until, bedtime(now)) - now
        posted, after = 0, ""
        while posted < most:
            with self.store.transaction():
                rows = self.store.notices.waiting(notice.fund, what, day, after, earlier, BATCH)
                posted += sum(self._told(row, what, day, lines, life, now) for row in rows)
            if len(rows) < BATCH:
                break
            after = rows[-1].person
        return posted

    def _told(
        self, row: Waiting, what: str, day: str, lines: Sequence[Text], life: timedelta,
        now: datetime,
    ) -> bool:  # fmt: skip
        """Write to one person, unless somebody else did; in the transaction of its claim."""
        try:
            opened = self.vault.open(f"requests.sealed:{row.reference}", row.sealed)
        except Exception as error:  # one row that nobody can open holds up no other
            _log.error("request not opened", extra={"why": type(error).__name__})
            return False
        if not self.store.told.claim(row.person, day, what, stamp(now)):
            return False
        language = self.store.talks.caller(row.phone).language or row.language
        self.tell(json.loads(opened)["phone"], lines, language, life)
        return True

    def _lines(self, notice: Notice, stage: Stage, now: datetime) -> list[Text]:
        fund: Text | str = self.name(notice.fund) if notice.fund else T("ce service")
        if stage.name == "finished" and not notice.begun(notice.closed_at or now):
            said = T("Lite : {fund}, pas d'arrêt le {start}.",
                     fund=fund, start=Ltr(short(notice.starts_at)))  # fmt: skip
            fate = _GOES_ON
        elif stage.name == "finished":
            said, fate = T("Lite : {fund} répond de nouveau.", fund=fund), _GOES_ON
        elif not notice.begun(now):
            said = T("Lite : arrêt de {fund} le {start}, retour le {until}.",
                     fund=fund, start=Ltr(short(notice.starts_at)),
                     until=Ltr(short(notice.hour)))  # fmt: skip
            fate = _KEPT
        else:
            said, fate = _stopped(notice, fund), _KEPT
        return [said, fate, T("Plus : ETAT au {number}", number=Ltr(self.number))]


_KEPT = T("Votre demande est gardée.")
_GOES_ON = T("Votre demande suit son cours.")


def _stopped(notice: Notice, fund: Text | str) -> Text:
    if notice.ends_at:
        return T("Lite : {fund} est à l'arrêt, retour le {until}.",
                 fund=fund, until=Ltr(short(notice.ends_at)))  # fmt: skip
    return T("Lite : {fund} est à l'arrêt. Prochaine nouvelle le {next}.",
             fund=fund, next=Ltr(short(notice.hour)))  # fmt: skip

