"""Processes killed under load: what was told is kept (`make chaos` does it two thousand times)."""

from __future__ import annotations

import os
import re

import pytest
from phone import Phone

from chaos import kill
from chaos.history import Done, judge
from lite.app import House

KILLS = 2_000 if os.environ.get("LITE_SLOW") else 6


@pytest.mark.sqlite("the house that is killed lives in a file of its own")
def test_what_was_told_outlives_a_kill() -> None:
    assert [one for one in kill.run(KILLS) if not one.met] == []


def wish(house: House) -> Done:
    """A call-back as a caller would have it written down."""
    phone = Phone(house, "+212655500123").dials("*384*3939*5*2*1*2*1#")
    (reference,) = re.findall(r"3\d{11}", phone.screen)
    return Done("callback", phone.number, phone.session, reference, 1, 0.0)


def test_the_judge_sees_what_is_whole(house: House) -> None:
    verdict = judge([wish(house)], house)
    assert (verdict.acknowledged, verdict.lost, verdict.halves, verdict.doubled) == (1, 0, 0, 0)


@pytest.mark.parametrize("table", ["requests", "letters", "talks"])
def test_the_judge_sees_what_is_half_done(house: House, table: str) -> None:
    done = wish(house)
    house.store.sql.run(f"delete from {table}")
    assert judge([done], house).halves == 1


def test_the_judge_sees_what_is_lost(house: House) -> None:
    done = wish(house)
    for table in ("requests", "letters", "talks"):
        house.store.sql.run(f"delete from {table}")
    assert judge([done], house).lost == 1
