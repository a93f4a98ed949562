"""What `make speed` says, and that it says so when a goal is missed."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api")

from speed import pages, told
from speed.browser import View
from speed.journeys import Journey, Step
from speed.link import PROFILES
from speed.pages import FIRST, LITE, NEXT, OTHER
from speed.trace import Limit

LEAST = Limit(3, 1000, 2000)  # 3.2 s on GPRS


def view(text: float) -> View:
    return View(text, text - 0.1, LEAST, 5000, LEAST.seconds(PROFILES["gprs"]))


def test_what_keeps_its_goals_is_not_blamed() -> None:
    assert pages.missed({(FIRST, LITE): [view(3.3), view(9.0), view(3.4)]}) == []
    assert pages.missed({(FIRST, OTHER): [view(9.0)]}) == [], "the other page has none"
    assert len(pages.missed({(FIRST, LITE): [view(4.0)]}, timed=False)) == 1, "the ratio alone"


@pytest.mark.parametrize(("text", "lines"), [(3.51, 1), (3.53, 2), (4.0, 2)])
def test_a_missed_goal_is_told(text: float, lines: int) -> None:
    assert len(pages.missed({(FIRST, LITE): [view(text)]})) == lines
    assert len(pages.missed({(NEXT, LITE): [view(1.3)]})) == 0
    assert len(pages.missed({(NEXT, LITE): [view(1.5)]})) == 1


def test_the_table_gives_the_middle_of_the_rounds() -> None:
    shown = told.pages({(FIRST, LITE): [view(3.4), view(9.0), view(3.3)]})
    row = next(line for line in shown.splitlines() if line.startswith(FIRST))
    for cell in ("3.40", "3.30-9.00", "3.20", "1.06", "1000", "2000", "5000", "3.5 s, 1.1x"):
        assert cell in row.split("  ") or f" {cell}" in row


def test_a_journey_costs_what_its_prices_say() -> None:
    walk = Journey("a way", (Step("one", 4.0, LEAST, 1_500_000),), 3)
    prices = told.Prices(sms=0.5, megabyte=0.2, turn=0.1)
    shown = told.journeys({"a way": [walk]}, {}, prices, PROFILES["gprs"])
    row = next(line for line in shown.splitlines() if line.startswith("a way"))
    assert row.split()[-1] == "1.80"
    assert prices.of(2, 0, 7) == "1.70"
