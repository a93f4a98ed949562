"""New keys: everything is sealed anew while others read and write, and no old key is needed."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from cast import FR_SIX, FR_THIRTY
from click.testing import CliRunner
from phone import Phone
from visitor import Visitor

from lite import keys, rotation
from lite import vault as vaults
from lite.app import House
from lite.cli import main
from lite.clock import stamp
from lite.identity import audit
from lite.keys import KeyFileError, Keys
from lite.store.sealed import COLUMNS
from lite.vault import Tampered, Vault


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process of these tests needs time to take up a key, nor to end a turn."""
    monkeypatch.setattr(rotation, "LOOK_EVERY", 0.0)
    monkeypatch.setattr(rotation, "SETTLED", 0.0)


def path(house: House) -> Path:
    return Path(house.settings.key_file)


def rotate(house: House) -> rotation.Rotated:
    rotation.begin(path(house), house.vault)
    return rotation.rewrite(house.store, house.vault, house.clock.now(), lambda _: None)


def versions(house: House) -> set[str]:
    """The keys that seal something now."""
    found = set()
    for one in COLUMNS:
        sql = f"select {one.column} from {one.table} where {one.column} <> ''"
        found |= {str(value).split(":")[0].split(".")[0] for (value,) in house.store.sql.all(sql)}
    return found


def use(house: House) -> None:
    """Something in every sealed column that a door fills."""
    phone = Phone(house, FR_THIRTY)
    phone.dials().choose("Attestation", "Immatriculation", "Oui").drops()
    Visitor(house).signs_in(phone)
    phone.texts("FRAUDE 0612345678")


@pytest.mark.sqlite("the keys of the tables are asked of SQLite, and are the same elsewhere")
def test_every_sealed_column_is_in_the_table(house: House) -> None:
    known = {(one.table, one.column) for one in COLUMNS}
    found = set()
    for (table,) in house.store.sql.all("select name from sqlite_master where type = 'table'"):
        info = house.store.sql.all(f"pragma table_info({table})")
        found |= {(table, row[1]) for row in info if row[1] in ("sealed", "answer")}
        for one in COLUMNS:
            if one.table == table:
                key = [row[1] for row in sorted(info, key=lambda row: row[5]) if row[5]]
                assert one.key == tuple(key), table
    assert known == found | {("talks", "state")}


def test_everything_is_sealed_anew_and_the_old_key_goes(house: House) -> None:
    use(house)
    number = house.store.sealed.count("none")
    assert versions(house) == {"v1"}
    assert rotate(house) == rotation.Rotated(number, 0)
    assert versions(house) == {"v2"}
    rotation.finish(house.store, house.vault, path(house), house.clock.now())
    assert list(keys.read(path(house)).sealing) == ["v2"]
    later = House(house.settings)
    phone = Phone(later, FR_THIRTY).dials().choose("Autres services", "Mes demandes")
    assert "Immatriculation" in phone.reads()
    assert audit.verify(later.store, later.vault) == []


def test_what_another_process_seals_meanwhile_is_kept(house: House) -> None:
    rotation.begin(path(house), house.vault)
    page = next(house.store.sealed.old(COLUMNS[0], "v2", 5))
    *key, before = page[0]
    place = COLUMNS[0].of(key)
    meanwhile = house.vault.seal(place, b"newer")
    house.store.sealed.replace(COLUMNS[0], [(meanwhile, *key, before)])
    renewed = [rotation._renewed(house.vault, COLUMNS[0], row) for row in page]
    house.store.sealed.replace(COLUMNS[0], [row for row in renewed if row])
    (now,) = house.store.sql.all(
        "select sealed from records where fund = ? and kind = ? and key = ? and born = ?", *key
    )
    assert house.vault.open(place, now[0]) == b"newer"


def test_a_process_that_started_earlier_takes_up_the_new_key(house: House) -> None:
    earlier, phone = House(house.settings), Phone(house, FR_SIX)
    earlier.vault.look()
    rotation.begin(path(house), house.vault)
    sealed = house.vault.seal("somewhere:1", b"words")
    assert sealed.startswith("v2:")
    assert earlier.vault.open("somewhere:1", sealed) == b"words", "an unknown version is looked up"
    assert phone.dials().choose("Mes dossiers").open
    stale = House(house.settings)
    stale.vault.look()
    rotation.begin(path(house), house.vault)
    stale.vault._look_at = 0.0
    assert stale.vault.seal("somewhere:1", b"words").startswith("v2:")


