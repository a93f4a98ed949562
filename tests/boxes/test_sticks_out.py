"""What is asked in a town hall leaves on a stick, arrives once, and its answer comes back.

A screen has no circumflex (GSM-7): a deposit is a « Dépot » there.
"""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from boxes.town import NAME, Town
from cast import FR_SIX, FR_THIRTY, owner
from phone import Phone
from visitor import Visitor

from lite.clock import instant, set_clock
from lite.intake import Pulled
from lite.upstream import machines

VERIFY = "*384*3939*5*4#"


def asks(town: Town, phone: str = FR_THIRTY) -> str:
    """Somebody asks for an attestation at the town hall; its reference."""
    screen = Phone(town.box, phone).dials().choose("Attestation", "Immatriculation", "Oui")
    found = re.search(r"\b\d{12}\b", screen.reads())
    assert found
    carry(town)
    return found[0]


def carry(town: Town) -> None:
    """The box's worker at work."""
    town.box.outbox.run_once()


def said(town: Town, reference: str) -> str:
    """What anybody is told of a reference at the town hall."""
    return Phone(town.box, FR_THIRTY).dials(VERIFY).types(reference).reads()


def fund_works(town: Town) -> None:
    """The centre's own letters and pulls."""
    town.centre.outbox.run_once()
    for fund in town.centre.funds.values():
        town.centre.intake.settle(fund)


@pytest.fixture
def open_(town: Town) -> Town:
    """A box that was served once."""
    town.writes()
    assert town.pulls() is Pulled.DONE
    return town


def test_a_request_goes_out_and_its_paper_comes_back(open_: Town) -> None:
    town = open_
    reference = asks(town)
    assert "Gardé ici, part avec la clé USB." in said(town, reference)
    announced = town.box.store.requests.get(reference)
    town.pulls()
    town.passes(days=1)
    taken = town.reads()
    assert (taken.new, taken.again, taken.refused, taken.wrong) == (1, 0, {}, [])
    at_centre = town.centre.store.requests.get(reference)
    assert announced and at_centre
    assert (at_centre.state, at_centre.kind) == ("queued", announced.kind)
    assert instant(at_centre.asked_at) == instant(announced.asked_at)
    fund_works(town)
    told = Phone(town.centre, FR_SIX).dials(VERIFY).types(reference).reads()
    assert "Annoncé à Lite le 24/11/2026" in told and "Dépot enregistré par la caisse" in told
    town.passes(days=1)
    fund_works(town)
    town.writes()
    town.pulls()
    assert town.box.store.requests.get(reference).state == "ready"  # type: ignore[union-attr]
    assert "Attestation vraie" in said(town, reference)
    pages = Visitor(town.box).signs_in(Phone(town.box, FR_THIRTY))
    pages.opens("/fr/services/requests").sees(reference)


def test_a_deposit_is_what_the_centre_recorded(open_: Town) -> None:
    town = open_
    reference = asks(town)
    assert "enregistré" not in said(town, reference)
    town.pulls()
    town.passes(days=1)
    town.reads()
    town.writes()
    town.passes(days=1)
    assert "enregistré" not in said(town, reference)  # the stick is not back yet
    town.pulls()
    assert "Dépot enregistré au centre le 25/11/2026" in said(town, reference)


def test_the_same_request_on_two_sticks_is_one(open_: Town, tmp_path: Path) -> None:
    town = open_
    reference = asks(town)
    town.pulls()
    shutil.copytree(town.stick, tmp_path / "twin")
    assert town.reads().new == 1
    shutil.rmtree(town.stick / NAME)
    shutil.copytree(tmp_path / "twin", town.stick, dirs_exist_ok=True)
    again = town.reads()
    assert (again.new, again.again) == (0, 1)
    fund_works(town)
    fund_works(town)
    of_fund = "select reference from requests where reference = ? and receipt <> ''"
    assert len(town.centre.store.sql.all(of_fund, reference)) == 1


def test_a_stick_that_was_lost_loses_no_request(open_: Town) -> None:
    town = open_
    asks(town)
    town.pulls()
    shutil.rmtree(town.stick / NAME)
    town.passes(days=1)
    town.writes()
    town.pulls()
    assert town.reads().new == 1
    town.writes()
    town.pulls()
    assert list((town.folder / "out").iterdir()) == []  # the answer came: it travels no more


def test_a_stick_that_is_away_keeps_nobody_waiting(open_: Town) -> None:
    town = open_
    away = town.stick.with_name("pocket")
    town.stick.rename(away)
    reference = asks(town)
    assert "Gardé ici, part avec la clé USB." in said(town, reference)
    assert not town.stick.exists()
    away.rename(town.stick)
    town.pulls()
    assert town.reads().new == 1


