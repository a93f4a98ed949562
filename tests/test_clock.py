"""Casablanca time, and the clock that a file sets."""

import os
import time
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lite.clock import Clock, ClockError, day, hour, instant, local, set_clock, stamp

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SOON = timedelta(seconds=30)
FAR = "9999-12-31T23:59:59-10:00"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clock"


def write(path: Path, text: str, ago: float = 0) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - ago,) * 2)


def test_the_machine_s_clock() -> None:
    before = datetime.now(UTC)
    now = Clock().now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC


def test_a_missing_file_leaves_the_machine_s_clock(path: Path) -> None:
    clock = Clock(path)
    assert abs(clock.now() - datetime.now(UTC)) < SOON
    set_clock(path, NOON)
    assert clock.now() - NOON < SOON
    path.unlink()
    assert abs(clock.now() - datetime.now(UTC)) < SOON


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T12:00:00Z",
        "2026-11-22T12:00:00+00:00\n",
        "2026-11-22T13:00:00",  # Casablanca, UTC+1
        "2026-11-22 13:00",
        "2026-11-22T14:00:00+02:00",
    ],
)
def test_the_file_is_believed(path: Path, text: str) -> None:
    write(path, text)
    now = Clock(str(path)).now()
    assert NOON <= now < NOON + SOON
    assert now.tzinfo is UTC


def test_a_file_in_ramadan_is_at_utc(path: Path) -> None:
    write(path, "2026-03-01T12:00:00")
    assert Clock(path).now() - datetime(2026, 3, 1, 12, tzinfo=UTC) < SOON


def test_time_goes_on_since_the_file_was_written(path: Path) -> None:
    write(path, "2026-11-22T12:00:00Z", ago=3_600)
    clock = Clock(path)
    first = clock.now()
    assert NOON + timedelta(hours=1) <= first < NOON + timedelta(hours=1) + SOON
    assert clock.now() > first


def test_a_file_from_the_future_does_not_run_backwards(path: Path) -> None:
    write(path, "2026-11-22T12:00:00Z", ago=-3_600)
    assert Clock(path).now() == NOON


def test_a_change_is_seen_at_once_and_by_all(path: Path) -> None:
    one, other = Clock(path), Clock(path)
    for years in (1, 2, 3, -5):
        moment = NOON.replace(year=2026 + years)
        set_clock(path, moment)
        assert one.now() - moment < SOON
        assert abs(other.now() - one.now()) < SOON


def test_set_clock_leaves_one_file_that_others_may_read(path: Path) -> None:
    set_clock(path, datetime(2026, 11, 22, 13, 0))
    set_clock(path, NOON)
    assert [entry.name for entry in path.parent.iterdir()] == ["clock"]
    assert path.stat().st_mode & 0o444 == 0o444
    assert instant(path.read_text().strip()) == NOON


@pytest.mark.parametrize("text", ["", "tomorrow", "12:00", "2026-13-01", "\udcff", FAR])
def test_nonsense_is_refused_with_a_remedy(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ClockError, match="remove the file"):
        Clock(path).now()


def test_a_folder_is_refused_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ClockError, match="remove the file"):
        Clock(tmp_path).now()


# The hour goes back on Sunday 15 February 2026 at 3, forward on Sunday 22 March 2026 at 2.
@pytest.mark.parametrize(
    ("utc", "shown"),
    [
        ("2026-01-10T10:00:00Z", "10/01/2026 11:00"),
        ("2026-02-15T01:59:00Z", "15/02/2026 02:59"),
        ("2026-02-15T02:00:00Z", "15/02/2026 02:00"),
        ("2026-03-01T10:00:00Z", "01/03/2026 10:00"),
        ("2026-03-22T01:59:00Z", "22/03/2026 01:59"),
        ("2026-03-22T02:00:00Z", "22/03/2026 03:00"),
        ("2026-09-05T23:30:00Z", "06/09/2026 00:30"),
        ("2026-12-31T23:00:00Z", "01/01/2027 00:00"),
    ],
)
def test_casablanca(utc: str, shown: str) -> None:
    moment = instant(utc)
    assert f"{day(moment)} {hour(moment)}" == shown
    assert local(moment).astimezone(UTC) == moment


def test_the_day_of_a_plain_date() -> None:
    assert day(date(2026, 9, 5)) == "05/09/2026"


MOMENTS = st.datetimes(
    datetime(1, 1, 3),
    datetime(9999, 12, 29),
    timezones=st.integers(-720, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)


@given(MOMENTS, MOMENTS)
def test_stamps_sort_as_time_and_come_back(one: datetime, other: datetime) -> None:
    assert len(stamp(one)) == len(stamp(other)) == 27
    assert (stamp(one) < stamp(other)) == (one < other)
    assert instant(stamp(one)) == one


def test_a_stamp() -> None:
    assert stamp(local(NOON)) == "2026-11-22T12:00:00.000000Z"


@pytest.mark.parametrize("use", [local, stamp, day, hour])
def test_a_time_without_offset_is_no_instant(use: object) -> None:
    assert callable(use)
    with pytest.raises(ValueError, match="says no offset"):
        use(datetime(2026, 11, 22, 10, 0))
    with pytest.raises(ValueError, match="says no offset"):
        instant("2026-11-22T10:00:00")
