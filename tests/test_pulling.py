"""`lite pull --every`: each fund at its own pace, all of it once a night where its news is a hint,
and one that fails is asked again and holds up no other."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bookfund import BookFund, town

from lite.app import House
from lite.cli import pulling
from lite.clock import set_clock
from lite.upstream import fund as open_fund
from lite.upstream import port
from tests.upstream.spdci_server import Spdci

EVERY = 30.0


class Rounds:
    """A stop that waits no longer than it takes: waiting is what makes time pass, on the wall and
    on the house's clock alike."""

    def __init__(self, house: House, seconds: float) -> None:
        self._house, self.now, self._end = house, 0.0, seconds
        self._start = house.clock.now()

    def is_set(self) -> bool:
        return self.now >= self._end

    def wait(self, seconds: float) -> None:
        self.now += seconds
        set_clock(self._house.settings.clock, self._start + timedelta(seconds=self.now))


@pytest.fixture
def fund(house: House) -> BookFund:
    return BookFund(house.clock.now, told=town(3), cursor="as far as this")


def keep_pulling(
    house: House, fund: BookFund, seconds: float, patch: pytest.MonkeyPatch, full: bool = False
) -> None:
    rounds = Rounds(house, seconds)
    patch.setattr(pulling, "monotonic", lambda: rounds.now)
    pulling._keep_pulling(house, fund, EVERY, full, rounds)  # type: ignore[arg-type]


def failing(times: int, error: Callable[[], Exception]) -> Callable[[int], None]:
    left = [times]

    def page(_: int) -> None:
        if left[0] > 0:
            left[0] -= 1
            raise error()

    return page


