"""One phone that floods, a reader that does not end, a database server that is killed."""

from __future__ import annotations

import os

import pytest

from chaos import burst, database
from tools.cluster import missing

SLOW = bool(os.environ.get("LITE_SLOW"))
pytestmark = pytest.mark.sqlite("each has a store of its own")


def test_a_flood_loses_nothing_and_breaks_nothing() -> None:
    _times, lost, broken = burst.run(20 if SLOW else 1)
    assert lost.met, lost
    assert broken.met, broken


def test_nobody_hears_that_the_store_is_locked() -> None:
    assert [one for one in burst.busy(30 if SLOW else 1) if not one.met] == []


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_a_killed_server_loses_nothing() -> None:
    lost, _gap = database.run(20 if SLOW else 1)
    assert lost.met, lost
