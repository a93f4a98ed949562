"""A pull: the pages of the next batch, or of the newest full one with all that followed."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from lite.upstream.answers import Batch, BatchRefused, Change, Page, Quarantined
from lite.upstream.filedrop import kinds, table
from lite.upstream.filedrop.inbox import Cursor
from lite.upstream.filedrop.manifest import Drop

SIZE = 1_000
MOST_CHANGED = 1_000_000  # keys of deltas held while the full batch behind them is read
BAD, OF = 20, 100  # more than 20 bad rows and more than 1 % : the batch lacks too much


class Tally:
    """Rows read and rows that could not be."""

    def __init__(self) -> None:
        self.read = self.bad = 0

    @property
    def poor(self) -> bool:
        return self.bad > BAD and self.bad * OF > self.read


def of_one(
    fund: str, drop: Drop, now: datetime, more: bool, tally: Tally
) -> Generator[Page, None, Batch]:
    """The pages of one batch, in its own order."""
    yield from _paged(_rows(drop, now.date(), tally))
    return _batch(fund, drop, tally, complete=drop.mode == "full", more=more)


def of_chain(
    fund: str, drops: Sequence[Drop], now: datetime, tally: Tally
) -> Generator[Page, None, Batch]:
    """A full batch and the deltas after it as one: each key once, as it was told last.

    The newest is read first, so that a row of an older batch which it replaces is passed over.
    """
    told = set[tuple[str, str]]()
    for drop in reversed(drops):
        rows = _rows(drop, now.date(), tally)
        if len(drops) > 1:
            rows = _fresh(rows, frozenset(told), told, drop is drops[0])
        yield from _paged(rows)
    return _batch(fund, drops[-1], tally, complete=True, more=False)


def _fresh(
    rows: Iterator[Change | Quarantined],
    newer: frozenset[tuple[str, str]],
    told: set[tuple[str, str]],
    oldest: bool,
) -> Iterator[Change | Quarantined]:
    for row in rows:
        if isinstance(row, Quarantined):
            yield row
            continue
        name = (row.kind, row.key)
        if not oldest:
            _remember(told, name)
        if name not in newer and row.op == "upsert":
            yield row


def _remember(told: set[tuple[str, str]], name: tuple[str, str]) -> None:
    told.add(name)
    if len(told) > MOST_CHANGED:
        raise BatchRefused("the deltas since the last full batch are too many; send a full batch")


def _rows(drop: Drop, today: date, tally: Tally) -> Iterator[Change | Quarantined]:
    """The rows of a batch, each with the place it came from; BatchRefused names batch and file."""
    known = kinds.known(today)
    try:
        for part in drop.parts:
            for row in table.read(drop.folder, part, known):
                tally.read += 1
                if isinstance(row, Quarantined):
                    tally.bad += 1
                    yield replace(row, where=f"{drop.folder.name}/{row.where}")
                else:
                    yield from row
    except BatchRefused as error:
        raise BatchRefused(f"{drop.folder.name}/{error.reason}") from error


def _paged(rows: Iterator[Change | Quarantined]) -> Iterator[Page]:
    while some := list(islice(rows, SIZE)):
        bad = tuple(row for row in some if isinstance(row, Quarantined))
        if not bad:
            yield Page(tuple(some))  # type: ignore[arg-type]
            continue
        yield Page(tuple(row for row in some if isinstance(row, Change)), bad)


def _batch(fund: str, drop: Drop, tally: Tally, complete: bool, more: bool) -> Batch:
    """A few bad rows do not hold up the date of the rest, but nothing is gone for lack of them."""
    return Batch(
        id=f"{fund}-{drop.sequence}-{drop.digest[:12]}",
        as_of=drop.as_of,
        cursor=str(Cursor.of(drop)),
        complete=complete and not tally.bad,
        partial=tally.poor,
        more=more,
        isolated=complete and not tally.poor,
    )
