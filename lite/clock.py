"""Casablanca time, and a clock that tests and the demo may set."""

import os
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

# UTC+1, and UTC+0 around Ramadan: tzdata knows the days, nobody here should.
CASABLANCA = ZoneInfo("Africa/Casablanca")


class ClockError(ValueError):
    """The file that holds the time to believe cannot be believed."""


@dataclass(frozen=True)
class _Reading:
    version: tuple[int, int, int]
    instant: datetime
    written: float  # seconds since the epoch, by the machine's clock


class Clock:
    """What time it is: the machine's, or the one that a file says.

    The file holds an ISO-8601 instant, in Casablanca time unless it says otherwise; time goes on
    from there since the file was last written. It is read again when it changes, and while it is
    missing the machine's clock counts.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None) -> None:
        self._path = None if path is None else Path(path)
        self._reading: _Reading | None = None

    def now(self) -> datetime:
        """The instant, aware, in UTC. ClockError when the file holds no instant."""
        if self._path is None:
            return datetime.now(UTC)
        try:
            reading = self._read(self._path)
            gone = max(0.0, time.time() - reading.written)
            return reading.instant + timedelta(seconds=gone)
        except FileNotFoundError:
            return datetime.now(UTC)
        except (OSError, ValueError, OverflowError) as error:
            raise ClockError(
                f"{self._path} holds no time that can be believed ({error}). Write one such as"
                " 2026-11-22T10:00:00 into it, or remove the file to go by the machine's clock."
            ) from error

    @property
    def missing(self) -> bool:
        """Whether a file was named that is not there: the machine's clock counts."""
        return self._path is not None and not self._path.exists()

    def _read(self, path: Path) -> _Reading:
        known = self._reading
        if known is None or _version(path.stat()) != known.version:
            with path.open(encoding="utf-8") as file:
                stat = os.fstat(file.fileno())  # of the file being read, not of its successor
                believed = datetime.fromisoformat(file.read(100).strip())
            if believed.tzinfo is None:
                believed = believed.replace(tzinfo=CASABLANCA)
            known = _Reading(_version(stat), believed.astimezone(UTC), stat.st_mtime)
            self._reading = known
        return known


def _version(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_mtime_ns, stat.st_ino, stat.st_size


def set_clock(path: str | os.PathLike[str], instant: datetime) -> None:
    """Make every `Clock(path)` believe this instant (naive = Casablanca time) from now on.

    No reader ever sees half a file.
    """
    target = Path(path)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(instant.isoformat() + "\n")
        draft.chmod(0o644)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def local(moment: datetime) -> datetime:
    """The same instant on a clock in Casablanca, to be shown; store and compare UTC, for Python
    holds a doubled hour unequal to every other zone. ValueError for a time without offset."""
    return _aware(moment).astimezone(CASABLANCA)


def stamp(moment: datetime) -> str:
    """The instant as text that sorts as time does: `2026-11-22T10:00:00.000000Z`, 27 characters.

    ValueError for a time that says no offset.
    """
    utc = moment if moment.tzinfo is UTC else _aware(moment).astimezone(UTC)
    return utc.isoformat(timespec="microseconds")[:26] + "Z"


def instant(text: str) -> datetime:
    """Read what `stamp` wrote, or any ISO-8601 time with an offset, as UTC; else ValueError."""
    return _aware(datetime.fromisoformat(text)).astimezone(UTC)


def day(moment: date) -> str:
    """`05/09/2026`: the day of an instant in Casablanca, or of a plain date. With slashes, which
    keep their order inside Arabic text."""
    if isinstance(moment, datetime):
        moment = local(moment)
    return f"{moment.day:02d}/{moment.month:02d}/{moment.year:04d}"


def hour(moment: datetime) -> str:
    """`14:20`: the time of day in Casablanca."""
    return local(moment).isoformat(timespec="minutes")[11:16]


def short(moment: datetime) -> str:
    """`25/11 22:00`: a day of these weeks and its hour in Casablanca, for a small screen."""
    there = local(moment)
    return f"{there.day:02d}/{there.month:02d} {hour(moment)}"


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} says no offset, so it is no instant")
    return moment
