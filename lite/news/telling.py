"""Tells those who asked: one message a person a day, none at night, none twice.

News are consumed in the transaction of the letter, under the person's one claim of the day: two
workers, or a crash at any point, write it once or leave it for the next round.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lite.clock import local, stamp
from lite.desk import post, wishes
from lite.desk.office import Office
from lite.identity.enrolment import SILENCE
from lite.news import pieces
from lite.news.pieces import Piece, Reader
from lite.news.wording import message
from lite.notices.stages import asleep
from lite.store.moves import Move
from lite.store.news import WishRow

_log = logging.getLogger("lite.news")

# How many people one query names, and one round tells; how many rows one transaction takes away,
# and one round.
BATCH, MOST = 100, 5_000
PRUNED, MOST_PRUNED = 1_000, 50_000
_AT_MOST = 200  # news of one person that are read: more than that is no news but a flood
# What could not leave for so long is told by the person's own screen.
LIFE = timedelta(days=3)


@dataclass(frozen=True)
class Telling:
    """What a worker does now and then, as many of them as there are."""

    office: Office

    def tell_due(self) -> int:
        """Take away news that nobody wants, then tell what is to be told now; how many people."""
        self._prune()
        now = self.office.clock.now()
        if asleep(now):
            return 0
        return sum(self._safely(person, now) for person in self._due(local(now).date().isoformat()))

    def _prune(self) -> None:
        """In small steps, so that the doors wait for none of them long."""
        taken = PRUNED
        for _ in range(MOST_PRUNED // PRUNED):
            if taken < PRUNED:
                return
            with self.office.store.transaction():
                taken = self.office.store.news.prune(PRUNED)

    def _due(self, day: str) -> Iterable[str]:
        """Whoever has news, then whoever's rights are to be looked at today."""
        after, done = "", 0
        while done < MOST and (page := self.office.store.news.moved(after, day, BATCH)):
            yield from page
            after, done = page[-1], done + len(page)
        while done < MOST and (page := self.office.store.news.to_look_at(day, BATCH)):
            with self.office.store.transaction():
                self.office.store.news.looked(page, day)
            yield from page
            done += len(page)

    def _safely(self, person: str, now: datetime) -> bool:
        """One person whose file cannot be read holds up no other."""
        try:
            return self._told(person, now)
        except Exception as error:
            _log.error("news not told", extra={"why": type(error).__name__})
            return False

    def _told(self, person: str, now: datetime) -> bool:
        store, day = self.office.store, local(now).date().isoformat()
        moves = store.moves.fresh(person=person, most=_AT_MOST)
        listeners = store.news.listeners(person, stamp(now - SILENCE))
        found = self._found(person, moves, listeners, now) if listeners else []
        letters = [(one, wanted) for one in listeners if (wanted := _wanted(found, one))]
        if not letters and not moves:
            return False
        with store.transaction():
            if letters and not store.told.claim(person, day, f"news:{day}", stamp(now)):
                return False
            store.moves.consume(moves)
            for listener, wanted in letters:
                self._post(listener, wanted)
                once = [piece.once for piece in wanted if piece.once]
                store.news.say(person, once, stamp(now))
        return bool(letters)

    def _found(
        self, person: str, moves: Sequence[Move], listeners: Sequence[WishRow], now: datetime
    ) -> list[Piece]:
        reader = Reader(self.office.store, self.office.vault)
        found = reader.moved(moves)
        if any(pieces.RIGHTS in one.wants.split() for one in listeners):
            found += reader.ending(person, local(now).date())
        return found

    def _post(self, listener: WishRow, wanted: Sequence[Piece]) -> None:
        office = self.office
        phone = wishes.number(office, listener)
        language = office.store.talks.caller(listener.phone).language or listener.language
        lines = message(wanted, office.short_code, office.service_code)
        post.sms(office, phone, lines, language, "news", LIFE)


def _wanted(found: Iterable[Piece], listener: WishRow) -> list[Piece]:
    """What this phone asked for; what was learned before it asked, it was not to be told."""
    wants = listener.wants.split()
    return [
        one for one in found if one.wish in wants and (not one.at or one.at >= listener.asked_at)
    ]
