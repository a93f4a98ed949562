"""Whether a batch may be believed, once every row of it was read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from lite.clock import stamp
from lite.store.people import FundRow
from lite.upstream.port import Batch, BatchRefused

# Clocks differ and are set: a source that is further ahead vouches for what it cannot know, and
# one that answers live is not out of order for so little. A file's date is written in it.
SKEW = timedelta(minutes=5)
# Of a file: so many bad rows and such a share of them, or such a share of the last full one.
BAD_ROWS, BAD_SHARE, LEAST_SHARE = 20, 0.01, 0.80


class Counted(NamedTuple):
    """Rows of a pull, those among them that were set aside, and keys that came twice."""

    rows: int = 0
    bad: int = 0
    doubles: int = 0

    def more(self, rows: int, bad: int) -> Counted:
        """With these."""
        return self._replace(rows=self.rows + rows, bad=self.bad + bad)

    def double(self, keys: int) -> Counted:
        """With so many keys that came twice."""
        return self._replace(doubles=keys)


def verify_date(batch: Batch, files: bool, newest: str, now: datetime) -> None:
    """Raises `BatchRefused`. `files`: whether the fund speaks in files; `newest`: the latest date
    of a batch that was used."""
    as_of = stamp(batch.as_of)
    if batch.as_of > now + SKEW:
        raise BatchRefused(f"it is dated {as_of}, in the future")
    slack = timedelta() if files else SKEW
    if stamp(batch.as_of + slack) < newest:
        raise BatchRefused(f"it is dated {as_of}, before the last one ({newest})")


def verify_life(batch: Batch, now: datetime) -> None:
    """What may not be kept any more is not learned: raises `BatchRefused`. `now`: the latest time
    that was ever seen here, so that to set the clock back brings nothing back."""
    if batch.expires and batch.expires <= now:
        raise BatchRefused(f"it expired on {stamp(batch.expires)}")


def verify_some(batch: Batch, counted: Counted, last: FundRow | None) -> None:
    """Of a fund that answers live: one that knew people and knows nobody is out of order,
    whatever it says. Raises `BatchRefused`."""
    if batch.complete and not counted.rows and last and last.row_count:
        raise BatchRefused(f"it tells of nobody, where the last full one had {last.row_count} rows")


def verify_rows(batch: Batch, counted: Counted, last: FundRow | None) -> None:
    """Of a fund that speaks in files: raises `BatchRefused` if too much is bad, or missing."""
    bad = counted.bad + counted.doubles
    if bad > BAD_ROWS and bad > BAD_SHARE * counted.rows:
        kinds = "unreadable, of nobody we know, or twice under one key"
        raise BatchRefused(f"{bad} bad rows of {counted.rows} ({kinds})")
    before = last.row_count if last else None
    if batch.complete and before and counted.rows < LEAST_SHARE * before:
        raise BatchRefused(f"{counted.rows} rows, where the last full one had {before}")
