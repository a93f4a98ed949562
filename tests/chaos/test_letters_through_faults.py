"""Letters and their reports: a network that is cut, reports that come in any order."""

from __future__ import annotations

import os

import pytest

from chaos import callbacks, partition

SLOW = bool(os.environ.get("LITE_SLOW"))
pytestmark = pytest.mark.sqlite("each lives in a file of its own")


def test_reports_in_any_order_end_in_the_same_state() -> None:
    (figure,) = callbacks.run(100_000 if SLOW else 150)
    assert figure.met, figure


def test_a_partition_doubles_no_letter() -> None:
    figures = partition.run(60 if SLOW else 1)
    if figures[0].measured == "not tried":
        pytest.skip(figures[0].what)
    _resumed, doubled, lost = figures
    assert doubled.met, doubled
    assert lost.met, lost
