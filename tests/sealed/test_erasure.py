"""Somebody who is erased is found nowhere: not in the store, not in a backup, not next week."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cards import card_of
from cast import AR_FOUR, FR_SIX, FR_THIRTY, SHARED, owner
from click.testing import CliRunner, Result
from phone import Phone
from visitor import Visitor

from lite import retention, vault
from lite.app import House
from lite.cli import main
from lite.identity import audit
from lite.store import Store
from lite.store.erasure import OF_PERSON, OF_PHONE
from lite.store.owners import Owners
from lite.store.sealed import COLUMNS
from lite.vault import Tampered

Run = Callable[..., Result]


def id_of(house: House, phone: str) -> str:
    person = house.store.people.of_key(house.vault.hash("key", str(owner(phone).key)))
    assert person
    return person


@pytest.fixture
def known(house: House) -> House:
    """A house where one person left traces at every door."""
    phone = Phone(house, FR_THIRTY)
    phone.dials().choose("Attestation", "Immatriculation", "Oui").drops()
    phone.texts("ALERTE")
    Visitor(house).signs_in(phone).opens("/fr/services/dossiers")
    phone.dials().choose("Mes dossiers").drops()
    return house


@pytest.fixture
def lite(known: House, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("database", "key_file", "upstream", "clock"):
        monkeypatch.setenv(f"LITE_{name.upper()}", getattr(known.settings, name))
    return lambda *words, typed="": CliRunner().invoke(main, words, input=typed)


def traces(store: Store, *ids: str) -> dict[str, int]:
    """Table -> how many of its rows hold one of these, in any column; the audit log aside."""
    found = {}
    for table in store.sql.tables():
        rows = store.sql.all(f"select * from {table}")
        hits = [row for row in rows if any(id in str(cell) for cell in row for id in ids)]
        if hits and table != "audit":
            found[table] = len(hits)
    return found


def test_nothing_of_an_erased_person_is_left(known: House) -> None:
    person, index = id_of(known, FR_THIRTY), known.office.index(FR_THIRTY)
    assert len(traces(known.store, person, index)) > 8
    retention.erase(known.store, known.vault, person, known.clock.now())
    assert traces(known.store, person, index) == {}
    assert [row.act for row in known.store.audit.of_person(person, 1)] == ["erased"]
    assert audit.verify(known.store, known.vault) == []


def test_others_keep_everything(known: House) -> None:
    other, index = id_of(known, FR_SIX), known.office.index(FR_SIX)
    Phone(known, FR_SIX).texts("ETAT")
    before = traces(known.store, other, index)
    retention.erase(known.store, known.vault, id_of(known, FR_THIRTY), known.clock.now())
    assert traces(known.store, other, index) == before
    Phone(known, FR_SIX).dials().choose("Mes dossiers")


def test_a_phone_that_others_share_goes_on(known: House) -> None:
    index = known.office.index(SHARED)
    first, *others = known.store.people.of_phone(index)
    Phone(known, SHARED).speaks("fr")
    retention.erase(known.store, known.vault, first, known.clock.now())
    assert known.store.people.of_phone(index) == others
    assert known.store.talks.caller(index).language == "fr"


def test_an_erased_person_is_a_stranger_on_every_door(known: House) -> None:
    retention.erase(known.store, known.vault, id_of(known, FR_THIRTY), known.clock.now())
    phone = Phone(known, FR_THIRTY)
    assert phone.dials().screen == Phone(known, "+212655512345").dials().screen


@pytest.mark.sqlite("the backup is SQLite's own copy of its file")
def test_a_backup_made_before_cannot_be_read_any_more(known: House, tmp_path: Path) -> None:
    """Whoever has the backup and all the keys of today opens the others' rows, not these."""
    known.store.sql.run("vacuum into ?", str(tmp_path / "backup.db"))
    person = id_of(known, FR_THIRTY)
    assert opened(tmp_path, person) == (9, 0)
    retention.erase(known.store, known.vault, person, known.clock.now())
    readable, sealed = opened(tmp_path, person)
    assert (readable, sealed) == (0, 9)
    assert opened(tmp_path, id_of(known, FR_SIX))[1] == 0


def opened(folder: Path, person: str) -> tuple[int, int]:
    """How many values of a person a backup tells with the keys at hand, and how many it keeps to
    itself: of those that hold the person's own words, up to nine."""
    store, keys = Store(folder / "backup.db"), vault.load(folder / "lite.keys")
    told = kept = 0
    for one in COLUMNS:
        names = ", ".join(one.key)
        sql = f"select {names}, {one.column} from {one.table} where {one.column} like ?"
        for *key, sealed in store.sql.all(sql, f"v%.{person}:%")[:9]:
            try:
                keys.open(one.of(key), sealed)
                told += 1
            except Tampered:
                kept += 1
    return min(told, 9), min(kept, 9)


