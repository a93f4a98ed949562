"""A whole house from one engine to the other and back, and the phone goes on dialling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lite.app import House
from lite.cli import main
from lite.identity import audit
from lite.store import Store, StoreError, moving
from lite.store.audit import AuditRow
from lite.store.owners import Owners
from tests import engines
from tests.cast import FR_SIX, FR_THIRTY
from tests.engines import cluster, forget, made
from tests.phone import Phone

SQLITE, POSTGRESQL = engines.ENGINES


@pytest.fixture
def afar() -> Iterator[str]:
    """An empty database."""
    url = cluster().create()
    yield url
    forget(url)


@pytest.fixture
def beside(house: House, afar: str, tmp_path: Path) -> str:
    """An empty place on the engine that the house is not on."""
    here = house.store.sql.name
    return afar if here == SQLITE else f"sqlite:///{tmp_path / 'moved.db'}"


def lite(house: House, *words: str) -> Result:
    settings = house.settings
    environ = {
        "LITE_DATABASE": settings.database, "LITE_KEY_FILE": settings.key_file,
        "LITE_UPSTREAM": settings.upstream, "LITE_CLOCK": settings.clock,
    }  # fmt: skip
    return CliRunner().invoke(main, words, env=environ)


def lived_in(house: House) -> House:
    """Somebody dialled, asked and left in the middle; the log has entries."""
    Phone(house, FR_THIRTY).dials("*384*3939*1*3#")
    Phone(house, FR_SIX).texts("ETAT")
    for number in range(12):
        audit.append(house.store, house.vault, audit.SYSTEM, "purged", "", f"n={number}",
                     house.clock.now())  # fmt: skip
    return house


def contents(store: Store) -> dict[str, list[str]]:
    tables = store.sql.tables()
    return {name: sorted(map(repr, store.sql.all(f"select * from {name}"))) for name in tables}


def test_a_house_moves_there_and_back(house: House, beside: str, tmp_path: Path) -> None:
    lived_in(house)
    before = contents(house.store)
    there = lite(house, "move", beside)
    assert there.exit_code == 0, there.output
    assert "the same on both sides" in there.output
    assert "set LITE_DATABASE to the new store" in there.output
    moved = House(replace(house.settings, database=beside))
    assert contents(moved.store) == before
    assert audit.verify(moved.store, moved.vault) == []
    Phone(moved, FR_THIRTY).dials().sees("1")
    again = engines.place(house.store.sql.name, tmp_path)
    after = contents(moved.store)
    back = moving.move(moved.store, Store(again), lambda rows: None)
    assert sum(back.rows.values()) == sum(map(len, after.values())) - len(after["migrations"])
    assert contents(Store(again)) == after
    forget(again)


def test_an_interrupted_dialogue_goes_on_in_the_moved_store(house: House, beside: str) -> None:
    phone = Phone(house, FR_THIRTY).dials().presses("1")
    seen = phone.screen
    moving.move(house.store, House(replace(house.settings, database=beside)).store, int)
    moved = Phone(House(replace(house.settings, database=beside)), FR_THIRTY)
    moved.session, moved.replies = phone.session, list(phone.replies)
    moved._turn()
    assert moved.screen == seen


def test_a_log_cut_at_its_beginning_moves_with_its_guards(house: House, beside: str) -> None:
    now = lived_in(house).clock.now()
    assert audit.cut(house.store, house.vault, now + timedelta(days=1), now)
    moved = House(replace(house.settings, database=beside))
    moving.move(house.store, moved.store, int)
    assert audit.verify(moved.store, moved.vault) == []
    audit.append(moved.store, moved.vault, audit.SYSTEM, "purged", "", "", now)
    assert audit.verify(moved.store, moved.vault) == []
    with pytest.raises(Exception, match="append-only"):
        moved.store.audit.add(AuditRow(99, "", "system", "purged", "", "", "mac"))


def test_a_place_that_is_not_empty_is_refused(house: House, beside: str) -> None:
    assert lite(house, "move", beside).exit_code == 0
    again = lite(house, "move", beside)
    assert again.exit_code == 1
    assert "Nothing was moved" in again.output and "not empty" in again.output
    assert "itself" in lite(house, "move", house.settings.database).output
    assert "not understood" in lite(house, "move", "mysql://x").output


def test_cut_short_nothing_was_written_and_it_is_run_again(house: House, beside: str) -> None:
    target = House(replace(house.settings, database=beside)).store

    def cut(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moving.move(house.store, target, cut)
    assert moving.count(target) == 0
    assert lite(house, "move", beside).exit_code == 0


def test_what_is_written_meanwhile_is_told(house: House, beside: str) -> None:
    """The copy is of one moment; a door that went on is in the old store alone."""
    other = Store(house.settings.store)
    target = House(replace(house.settings, database=beside)).store
    moved = moving.move(house.store, target, lambda rows: other.places.set_fact("late", str(rows)))
    assert moved.since
    assert target.places.fact("late") is None
    assert other.places.fact("late") is not None


def test_what_a_server_writes_for_itself_is_no_change(house: House, beside: str) -> None:
    other = Store(house.settings.store)
    target = House(replace(house.settings, database=beside)).store

    def analysed(rows: int) -> None:
        if other.sql.name == "postgresql":
            other.sql.run("analyze agencies")  # as its autovacuum does
        with other.transaction():
            other.places.set_fact("late", "1")
            other.sql.run("delete from facts where name = 'late'")

    assert not moving.move(house.store, target, analysed).since


def test_a_copy_that_differs_is_undone(
    house: House, beside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = House(replace(house.settings, database=beside)).store
    each = target.sql.each

    def careless(sql: str, rows: list[tuple[object, ...]]) -> None:
        each(sql, rows[:-1] if "records" in sql else rows)

    monkeypatch.setattr(target.sql, "each", careless)
    with pytest.raises(StoreError, match="records is not the same"):
        moving.move(house.store, target, int)
    assert moving.count(target) == 0


# The people's keys


def test_keys_of_people_are_shared_by_machines(house: House, afar: str, tmp_path: Path) -> None:
    """One machine seals, another one opens; the file of the first is not needed any more."""
    assert lite(house, "move", "--keys", afar).exit_code == 0
    Path(f"{house.settings.key_file}.people").unlink()
    shared = House(replace(house.settings, people_database=afar))
    Phone(shared, FR_THIRTY).dials("*384*3939*1#").sees("1")
    (person, *_) = shared.store.people.of_phone(shared.office.index(FR_THIRTY))
    salt = Owners(afar).get(person)
    assert salt is not None and len(salt) == 32
    Owners(afar).erase(person, ["key"], "2026-11-24")
    assert Owners(afar).get(person) is None
    assert Owners(afar).barred(["key"])
    file = tmp_path / "copy.people"
    Owners(afar).copy(file)
    assert Owners(file).get(person) is None
    assert Owners(file).barred(["key"])


def test_keys_made_at_once_on_two_machines_are_one(afar: str) -> None:
    Owners(afar, make=True)
    both = {Owners(afar).make("somebody") for _ in range(3)}
    assert len(both) == 1


def test_an_erased_person_does_not_come_back_with_their_key(tmp_path: Path, afar: str) -> None:
    """The copy was made before, and is put where the person was erased."""
    old, new = Owners(tmp_path / "old"), Owners(afar, make=True)
    old.make("somebody")
    old.make("another")
    old.give(new)
    new.erase("somebody", ["key"], "2026-11-24")
    assert old.give(new) == 2
    assert new.get("somebody") is None
    assert new.get("another") == old.get("another")


def test_keys_in_the_store_itself_are_refused(house: House) -> None:
    same = House(replace(house.settings, people_database=house.settings.database))
    with pytest.raises(ValueError, match="is the store itself"):
        same.vault  # noqa: B018
    made(house.settings.store)
