"""A killed worker doubles no code, a clock that jumps opens no door, garbage breaks nothing."""

from __future__ import annotations

import os

import pytest

from chaos import clocks, lost_replies, machine_clock, malformed

SLOW = bool(os.environ.get("LITE_SLOW"))
pytestmark = pytest.mark.sqlite("each has a store of its own")


def test_a_killed_worker_doubles_nothing_that_was_answered() -> None:
    assert [one for one in lost_replies.run(10_000 if SLOW else 60) if not one.met] == []


def test_a_clock_that_jumps_opens_no_door_and_doubles_no_letter() -> None:
    assert [one for one in clocks.run(20 if SLOW else 1) if not one.met] == []


@pytest.mark.skipif(machine_clock.library() is None, reason="libfaketime is missing")
def test_the_machine_s_own_clock_may_jump_too() -> None:
    assert [one for one in machine_clock.run(1) if not one.met] == []


def test_malformed_callbacks_break_nothing() -> None:
    assert [one for one in malformed.run(10_000 if SLOW else 300) if not one.met] == []