def test_the_key_itself_is_in_no_file(known: House) -> None:
    person = id_of(known, FR_THIRTY)
    folder = known.settings.folder
    salt = known.vault.owners.get(person)
    assert salt and any(salt in file.read_bytes() for file in folder.glob("lite.keys.people*"))
    retention.erase(known.store, known.vault, person, known.clock.now())
    assert not any(salt in file.read_bytes() for file in folder.iterdir() if file.is_file())


def test_the_fund_tells_again_and_is_not_heard(known: House) -> None:
    key = known.vault.hash("key", str(owner(FR_THIRTY).key))
    retention.erase(known.store, known.vault, id_of(known, FR_THIRTY), known.clock.now())
    for fund in known.funds.values():
        assert known.intake.pull(fund, full=True) == 0
    assert known.store.people.of_key(key) is None
    assert traces(known.store, key) == {}
    assert known.store.sql.one("select count(*) from quarantine") == (0,)


@pytest.mark.sqlite("the backup is SQLite's own copy of its file")
def test_a_restored_backup_is_erased_again_by_the_next_purge(known: House, tmp_path: Path) -> None:
    known.store.sql.run("vacuum into ?", str(tmp_path / "backup.db"))
    person = id_of(known, FR_THIRTY)
    retention.erase(known.store, known.vault, person, known.clock.now())
    restored = Store(tmp_path / "backup.db")
    assert traces(restored, person)
    removed = retention.purge(restored, known.vault, known.settings.keep, known.clock.now())
    assert removed["people erased again"] == 1
    assert traces(restored, person) == {}


def test_whoever_wants_to_can_come_back(known: House, lite: Run) -> None:
    scheme, number = owner(FR_THIRTY).key.scheme, owner(FR_THIRTY).key.value
    assert lite("erase", scheme, number, "--yes").exit_code == 0
    assert lite("export", scheme, number).exit_code == 1
    assert lite("readmit", scheme, number).exit_code == 0
    assert lite("pull", "--full").exit_code == 0
    assert Phone(known, FR_THIRTY).dials().screen == Phone(known, FR_SIX).dials().screen
    again = lite("readmit", scheme, number)
    assert again.exit_code == 1 and "was erased" in again.output


def test_erasing_asks_first(known: House, lite: Run) -> None:
    scheme, number = owner(AR_FOUR).key.scheme, owner(AR_FOUR).key.value
    refused = lite("erase", scheme, number, typed="n\n")
    assert refused.exit_code == 1 and "for ever?" in refused.output
    assert card_of(known, AR_FOUR)
    done = lite("erase", scheme, number, typed="y\n")
    assert done.exit_code == 0 and "lite.keys.people" in done.output


def test_an_export_is_written_in_the_audit_log(known: House, lite: Run) -> None:
    assert lite("export", owner(AR_FOUR).key.scheme, owner(AR_FOUR).key.value).exit_code == 0
    (last,) = known.store.audit.of_person(id_of(known, AR_FOUR), 1)
    assert (last.who, last.act) == (audit.SYSTEM, "exported")


def test_without_the_peoples_keys_nothing_begins(known: House, lite: Run, tmp_path: Path) -> None:
    shutil.move(tmp_path / "lite.keys.people", tmp_path / "elsewhere")
    told = lite("export", "cnss", "1")
    assert told.exit_code == 1 and "people's keys" in told.output


def test_the_copy_of_the_keys_is_whole_and_the_only_one(
    known: House, lite: Run, tmp_path: Path
) -> None:
    copy, person = tmp_path / "elsewhere.people", id_of(known, AR_FOUR)
    assert lite("copy-keys", str(copy)).exit_code == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    assert Owners(copy).get(person) == known.vault.owners.get(person)
    retention.erase(known.store, known.vault, person, known.clock.now())
    copy.unlink()
    assert lite("copy-keys", str(copy)).exit_code == 0
    assert Owners(copy).get(person) is None
    assert "cannot be written" in lite("copy-keys", str(tmp_path / "nowhere" / "x")).output


def test_every_column_that_names_somebody_is_erased(house: House) -> None:
    """A new table with a person or a phone in it must be told of in store/erasure.py."""
    statements = " ".join((*OF_PERSON, *OF_PHONE))
    for table, columns in house.store.sql.tables().items():
        named = set(columns) & {"person", "phone", "subject"}
        if named and table not in ("audit", "agencies"):
            assert f" {table} " in statements, table
