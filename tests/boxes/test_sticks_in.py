"""From the centre to a town hall on a stick: what comes in, what is refused, what expires."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from boxes.town import NAME, Town, founded
from cast import FR_NONE, FR_SIX, FR_THIRTY, dossiers_of, owner
from phone import Phone
from visitor import Visitor

from lite.app import House
from lite.clock import set_clock
from lite.intake import Pulled
from lite.upstream import machines

UNKNOWN = "Donnez-y votre numéro de téléphone"
GONE = "la copie des dossiers a expiré ici, elle est effacée."


def test_who_agreed_is_served_at_the_town_hall_and_nobody_else(town: Town) -> None:
    done = town.writes()
    assert (done.people, done.sequence) == (1, 1)
    assert town.pulls() is Pulled.DONE
    assert town.person(town.box, FR_THIRTY) and not town.person(town.box, FR_SIX)
    phone = Phone(town.box, FR_THIRTY)
    numbers = {one.number for one in dossiers_of(FR_THIRTY, town.centre)}
    pages = Visitor(town.box).signs_in(phone).opens("/fr/services/dossiers")
    assert any(number in pages.page.text for number in numbers), "the first of a long list"
    Phone(town.box, FR_SIX).dials("*384*3939*1#").sees(UNKNOWN)


def test_the_date_is_the_funds_own_and_the_status_promises_nothing(town: Town) -> None:
    town.passes(days=2)
    town.writes()
    town.pulls()
    Visitor(town.box).opens("/fr/services/status").sees(
        "Copie apportée par clé USB, effacée le 26/12/2026."
    ).sees("données du 24/11/2026").sees_not("répond")


def test_a_new_stick_replaces_the_one_before_and_forgets_who_left(town: Town) -> None:
    town.agrees(FR_SIX)
    town.writes()
    town.pulls()
    assert town.person(town.box, FR_SIX)
    before = town.kept()
    person = town.person(town.centre, FR_SIX)
    assert person and town.centre.store.boxes.disagree(NAME, person)
    town.passes(days=1)
    town.writes()
    assert [one.name for one in town.folder.iterdir() if one.name.isdecimal()] == ["000002"]
    assert town.pulls() is Pulled.DONE
    assert 0 < town.kept() < before
    Phone(town.box, FR_SIX).dials("*384*3939*1#").sees(UNKNOWN)


def test_the_last_one_who_leaves_takes_everything_away(town: Town) -> None:
    town.writes()
    town.pulls()
    person = town.person(town.centre, FR_THIRTY)
    assert person and town.centre.store.boxes.disagree(NAME, person)
    town.passes(days=1)
    town.writes()
    assert town.pulls() is Pulled.DONE and town.kept() == 0


def test_a_stick_that_is_away_is_no_fault(town: Town) -> None:
    town.writes()
    town.pulls()
    kept = town.kept()
    away = town.stick.with_name("pocket")
    town.stick.rename(away)
    town.passes(days=5)
    town.box.watch.look()
    assert town.pulls() is Pulled.DONE and town.kept() == kept
    row = town.box.store.funds.get("pretend")
    assert row and row.state == "up"
    Visitor(town.box).opens("/fr/services/status").sees("données anciennes : du 24/11/2026")


# Sticks that are not to be believed


def test_a_lost_stick_tells_nothing(town: Town) -> None:
    town.agrees(FR_SIX)
    town.writes()
    insured = owner(FR_THIRTY).insured
    secrets = [insured.name, insured.name_ar, FR_THIRTY, *insured.keys.values(), NAME.upper()]
    secrets += [one.number for one in dossiers_of(FR_THIRTY, town.centre)]
    person = town.person(town.centre, FR_THIRTY)
    assert person
    secrets.append(person)
    files = [file for file in town.stick.rglob("*") if file.is_file()]
    assert len(files) > 8
    for file in files:
        body = file.read_bytes()
        assert [one for one in secrets if one.encode() in body] == [], file


def test_a_stick_for_another_box_stays_shut(town: Town, tmp_path: Path) -> None:
    town.writes()
    (tmp_path / "elsewhere").mkdir()
    other = founded_beside(town, tmp_path / "elsewhere")
    shutil.copytree(town.stick / NAME, other.stick / NAME, dirs_exist_ok=True)
    assert other.pulls() is Pulled.FAILED and "not for here" in other.why()
    assert other.kept() == 0
    manifest = other.folder / "000001" / "manifest.json"
    told = json.loads(manifest.read_text())
    told["extension"]["to"] = machines.load(
        Path(other.box.settings.key_file + ".box")
    ).public.fingerprint
    manifest.write_text(json.dumps(told))
    assert other.pulls() is Pulled.FAILED and "signature" in other.why()


def founded_beside(town: Town, folder: Path) -> Town:
    public = town.row.public
    other = founded(town.centre, folder)
    town.centre.store.boxes.add(NAME, public, 30, "")
    return other


def test_another_centre_is_not_believed(town: Town, tmp_path: Path) -> None:
    town.writes()
    folder = Path(town.centre.settings.key_file + ".box")
    folder.unlink()
    machines.make(folder)
    shutil.rmtree(town.stick / NAME)
    town.writes()
    assert town.pulls() is Pulled.FAILED and "signature" in town.why()
    assert town.kept() == 0


def test_a_byte_that_changed_is_seen_wherever_it_is(town: Town) -> None:
    town.writes()
    for file in sorted((town.folder / "000001").iterdir()):
        body = file.read_bytes()
        for place in {0, len(body) // 2, len(body) - 2}:
            file.write_bytes(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])
            assert town.pulls() is Pulled.FAILED, (file.name, place)
            assert town.kept() == 0
        file.write_bytes(body)
    assert town.pulls() is Pulled.DONE and town.kept() > 0


def test_a_copy_that_was_cut_is_nothing_yet(town: Town, tmp_path: Path) -> None:
    """Unplugged after each file: the manifest is the last, and nothing is half there."""
    town.writes()
    town.pulls()
    kept = town.kept()
    town.passes(days=1)
    town.writes()
    whole = tmp_path / "whole"
    shutil.move(town.folder / "000002", whole)
    files = sorted(whole.iterdir(), key=lambda file: file.name == "manifest.json")
    for number in range(len(files)):
        part = town.folder / "000002"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        for file in files[:number]:
            shutil.copy(file, part)
        assert town.pulls() is Pulled.DONE and town.kept() == kept
    for file in files[:3]:
        shutil.copy(whole / "manifest.json", part)
        (part / file.name).unlink(missing_ok=True)
        assert town.pulls() is Pulled.FAILED and town.kept() == kept
        shutil.copy(file, part)
    for file in files:
        shutil.copy(file, part)
    assert town.pulls() is Pulled.DONE
    row = town.box.store.funds.get("pretend")
    assert row and row.cursor and json.loads(row.cursor)["sequence"] == 2


def test_an_old_stick_brings_nothing_back(town: Town, tmp_path: Path) -> None:
    town.agrees(FR_SIX)
    town.writes()
    shutil.copytree(town.folder / "000001", tmp_path / "old")
    town.pulls()
    person = town.person(town.centre, FR_SIX)
    assert person and town.centre.store.boxes.disagree(NAME, person)
    town.passes(days=1)
    town.writes()
    town.pulls()
    kept = town.kept()
    shutil.rmtree(town.folder / "000002")
    shutil.copytree(tmp_path / "old", town.folder / "000001")
    for full in (False, True):
        assert town.pulls(full) is Pulled.FAILED and "an old stick" in town.why()
        assert town.kept() == kept


# The end


@pytest.fixture
def expired(town: Town) -> Town:
    town.writes()
    town.pulls()
    town.passes(days=30, seconds=1)
    town.box.ending.run()
    return town


def test_after_its_day_the_box_knows_nobody(expired: Town) -> None:
    town = expired
    assert town.kept() == 0 and town.person(town.box, FR_THIRTY) is None
    for table in ("records", "phones", "people", "person_keys", "moves"):
        assert town.box.store.sql.all(f"select * from {table}") == [], table
    assert town.box.vault.owners.sql.all("select * from owners") == []
    assert GONE in Phone(town.box, FR_THIRTY).dials().reads()
    page = Visitor(town.box).opens("/fr/").sees(GONE)
    page.opens("/fr/services/status").sees("copie expirée, effacée le 24/12/2026")
    page.sees("Il faut une nouvelle clé USB.")
    acts = [row.act for row in town.box.store.audit.after(0, 100)]
    assert acts.count("box_expired") == 1


def test_the_day_before_nothing_ends(town: Town) -> None:
    town.writes()
    town.pulls()
    town.passes(days=29, hours=23)
    town.box.ending.run()
    assert town.kept() > 0


def test_a_clock_set_back_brings_nothing_back(expired: Town) -> None:
    town = expired
    set_clock(Path(town.box.settings.clock), town.box.clock.now() - timedelta(days=20))
    for full in (False, True):
        town.pulls(full)
        assert town.kept() == 0
    town.box.store.funds._sql.run("delete from funds")  # even of a box that forgot its place
    assert town.pulls() is Pulled.FAILED and "expired" in town.why()
    assert town.kept() == 0


def test_a_clock_that_ran_wild_is_believed_again_when_it_is_told_so(town: Town) -> None:
    from lite.intake.latest import trust

    town.writes()
    town.pulls()
    right = town.box.clock.now()
    set_clock(Path(town.box.settings.clock), right + timedelta(days=4000))
    town.box.ending.run()
    set_clock(Path(town.box.settings.clock), right)
    town.passes(days=1)
    town.writes()
    assert town.pulls() is Pulled.FAILED and "expired" in town.why()
    trust(town.box.store, town.box.clock.now())
    assert town.pulls() is Pulled.DONE and town.kept() > 0


def test_the_next_stick_serves_them_again_and_ends_the_notice(expired: Town) -> None:
    town = expired
    assert town.pulls() is Pulled.FAILED or town.kept() == 0  # the stick that is still in
    town.writes()
    assert town.pulls() is Pulled.DONE and town.kept() > 0
    town.box.ending.run()
    Visitor(town.box).opens("/fr/").sees_not(GONE)
    Phone(town.box, FR_THIRTY).dials("*384*3939*1#").sees_not(UNKNOWN)


def test_an_end_that_was_cut_short_is_ended_by_the_next(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.agrees(FR_SIX)
    town.agrees(FR_NONE)
    town.writes()
    town.pulls()
    town.passes(days=31)
    wipe = town.box.store.erasure.wipe
    cut = iter([False, True])

    def power_cut(person: str) -> int:
        if next(cut, False):
            raise KeyboardInterrupt
        return wipe(person)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(town.box.store.erasure, "wipe", power_cut)
        town.box.ending.run()
    town.box.ending.run()
    assert town.kept() == 0
    assert town.box.vault.owners.sql.all("select * from owners") == []


def test_a_house_without_sticks_ends_nothing(house: House) -> None:
    before = house.store.sql.one("select count(*) from current_records")
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(days=400))
    house.ending.run()
    assert house.store.sql.one("select count(*) from current_records") == before
