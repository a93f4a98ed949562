"""A batch of files through the whole intake: all of it is seen, or nothing of it."""

from __future__ import annotations

import json
import os
import random
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from bookfund import town
from fundside import FundSide, garbled, told_again

from lite.app import House
from lite.clock import set_clock
from lite.intake import Pulled
from lite.upstream.filedrop import Filedrop, export
from lite.upstream.filedrop.write import Head
from lite.upstream.port import upsert

MUTANTS = 2_000 if os.environ.get("LITE_SLOW") else 25


class Village:
    """A house that learns from one folder, and the fund that fills it."""

    def __init__(self, house: House, folder: Path, form: export.Form) -> None:
        self.house, self.folder = house, folder
        self.side = FundSide(folder, form, [house.clock.now()])
        self.fund = Filedrop("cnss", self.side.root, house.clock.now)

    def pull(self, full: bool = False) -> Pulled:
        return self.house.intake.pull(self.fund, full)

    def pass_(self, **time: float) -> None:
        self.side.clock[0] = self.house.clock.now() + timedelta(**time)
        set_clock(self.folder / "clock", self.side.clock[0] + timedelta(seconds=1))

    def seen(self) -> list[tuple[object, ...]]:
        """All that a person may be shown of this fund, with its date."""
        return [
            tuple(row)
            for row in self.house.store.sql.all(
                "select kind, key, fingerprint, sealed, as_of from current_records"
                " where fund = ? order by kind, key",
                "cnss",
            )
        ]

    def state(self) -> tuple[str, str, str]:
        row = next(row for row in self.house.store.people.funds() if row.fund == "cnss")
        return row.state, row.as_of or "", row.detail


@pytest.fixture(params=["csv", "ndjson"])
def village(house: House, tmp_path: Path, request: pytest.FixtureRequest) -> Village:
    village = Village(house, tmp_path, request.param)
    village.pass_(minutes=1)
    village.side.drop("full")
    assert village.pull() is Pulled.DONE
    return village


def test_a_full_batch_then_deltas_then_a_full_pull(village: Village) -> None:
    first = village.seen()
    assert len(first) > 1_000
    for _ in range(2):
        village.pass_(days=20)
        village.side.drop("delta")
    assert village.pull() is Pulled.DONE
    after = village.seen()
    assert after != first
    assert village.pull(full=True) is Pulled.DONE
    marks = [row[:3] for row in village.seen()]
    assert marks == [row[:3] for row in after]


def test_a_batch_that_lies_at_its_last_byte_is_never_seen(village: Village) -> None:
    before, (_, as_of, _) = village.seen(), village.state()
    village.pass_(days=40)
    folder = village.side.drop("full")
    path = next(folder.glob("salary.*"))
    body = path.read_bytes()
    path.write_bytes(body[:-3] + b"#" + body[-2:])
    assert village.pull() is Pulled.FAILED
    state, still, why = village.state()
    assert village.seen() == before and (state, still) == ("refused", as_of)
    assert f"{folder.name}/{path.name}" in why and "sha256" in why
    path.write_bytes(body)
    assert village.pull() is Pulled.DONE
    assert village.state()[0] == "up" and village.seen() != before


def test_a_folder_that_was_emptied_takes_nothing_away(village: Village) -> None:
    before, state = village.seen(), village.state()
    for folder in village.side.root.glob("2*"):
        shutil.rmtree(folder)
    for full in (True, False):
        assert village.pull(full) is Pulled.DONE
        assert village.seen() == before and village.state() == state
    village.pass_(days=1)
    village.side.drop("delta")
    assert village.pull() is Pulled.DONE and village.state()[0] == "up"


def test_too_many_bad_rows_are_refused_and_a_few_set_aside(village: Village) -> None:
    before = village.seen()
    village.pass_(days=1)
    folder = village.side.drop("full", garbled)
    assert village.pull() is Pulled.FAILED and "bad rows" in village.state()[2]
    assert village.seen() == before
    shutil.rmtree(folder)
    village.side._sequence -= 1
    village.side.drop("full", one_bad)
    assert village.pull() is Pulled.DONE
    kept = {row[:2] for row in village.seen()}
    assert {row[:2] for row in before} <= kept  # a batch that lacks a row deletes nothing


def one_bad(folder: Path) -> None:
    path = next(folder.glob("notice.*"))
    path.write_text("?" + path.read_text() if path.suffix == ".ndjson" else path.read_text())
    if path.suffix == ".csv":
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join([*lines[:-1], "?\n"]))


def test_far_fewer_rows_than_before_are_refused(village: Village) -> None:
    before = village.seen()
    village.pass_(days=1)
    folder = village.side.drop("full")
    path = next(path for path in folder.iterdir() if path.suffix == ".json")
    told = json.loads(path.read_text())
    for files in ("resources", "output"):
        told[files] = [one for one in told.get(files, ())
                       if "insured" in (one.get("name"), one.get("type"))]  # fmt: skip
    path.write_text(json.dumps(told))
    assert village.pull() is Pulled.FAILED
    assert village.seen() == before and "where the last full one had" in village.state()[2]


def test_whatever_is_done_to_a_batch_it_is_seen_whole_or_not_at_all(village: Village) -> None:
    """Random damage, half of it under a manifest that agrees with it."""
    rng = random.Random("damage")
    refused = 0
    before = village.seen()
    folder, good = fresh(village)
    for _ in range(MUTANTS):
        damage(folder, good, rng)
        if village.pull() is Pulled.FAILED:
            refused += 1
            assert village.seen() == before
            continue
        assert len(village.seen()) >= len(before)
        shutil.rmtree(folder)
        before = village.seen()
        folder, good = fresh(village)
    assert refused > MUTANTS / 2


def fresh(village: Village) -> tuple[Path, dict[str, bytes]]:
    """The batch of the next hour, and what is in it."""
    village.pass_(hours=1)
    folder = village.side.drop("full")
    return folder, {path.name: path.read_bytes() for path in folder.iterdir()}


def damage(folder: Path, good: dict[str, bytes], rng: random.Random) -> None:
    """One file of the batch with a few bytes more, less or other."""
    for name, body in good.items():
        (folder / name).write_bytes(body)
    path = folder / rng.choice(sorted(good))
    spoilt = bytearray(good[path.name])
    for _ in range(rng.randint(1, 5)):
        at = rng.randrange(len(spoilt) + 1)
        spoilt[at : at + rng.randint(0, 9)] = rng.randbytes(rng.randint(0, 9))
    path.write_bytes(spoilt)
    if path.suffix != ".json" and rng.random() < 0.5:
        told_again(folder)


def test_a_full_batch_next_in_turn_says_who_is_gone(house: House, tmp_path: Path) -> None:
    """A nightly extract is whole: what it no longer holds is gone, without `--full`."""
    (tmp_path / "drop").mkdir()
    fund = Filedrop("cnss", tmp_path / "drop", house.clock.now)
    told = [upsert(one) for one in town(30)]
    export.write(tmp_path / "drop" / "b1", Head(1, "full", house.clock.now(), "cnss"), told, "csv")
    assert house.intake.pull(fund) is Pulled.DONE
    later = house.clock.now() + timedelta(hours=1)
    set_clock(Path(house.settings.clock), later)
    export.write(
        tmp_path / "drop" / "b2", Head(2, "full", later, "cnss"), told[:-1], "csv"
    )
    assert house.intake.pull(fund) is Pulled.DONE
    person = house.store.people.of_key(house.vault.hash("key", f"cnss:{29:09d}"))
    assert person
    assert len(house.store.people.records(person, "dossier")) == 1
