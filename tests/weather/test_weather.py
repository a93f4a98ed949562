"""The figures of `make weather` in their short form, and that each of them can be missed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attack.figures import Figure
from tests import engines
from weather import batch, blameless, catchup, folk, imports, mutants, outage, visible
from weather.deeds import DEEDS
from weather.spoil import spoil_bytes, spoil_value
from weather.walls import Walls

pytestmark = pytest.mark.skipif(
    engines.ENGINE != "sqlite", reason="these houses keep their store in a file"
)


def missed(figures: list[Figure]) -> list[tuple[str, str]]:
    """What is said of the machine's own pace is for `make weather` to judge."""
    paced = ("p99", "processor time", "all there after")
    return [(one.what, one.measured) for one in figures
            if not one.met and not any(word in one.what for word in paced)]  # fmt: skip


def test_days_without_the_fund() -> None:
    assert missed(outage.run(quick=True, days=2)) == []


def test_a_deed_that_asks_the_fund_or_the_network_is_caught() -> None:
    import socket

    with folk.folder() as folder:
        house = folk.house(folder)
        walls = Walls(house)
        house.funds["pretend"].capabilities()
        with walls.closed(), pytest.raises(OSError, match="no way out"):
            socket.create_connection(("127.0.0.1", 9))
        assert (walls.asked, walls.tried) == (1, 1)
        with pytest.raises(AssertionError):
            DEEDS["attestation"](house, "+212699999999", "fr")


def test_letters_that_waited_arrive_in_order_and_once() -> None:
    assert missed(catchup.run(quick=True, letters=300, rate=400)) == []


def test_disorder_doubles_and_haste_are_counted() -> None:
    owners = {"1": 0, "2": 0, "3": 1}
    assert catchup.disordered(["1", "3", "2"], owners) == 0
    assert catchup.disordered(["2", "3", "1"], owners) == 1
    assert catchup.busiest([0.0, 0.2, 0.9, 1.0, 1.5, 3.0]) == 3


def test_a_silence_is_seen_on_every_door_within_a_minute() -> None:
    assert missed([visible.simulated(3)]) == []


def test_mutants_of_every_parser() -> None:
    found = mutants.part("test", 1_500)
    assert not [name for name in found if name.startswith("crash")]
    assert min(found["read"], found["set aside"], found["refused"]) > 50


def test_a_parser_that_crashes_is_counted() -> None:
    def breaks(chance: Random) -> bool:
        raise KeyError("x")

    assert mutants._outcome("new", breaks, Random(1)).startswith("crash: new KeyError")
    assert not mutants._figures(9, [Counter({"crash: new": 1, "read": 4, "refused": 4})])[0].met


@settings(max_examples=200, deadline=None)
@given(st.integers())
def test_whatever_happens_to_a_row_it_is_read_set_aside_or_refused(seed: int) -> None:
    chance = Random(seed)
    name, read = chance.choice(list(_readers().items()))
    assert not mutants._outcome(name, read, chance).startswith("crash")


_kept: dict[str, mutants.Reader] = {}


def _readers() -> dict[str, mutants.Reader]:
    _kept.update(_kept or mutants._readers())
    return _kept


@settings(max_examples=100, deadline=None)
@given(st.integers())
def test_what_is_spoilt_is_another(seed: int) -> None:
    good = {"a": [1, {"b": "c"}], "d": None}
    assert spoil_value(good, Random(seed)) is not good
    assert good == {"a": [1, {"b": "c"}], "d": None}
    assert isinstance(spoil_bytes(b"number,name\n1,x\n", Random(seed)), bytes)


def test_a_batch_is_seen_whole_or_not_at_all() -> None:
    assert missed(imports.run(quick=True, imports=40)) == []


def test_a_part_of_a_batch_that_is_seen_is_caught(tmp_path: Path) -> None:
    drop = imports._Drop(tmp_path, "csv")
    drop._come()
    drop.house.intake.pull(drop.fund)
    seen = drop._seen()
    assert len(seen) == 3 * batch.PEOPLE and drop._whole({}, seen)
    lost = {key: seen[key] for key in list(seen)[1:]}
    assert not drop._whole({}, lost) and not drop._whole(seen, lost)
    drop.house.store.sql.close()


def test_a_right_code_is_never_blamed_for_a_fault() -> None:
    assert missed(blameless.run(quick=True, turns=60)) == []


def test_a_code_that_was_blamed_is_counted() -> None:
    assert not missed(blameless._figures(9, [Counter(turns=9, store=5)]))
    assert missed(blameless._figures(9, [Counter(turns=9, store=5, blamed=1)]))
    assert missed(blameless._figures(9, [Counter(turns=9)]))
