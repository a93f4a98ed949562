"""The commands of a centre and of a box, as their operators type them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from boxes.town import NAME, Town, keys_of
from cast import FR_SIX, FR_THIRTY, owner
from click.testing import CliRunner, Result

from lite.app import House
from lite.cli import main

Run = Callable[..., Result]


def runs(house: House) -> Run:
    names = ("database", "key_file", "upstream", "clock")
    env = {f"LITE_{name.upper()}": getattr(house.settings, name) for name in names}
    return lambda *words: CliRunner().invoke(main, words, env=env)


@pytest.fixture
def centre(town: Town) -> Iterator[Run]:
    yield runs(town.centre)


@pytest.fixture
def box(town: Town) -> Iterator[Run]:
    yield runs(town.box)


def test_from_keys_to_a_stick_that_is_read(town: Town, centre: Run, box: Run) -> None:
    line, *said = box("box", "key").output.splitlines()
    assert line.startswith("lite-box-1-") and "Fingerprint" in said[0]
    assert box("box", "key").output.splitlines()[0] == line
    added = centre("box", "add", NAME, line, "--days", "7")
    assert added.exit_code == 0
    spelled = re.search(r"[0-9a-f]{4}( [0-9a-f]{4}){7}", said[0])
    assert spelled and spelled[0] in added.output
    scheme, _, number = str(owner(FR_SIX).key).partition(":")
    assert "serves 2 people" in centre("box", "people", NAME, scheme, number).output
    written = centre("box", "write", NAME, str(town.stick))
    assert "Batch 1" in written.output and "2 people" in written.output
    assert "until 01/12/2026" in written.output
    assert box("pull").exit_code == 0
    assert town.person(town.box, FR_THIRTY) and town.person(town.box, FR_SIX)
    assert "fund pretend: up" in box("doctor").output
    assert f"{NAME}: 0 new requests" in centre("box", "read", str(town.stick)).output
    assert "2 people  batch 1" in centre("box", "list").output
    assert "serves 1 people" in centre("box", "people", NAME, scheme, number, "--end").output
    acts = [(row.act, row.detail) for row in town.centre.store.audit.after(0, 999)]
    assert ("box_written", f"box={NAME} batch=1 people=2") in acts
    assert ("box_read", f"box={NAME} requests=0 wrong=0") in acts


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "Not a name", "lite-box-1-x"), "small letters"),
        (("add", "other", "lite-box-1-abc"), "Copy the whole line"),
        (("write", "nowhere", "."), "No box is called nowhere"),
        (("people", NAME, "cnss", "000"), "Nobody is known"),
        (("read", "."), "no folder of a box"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(centre: Run, words: tuple[str, ...], says: str) -> None:
    told = centre("box", *words)
    assert told.exit_code == 1 and says in told.output
    assert "Traceback" not in told.output


def test_a_line_of_keys_with_a_wrong_letter_is_seen(town: Town, centre: Run) -> None:
    line = town.row.public
    for place in [*range(len("lite-box-1-"), len(line), 9), len(line) - 1]:
        other = "A" if line[place] != "A" else "B"
        told = centre("box", "add", "other", line[:place] + other + line[place + 1 :])
        assert told.exit_code == 1, place


def test_a_centre_without_keys_says_how_to_make_them(town: Town, centre: Run) -> None:
    keys_of(town.centre).unlink()
    told = centre("box", "write", NAME, str(town.stick))
    assert told.exit_code == 1 and "lite box key" in told.output


def test_a_stick_that_goes_while_it_is_written_leaves_the_old_one(
    town: Town, centre: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The k-th file cannot be written: what lay there before is whole, and the next try works."""
    from lite.upstream.filedrop import write

    town.writes()
    town.pulls()
    keep = write.keep
    for failing in range(4):
        left = iter(range(failing))

        def unplugged(path: Path, body: bytes, left: Iterator[int] = left) -> None:
            if next(left, None) is None:
                raise OSError(5, "Input/output error")
            keep(path, body)

        town.passes(days=1)
        with monkeypatch.context() as patched:
            patched.setattr(write, "keep", unplugged)
            told = centre("box", "write", NAME, str(town.stick))
        assert told.exit_code == 1 and "The stick cannot be used" in told.output
        town.pulls()
        assert town.kept() > 0 and "refused" not in town.why()
    assert centre("box", "write", NAME, str(town.stick)).exit_code == 0
    town.pulls()
    row = town.box.store.funds.get("pretend")
    assert row and row.cursor and '"sequence": 6' in row.cursor
    assert not list(town.stick.rglob("*.part"))


def test_a_removed_box_is_written_for_no_more(town: Town, centre: Run) -> None:
    assert centre("box", "remove", NAME).exit_code == 0
    assert centre("box", "write", NAME, str(town.stick)).exit_code == 1
    assert town.centre.store.sql.all("select * from box_people") == []


def test_an_address_of_a_stick_that_cannot_be(town: Town, tmp_path: Path) -> None:
    for url in ("stick:///", "stick:///usb/x", "stick:///usb/x?key=/k&centre=x&more=1"):
        house = House(town.box.settings.__class__(upstream=f"cnss={url}"))
        with pytest.raises(ValueError, match="LITE_UPSTREAM"):
            _ = house.funds