def test_a_fund_is_pulled_no_oftener_than_it_makes_sense(
    house: House, fund: BookFund, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_pulling(house, fund, 10 * 60, monkeypatch)
    assert len(fund.modes) == 10  # its cadence is a minute, and every half one it is looked at


@pytest.mark.parametrize(
    "error", [lambda: port.FundDown(60, "no answer"), lambda: RuntimeError("a fault of ours")]
)
def test_one_that_fails_is_asked_again_soon_until_it_answers(
    house: House, fund: BookFund, monkeypatch: pytest.MonkeyPatch, error: Callable[[], Exception]
) -> None:
    fund.before_page = failing(3, error)
    keep_pulling(house, fund, 4 * EVERY, monkeypatch)
    assert len(fund.modes) == 4
    row = house.store.funds.get("book")
    assert row and row.state == "up" and row.row_count == len(fund.told)


def test_what_is_asked_of_it_is_settled_in_every_round(
    house: House, fund: BookFund, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled: list[str] = []
    monkeypatch.setattr("lite.intake.Intake.settle", lambda _, one: settled.append(one.name))
    keep_pulling(house, fund, 10 * EVERY, monkeypatch)
    assert len(settled) == 10


def test_an_asked_for_full_pull_is_tried_until_it_came_and_then_no_more(
    house: House, fund: BookFund, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_pulling(house, fund, 30, monkeypatch)  # the first is of everything anyhow
    fund.modes.clear()
    fund.before_page = failing(1, lambda: port.FundDown(60, "no answer"))
    keep_pulling(house, fund, 180, monkeypatch, full=True)
    assert fund.modes == ["full", "full", "delta", "delta"]


@pytest.mark.parametrize(("deltas", "fulls"), [("hint", 1), ("complete", 0), ("none", 0)])
def test_all_is_pulled_once_a_night_where_the_news_is_a_hint(
    house: House, fund: BookFund, monkeypatch: pytest.MonkeyPatch, deltas: str, fulls: int
) -> None:
    fund.deltas = deltas
    set_clock(house.settings.clock, datetime(2026, 11, 25, 0, 30, tzinfo=UTC))
    keep_pulling(house, fund, 60, monkeypatch, full=True)
    fund.modes.clear()
    keep_pulling(house, fund, 3600, monkeypatch)  # from half past one to half past two
    assert fund.modes.count("full") == fulls and len(fund.modes) == 60
    assert "full" not in fund.modes[:28]


def test_a_night_on_which_it_was_down_is_made_up_for_in_the_morning(
    house: House, fund: BookFund, monkeypatch: pytest.MonkeyPatch
) -> None:
    fund.deltas = "hint"
    keep_pulling(house, fund, 60, monkeypatch, full=True)
    fund.modes.clear()
    # Two minutes before two, and down for a while.
    set_clock(house.settings.clock, datetime(2026, 11, 25, 0, 58, tzinfo=UTC))
    fund.before_page = failing(20, lambda: port.FundDown(60, "no answer"))
    keep_pulling(house, fund, 15 * 60, monkeypatch)
    assert fund.modes[20] == "full"  # the first that was answered
    assert set(fund.modes[21:]) == {"delta"}


def test_a_full_pull_that_lacked_rows_is_not_made_again_all_night(
    house: House, fund: BookFund, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could not be read at two cannot be read at three: the night's duty is done."""
    fund.deltas = "hint"
    fund.bad, fund.files, fund.partial, fund.complete, fund.isolated = 1, False, True, False, True
    keep_pulling(house, fund, 600, monkeypatch)
    assert fund.modes.count("full") == 1


# A real process


@contextmanager
def process(
    house: House, upstream: str, *arguments: str, err: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[bytes]]:
    """`lite pull` on the store of the house; killed at the end if it did not end by itself."""
    settings = house.settings
    environment = {
        **os.environ, "LITE_DATABASE": settings.database, "LITE_KEY_FILE": settings.key_file,
        "LITE_UPSTREAM": upstream, "LITE_DEMO": "1", "LITE_WEBHOOK_SECRETS": "secret",
        "LITE_CLOCK": settings.clock,
    }  # fmt: skip
    command = [sys.executable, "-m", "lite", "pull", *arguments]
    with subprocess.Popen(command, env=environment, stderr=err) as made:
        try:
            yield made
        finally:
            made.kill()


def until(true: Callable[[], bool], seconds: float = 60) -> bool:
    ends = time.monotonic() + seconds
    while not true() and time.monotonic() < ends:
        time.sleep(0.1)
    return true()


def state(house: House, fund: str) -> str:
    row = house.store.funds.get(fund)
    return row.state if row else ""


def fetched(house: House, fund: str) -> str:
    row = house.store.funds.get(fund)
    return (row.fetched_at if row else None) or ""


def test_a_process_goes_on_beside_a_fund_that_is_down_and_ends_when_told(
    house: House, tmp_path: Path
) -> None:
    before = fetched(house, "pretend")
    set_clock(house.settings.clock, house.clock.now() + timedelta(days=1))
    with Spdci() as registry:
        registry.be("down")
        aid = registry.url(scheme="aid")
        upstream = f"pretend=pretend://{tmp_path / 'fund.db'} aid={aid}"
        with process(house, upstream, "--every", "0.5") as running:
            assert until(lambda: state(house, "aid") == "down")
            assert until(lambda: fetched(house, "pretend") > before)
            registry.be("ok")
            assert until(lambda: state(house, "aid") == "up")
            assert running.poll() is None
            running.send_signal(signal.SIGTERM)
            assert running.wait(30) == 0


def test_once_its_exit_code_says_how_it_went(house: House) -> None:
    with Spdci() as registry:
        upstream = f"aid={registry.url(scheme='aid')}"

        def once() -> int:
            with process(house, upstream) as running:
                running.communicate(timeout=60)
                return running.returncode

        assert once() == 0
        registry.be("wrong")
        assert once() == 3
        registry.be("down")
        assert once() == 1


def test_whom_a_registry_no_longer_tells_is_told_no_more(house: House) -> None:
    with Spdci() as registry:
        source = open_fund("aid", registry.url(scheme="aid"), house.clock.now)
        house.intake.pull(source)
        assert told(house, "CNSS0002") == {"insured", "benefit", "payment"}
        set_clock(house.settings.clock, house.clock.now() + timedelta(days=1))
        registry.rows = [row for row in registry.rows if "CNSS0002" not in str(row)]
        house.intake.pull(source)
        assert told(house, "CNSS0002") == set()
        assert told(house, "CNSS0001") == {"insured", "right", "benefit", "payment"}


def told(house: House, number: str) -> set[str]:
    """What kinds of records readers see of a person of the registry."""
    person = house.store.people.of_key(house.vault.hash("key", f"aid:{number}")) or ""
    return {kind for kind in port.KINDS if house.store.people.records(person, kind)}


def test_on_a_terminal_a_line_says_how_far_it_is(house: House, tmp_path: Path) -> None:
    """What is piped into a log is not drawn over."""
    upstream = f"pretend=pretend://{tmp_path / 'fund.db'}"
    ours, theirs = pty.openpty()
    with process(house, upstream, "--full", err=theirs) as running:
        assert running.wait(60) == 0
    os.close(theirs)
    drawn = os.read(ours, 65536).decode()
    assert re.search(r"\rpretend: [\d,]+ rows, [\d,]+/s", drawn)
    with process(house, upstream, "--full") as running:
        _, told = running.communicate(timeout=60)
    assert b"rows" not in told