def test_nothing_that_was_asked_can_be_read_on_the_way(open_: Town) -> None:
    town = open_
    Phone(town.box, FR_THIRTY).dials().choose("Attestation", "Immatriculation", "Oui")
    carry(town)
    secrets = [FR_THIRTY, *owner(FR_THIRTY).insured.keys.values(), "registration"]
    places = [town.stick, Path(town.box.settings.key_file + ".box.out")]
    files = [file for place in places for file in place.rglob("*") if file.is_file()]
    assert any("box.out" in str(file) for file in files)
    for file in files:
        assert [one for one in secrets if one.encode() in file.read_bytes()] == [], file


def test_unplugged_at_each_file_and_put_in_again(open_: Town) -> None:
    town = open_
    asks(town)
    town.pulls()
    (out,) = (town.folder / "out").iterdir()
    files = sorted(out.iterdir(), key=lambda file: file.name == "manifest.json")
    whole = {file.name: file.read_bytes() for file in files}
    for number in range(len(files)):
        shutil.rmtree(out)
        part = out.with_name(f"{out.name}.part")
        part.mkdir(exist_ok=True)
        for file in files[:number]:
            (part / file.name).write_bytes(whole[file.name])
        assert town.reads().new == 0
        town.pulls()
        assert {file.name: file.read_bytes() for file in out.iterdir()} == whole
    assert town.reads().new == 1


def test_a_request_that_was_changed_on_the_way_is_refused(open_: Town) -> None:
    town = open_
    asks(town)
    town.pulls()
    (out,) = (town.folder / "out").iterdir()
    for file in sorted(out.iterdir()):
        body = file.read_bytes()
        file.write_bytes(body[:-2] + bytes([body[-2] ^ 1]) + body[-1:])
        taken = town.reads()
        assert taken.new == 0 and len(taken.wrong) == 1, file
        file.write_bytes(body)
    assert town.reads().new == 1


def test_what_another_machine_asks_in_this_ones_name_is_refused(open_: Town) -> None:
    town = open_
    keys = Path(town.box.settings.key_file + ".box")
    keys.unlink()
    machines.make(keys)
    town.box.__dict__.pop("funds")
    asks(town)
    town.pulls()
    taken = town.reads()
    assert taken.new == 0 and "signature" in taken.wrong[0]


def test_a_box_asks_only_for_those_it_serves(open_: Town) -> None:
    town = open_
    reference = asks(town)
    town.pulls()
    person = town.person(town.centre, FR_THIRTY)
    assert person
    town.centre.store.boxes.disagree(NAME, person)
    assert town.reads().refused == {"not_served": 1}
    assert town.centre.store.requests.get(reference) is None
    town.centre.store.boxes.agree(NAME, person, "2026-11", "fr", "amina", "")
    town.passes(days=1)
    town.writes()
    town.pulls()
    page = Visitor(town.box).signs_in(Phone(town.box, FR_THIRTY)).opens("/fr/services/requests")
    page.sees("Vous n'êtes plus servi à ce point relais.")


def test_the_hour_of_a_clock_that_runs_ahead_is_not_believed(open_: Town) -> None:
    town = open_
    set_clock(Path(town.box.settings.clock), town.box.clock.now() + timedelta(days=2))
    reference = asks(town)
    town.pulls()
    town.reads()
    row = town.centre.store.requests.get(reference)
    assert row and instant(row.asked_at) <= town.centre.clock.now()


def test_what_waits_when_the_copy_expires_still_arrives(open_: Town) -> None:
    town = open_
    away = town.stick.with_name("pocket")
    town.stick.rename(away)
    carried = asks(town)
    Phone(town.box, FR_THIRTY).dials().choose("Attestation", "Immatriculation", "Oui")
    town.passes(days=31)
    town.box.ending.run()
    assert town.kept() == 0 and town.box.vault.owners.sql.all("select * from owners") == []
    assert "Gardé ici, part avec la clé USB." in said(town, carried)
    carry(town)
    away.rename(town.stick)
    town.pulls()
    assert town.reads().new == len(town.box.store.sql.all("select * from requests"))
    town.writes()
    town.pulls()
    assert "Dépot enregistré au centre" in said(town, carried)


def test_the_manifest_of_a_request_says_nothing_of_anybody(open_: Town) -> None:
    town = open_
    reference = asks(town)
    town.pulls()
    (manifest,) = (town.folder / "out").rglob("manifest.json")
    told = json.loads(manifest.read_text())
    assert reference not in manifest.read_text() + str(manifest)
    assert told["output"][0]["count"] == 1


def test_what_was_sealed_already_is_not_said_to_be_called_back(open_: Town) -> None:
    """It is on this machine's disk and leaves with the next stick: nobody can take it off."""
    asks(open_)
    phone = Phone(open_.box, FR_THIRTY).dials("*384*3939*5*1#")
    phone.choose("Oui").sees("Annulée ici, mais déjà partie", "peut encore y répondre")
    asks(open_)