def test_who_seals_while_another_thread_takes_up_the_new_key_seals(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale, derive, meanwhile = House(house.settings).vault, vaults._derive, list[str]()

    def slowly(master: bytes, purpose: str) -> bytes:
        meanwhile.append(stale.seal("somewhere:1", b"words"))
        return derive(master, purpose)

    rotation.begin(path(house), house.vault)
    monkeypatch.setattr(vaults, "_derive", slowly)
    stale.look(now=True)
    assert meanwhile
    assert {stale.open("somewhere:1", sealed) for sealed in meanwhile} == {b"words"}


def test_cut_short_it_is_run_again(house: House) -> None:
    use(house)
    rotation.begin(path(house), house.vault)

    def cut(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotation.rewrite(house.store, house.vault, house.clock.now(), cut)
    with pytest.raises(KeyFileError, match="still need an old key"):
        rotation.finish(house.store, house.vault, path(house), house.clock.now())
    rotate(house)
    assert list(keys.read(path(house)).sealing) == ["v1", "v2"]
    assert versions(house) == {"v2"}


def test_the_old_key_stays_while_a_turn_may_still_use_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate(house)
    monkeypatch.setattr(rotation, "SETTLED", 60.0)
    with pytest.raises(KeyFileError, match="younger than 60 seconds"):
        rotation.finish(house.store, house.vault, path(house), house.clock.now())
    os.utime(path(house), (0, 0))
    rotation.finish(house.store, house.vault, path(house), house.clock.now())


def beside(house: House) -> House:
    """Another machine of the same store, with a copy of the key file as it is now."""
    there = path(house).with_name("there")
    there.mkdir(exist_ok=True)
    there.joinpath("lite.keys").write_bytes(path(house).read_bytes())
    (there / "lite.keys.people").symlink_to(path(house).with_name("lite.keys.people"))
    return House(replace(house.settings, key_file=str(there / "lite.keys")))


def test_another_machine_opens_all_along_what_was_sealed_with_a_prepared_key(house: House) -> None:
    rotation.prepare(path(house))
    other = beside(house)
    use(house)
    assert versions(house) == {"v1"}
    rotate(house)
    assert versions(house) == {"v2"}
    Phone(other, FR_THIRTY).dials().choose("Attestation")
    assert versions(house) == {"v1", "v2"}  # it may seal with the old one for as long as it has to
    rotate(other)
    assert versions(house) == {"v2"}
    for one in (house, other):
        rotation.finish(one.store, one.vault, path(one), one.clock.now())
        assert set(keys.read(path(one)).sealing) == {"v2"}


def test_a_key_that_another_machine_lacks_seals_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.store.beats.beat("afar:7", "", stamp(house.clock.now()), {})
    for name in ("database", "key_file", "upstream", "clock"):
        monkeypatch.setenv(f"LITE_{name.upper()}", getattr(house.settings, name))
    refused = CliRunner().invoke(main, ["rotate"])
    assert refused.exit_code == 1 and "afar could not open" in refused.output
    assert list(keys.read(path(house)).sealing) == ["v1"]
    assert "v2 seals nothing yet" in CliRunner().invoke(main, ["rotate", "--prepare"]).output
    assert keys.read(path(house)).current == "v1"
    assert CliRunner().invoke(main, ["rotate"]).exit_code == 0
    assert versions(house) == {"v2"}


def test_what_cannot_be_opened_is_told_and_keeps_its_key(house: House) -> None:
    house.store.sql.run("update staff set sealed = ''")
    house.store.sql.run("update records set sealed = replace(sealed, ':', ':AAAA') where key in"
                        " (select key from records limit 1)")  # fmt: skip
    assert rotate(house).unreadable == 1
    with pytest.raises(KeyFileError, match="1 values still need"):
        rotation.finish(house.store, house.vault, path(house), house.clock.now())


def test_two_rotations_never_run_at_once(house: House) -> None:
    with (
        rotation.alone(path(house)),
        pytest.raises(KeyFileError, match="Another rotation"),
        rotation.alone(path(house)),
    ):
        pass


def test_the_command_says_what_it_does(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("database", "key_file", "upstream", "clock"):
        monkeypatch.setenv(f"LITE_{name.upper()}", getattr(house.settings, name))
    done = CliRunner().invoke(main, ["rotate"])
    assert done.exit_code == 0 and "values sealed anew" in done.output
    finished = CliRunner().invoke(main, ["rotate", "--finish"])
    assert finished.exit_code == 0 and "v2 is the only key now" in finished.output
    assert path(house).stat().st_mode & 0o777 == 0o600


# The key file and the vault


def test_keys_are_written_for_their_owner_alone(tmp_path: Path) -> None:
    vaults.create(tmp_path / "keys" / "lite.keys")
    for name in ("lite.keys", "lite.keys.people"):
        assert (tmp_path / "keys" / name).stat().st_mode & 0o777 == 0o600
    before = keys.read(tmp_path / "keys" / "lite.keys")
    vaults.create(tmp_path / "keys" / "lite.keys")
    assert keys.read(tmp_path / "keys" / "lite.keys") == before


def test_hashes_do_not_change_with_the_sealing_key() -> None:
    first = Keys.fresh()
    grown = first.grown().grown()
    assert list(grown.sealing) == ["v1", "v2", "v3"] and grown.current == "v3"
    assert Vault(first).hash("phone", "+2126") == Vault(grown.pruned()).hash("phone", "+2126")


def test_the_first_files_are_still_read(tmp_path: Path) -> None:
    key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    (tmp_path / "lite.keys").write_text(json.dumps({"current": "v1", "keys": {"v1": key}}))
    found = keys.read(tmp_path / "lite.keys")
    assert found.index == found.sealing["v1"] == bytes(32)
    keys.write(tmp_path / "lite.keys", found.grown().pruned())
    assert keys.read(tmp_path / "lite.keys").index == bytes(32)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"current": "v2", "keys": {"v1": "AA=="}}'])
def test_a_key_file_that_is_none_is_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "lite.keys").write_text(content)
    with pytest.raises(KeyFileError, match="safe copy"):
        keys.read(tmp_path / "lite.keys")


def test_a_value_opens_in_its_own_place_only(house: House) -> None:
    for owner in ("", "somebody"):
        sealed = house.vault.seal("records.sealed:1", b"words", owner)
        assert house.vault.open("records.sealed:1", sealed) == b"words"
        for place, value in (
            ("records.sealed:2", sealed),
            ("records.sealed:1", sealed.replace("v1", "v9", 1)),
            ("records.sealed:1", sealed[:-4]),
            ("records.sealed:1", sealed.replace(":", ".nobody:", 1)),
            ("records.sealed:1", "words"),
        ):
            with pytest.raises(Tampered):
                house.vault.open(place, value)
