"""The log is cut after its years, and its heads leave the machine: what stays still verifies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lite.app import House
from lite.identity import audit, heads
from lite.identity.audit import Fault, Head
from lite.retention import purge
from lite.signs import findings
from lite.store import Store
from lite.vault import Vault
from tests import engines

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def written(store: Store, vault: Vault, entries: int, first: int = 0) -> None:
    for day in range(first, first + entries):
        audit.append(store, vault, "amina", "found", "0123456789abcdef", "card", START + day * DAY)


def seqs(store: Store) -> list[int]:
    return [row.seq for row in store.audit.after(0, 1000)]


@pytest.fixture
def log(store: Store, vault: Vault) -> Store:
    """Twenty days, an entry a day, of which the first eight are cut on the twentieth."""
    written(store, vault, 20)
    assert audit.cut(store, vault, START + 8 * DAY, START + 20 * DAY) == 8
    return store


def test_what_stays_verifies_and_the_cut_is_an_entry(log: Store, vault: Vault) -> None:
    assert seqs(log) == list(range(9, 22))
    last = log.audit.after(20, 1)[0]
    assert (last.who, last.act, last.detail) == (audit.SYSTEM, "purged", "audit rows=8")
    assert audit.verify(log, vault) == []
    written(log, vault, 3, first=21)
    assert audit.verify(log, vault, audit.head(log)) == []


def test_heads_from_before_the_cut_and_from_after_it_hold(store: Store, vault: Vault) -> None:
    known = []
    for day in range(20):
        written(store, vault, 1, first=day)
        known.append(audit.head(store))
    audit.cut(store, vault, START + 8 * DAY, START + 20 * DAY)
    assert audit.verify(store, vault, *known) == []
    wrong = Head(known[7].count, known[8].mac)
    assert audit.verify(store, vault, wrong) == [Fault(8, "changed")]


def test_a_second_cut_begins_where_the_first_ended(log: Store, vault: Vault) -> None:
    assert audit.cut(log, vault, START + 8 * DAY, START + 20 * DAY) == 0
    assert audit.cut(log, vault, START + 12 * DAY, START + 21 * DAY) == 4
    assert audit.verify(log, vault) == []
    assert log.sql.all("select count(*) from audit_anchors") == [(1,)]


def test_one_entry_stays_however_old(log: Store, vault: Vault) -> None:
    audit.cut(log, vault, START + 9999 * DAY, START + 9999 * DAY)
    assert seqs(log)
    written(log, vault, 1, first=10000)
    assert audit.verify(log, vault) == []


def test_an_entry_that_is_older_than_the_one_before_it_waits(store: Store, vault: Vault) -> None:
    """The clock was wrong once: only what is old from the beginning goes."""
    written(store, vault, 3)
    written(store, vault, 1, first=30)
    written(store, vault, 3, first=3)
    assert audit.cut(store, vault, START + 8 * DAY, START + 31 * DAY) == 3


@pytest.mark.parametrize("column", ["seq", "mac", "at", "proof"])
def test_a_forged_beginning_is_found(log: Store, vault: Vault, column: str) -> None:
    value = 9 if column == "seq" else "0" * 40
    log.sql.run(f"update audit_anchors set {column} = ?", value)
    assert audit.verify(log, vault)


def test_a_thief_who_cuts_further_is_found(log: Store, vault: Vault) -> None:
    row = log.audit.after(11, 1)[0]
    log.sql.run(
        "insert into audit_anchors (seq, mac, at, proof) values (?, ?, ?, ?)",
        *(row.seq, row.mac, row.at, "0" * 40),
    )
    log.sql.run("delete from audit where seq <= ?", row.seq)
    assert audit.verify(log, vault)


def test_the_engine_refuses_to_cut_without_an_anchor(log: Store) -> None:
    with pytest.raises(Exception, match="append-only"):
        log.sql.run("delete from audit where seq = 9")


def test_what_was_tampered_with_is_not_cut(store: Store, vault: Vault) -> None:
    written(store, vault, 10)
    engines.unguard(store, "audit_no_update")
    store.sql.run("update audit set who = 'said' where seq = 3")
    assert audit.cut(store, vault, START + 8 * DAY, START + 20 * DAY) == 0
    assert audit.verify(store, vault) == [Fault(3, "changed")]


def test_a_purge_cuts_after_five_years(house: House) -> None:
    now = house.clock.now()
    for age in (1900, 1830, 1800, 3):
        audit.append(house.store, house.vault, "amina", "found", "", "card", now - age * DAY)
    purge(house.store, house.vault, house.settings.keep, now)
    assert [row.detail for row in house.store.audit.after(0, 9)][:2] == ["card", "card"]
    assert audit.verify(house.store, house.vault) == []


# Heads


def test_a_head_a_day_is_written_whole(log: Store, vault: Vault, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere" / "heads"
    assert heads.export(log, folder, START)
    assert not heads.export(log, folder, START + timedelta(hours=3))
    assert heads.export(log, folder, START + DAY)
    assert sorted(file.name for file in folder.iterdir()) == [
        "audit-head-2026-11-24.txt", "audit-head-2026-11-25.txt",
    ]  # fmt: skip
    assert heads.kept(folder) == [audit.head(log)] * 2
    assert heads.latest(folder) == (START + DAY).date()


def test_a_cut_end_shows_against_the_folder(log: Store, vault: Vault, tmp_path: Path) -> None:
    heads.export(log, tmp_path, START)
    engines.unguard(log, "audit_no_delete")
    log.sql.run("delete from audit where seq = 21")
    assert audit.verify(log, vault) == []
    assert audit.verify(log, vault, *heads.kept(tmp_path)) == [Fault(21, "missing")]


def test_the_worker_writes_it_where_the_settings_say(house: House, tmp_path: Path) -> None:
    from dataclasses import replace

    keeping = House(replace(house.settings, audit_heads=str(tmp_path / "heads")))
    (chore,) = [one for one in keeping.chores if one.name == "audit head"]
    chore.do()
    assert heads.kept(tmp_path / "heads") == [audit.head(house.store)]
    assert any("of 2026-11-24" in one.says and one.well for one in findings(keeping))


def test_the_doctor_says_that_nobody_keeps_them(house: House) -> None:
    (told,) = [one for one in findings(house) if "heads of the audit log" in one.says]
    assert not told.well and "LITE_AUDIT_HEADS" in told.says


def test_the_doctor_knows_a_demo(house: House) -> None:
    house.store.places.set_fact("demo", "1")
    told = [one for one in findings(house) if "key" in one.says or "audit" in one.says]
    assert any("made by `make demo`" in one.says and one.well for one in told)
    assert all(one.well for one in told if "LITE_AT_API_KEY" in one.says)
