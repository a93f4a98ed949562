"""The audit log: nothing is changed, taken out, moved or cut without being found."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from lite.identity import audit
from lite.identity.audit import Fault, Head
from lite.keys import Keys
from lite.store import Store
from lite.vault import Vault
from tests import engines

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
ENTRIES = 40
COLUMNS = ("at", "who", "act", "person", "detail", "mac")


@pytest.fixture
def log(store: Store, vault: Vault) -> Store:
    """A log of forty entries, no two alike, that a thief may write to: its triggers are gone."""
    for number in range(ENTRIES):
        at = START + timedelta(minutes=number)
        audit.append(store, vault, "amina", "found", f"{number:016x}", "question", at)
    for trigger in ("audit_no_update", "audit_no_delete", "audit_in_order"):
        engines.unguard(store, trigger)
    return store


def edit(store: Store, chance: random.Random) -> None:
    column, seq = chance.choice(COLUMNS), chance.randint(1, ENTRIES)
    store.sql.run(
        f"update audit set {column} = {column} || ? where seq = ?", chance.choice("0a "), seq
    )


def remove(store: Store, chance: random.Random) -> None:
    """One from the middle, and the rest as it was or moved up to fill the gap."""
    seq = chance.randint(1, ENTRIES - 1)
    store.sql.run("delete from audit where seq = ?", seq)
    if chance.random() < 0.5:
        for later in range(seq + 1, ENTRIES + 1):
            store.sql.run("update audit set seq = ? where seq = ?", later - 1, later)


def swap(store: Store, chance: random.Random) -> None:
    one, other = chance.sample(range(1, ENTRIES + 1), 2)
    for before, after in ((one, 0), (other, one), (0, other)):
        store.sql.run("update audit set seq = ? where seq = ?", after, before)


def repeat(store: Store, chance: random.Random) -> None:
    """An old entry once more, at the end."""
    seq = chance.randint(1, ENTRIES)
    store.sql.run(
        "insert into audit select ?, at, who, act, person, detail, mac from audit where seq = ?",
        *(ENTRIES + 1, seq),
    )


def cut(store: Store, chance: random.Random) -> None:
    store.sql.run("delete from audit where seq > ?", chance.randint(0, ENTRIES - 1))


def test_a_log_left_alone_has_no_fault(log: Store, vault: Vault) -> None:
    assert audit.verify(log, vault) == []
    assert audit.verify(log, vault, audit.head(log)) == []
    assert audit.head(log).count == ENTRIES


@pytest.mark.parametrize("tamper", [edit, remove, swap, repeat, cut])
def test_fifty_tamperings_of_a_kind_are_found(
    log: Store, vault: Vault, tamper: Callable[[Store, random.Random], None]
) -> None:
    known = audit.head(log)
    kept = log.audit.after(0, ENTRIES)
    for seed in range(50):
        tamper(log, random.Random(seed))
        assert audit.verify(log, vault, known), f"{tamper.__name__} {seed} was not found"
        log.sql.run("delete from audit")
        log.sql.each("insert into audit values (?, ?, ?, ?, ?, ?, ?)", kept)
        assert audit.verify(log, vault, known) == []


def test_a_fault_is_told_where_it_is_and_not_at_all_that_follows(log: Store, vault: Vault) -> None:
    log.sql.run("update audit set who = 'said' where seq = 7")
    assert audit.verify(log, vault) == [Fault(7, "changed")]
    log.sql.run("delete from audit where seq = 12")
    # The entry after a gap does not follow the one before it.
    assert audit.verify(log, vault) == [
        Fault(7, "changed"), Fault(12, "missing"), Fault(13, "changed"),
    ]  # fmt: skip


def test_a_cut_end_shows_only_against_a_head(log: Store, vault: Vault) -> None:
    known = audit.head(log)
    log.sql.run("delete from audit where seq > 30")
    assert audit.verify(log, vault) == []
    assert audit.verify(log, vault, known) == [Fault(31, "missing")]
    for _ in range(15):
        audit.append(log, vault, "said", "found", "", "question", START)
    assert audit.verify(log, vault) == []
    assert audit.verify(log, vault, known) == [Fault(ENTRIES, "changed")]


def test_an_older_head_still_holds_when_the_log_grew(log: Store, vault: Vault) -> None:
    known = audit.head(log)
    audit.append(log, vault, "said", "found", "", "question", START)
    assert audit.verify(log, vault, known) == []


def test_without_the_key_no_entry_can_be_made(log: Store, vault: Vault) -> None:
    forger = Vault(Keys.fresh())
    audit.append(log, forger, "amina", "found", "", "question", START)
    assert audit.verify(log, vault) == [Fault(ENTRIES + 1, "changed")]


@pytest.mark.parametrize(
    "sql",
    [
        "update audit set who = 'said'",
        "delete from audit",
        "insert or replace into audit select 1, at, 'said', act, person, detail, mac from audit",
        "insert into audit values (9, '', '', '', '', '', '')",
    ],
)
def test_the_engine_refuses_all_but_the_next_entry(store: Store, vault: Vault, sql: str) -> None:
    audit.append(store, vault, "amina", "found", "", "question", START)
    with pytest.raises(Exception, match=r"append-only|syntax error"):
        store.sql.run(sql)
    assert audit.verify(store, vault) == []


@pytest.mark.parametrize(
    ("who", "act", "person", "detail"),
    [
        ("amina", "wandered", "", ""),
        ("Amina Alaoui", "found", "", ""),
        ("", "found", "", ""),
        ("amina", "found", "cnss:123456789", ""),
        ("amina", "found", "", "cin 612345"),
        ("amina", "found", "", "0612345678"),
        ("amina", "found", "", "Khadija"),
        ("amina", "found", "", "a" * 81),
    ],
)
def test_an_entry_holds_no_facts_about_anybody(
    store: Store, vault: Vault, who: str, act: str, person: str, detail: str
) -> None:
    with pytest.raises(ValueError, match="audit"):
        audit.append(store, vault, who, act, person, detail, START)
    assert audit.head(store) == Head(0, "")


def test_an_entry_goes_back_with_the_act_it_is_about(store: Store, vault: Vault) -> None:
    with pytest.raises(RuntimeError), store.transaction():
        audit.append(store, vault, "amina", "found", "", "question", START)
        raise RuntimeError
    assert audit.head(store).count == 0


def test_a_head_is_read_as_it_was_printed(log: Store) -> None:
    known = audit.head(log)
    assert Head.read(f" {known}\n") == known
    assert Head.read("0:") == Head(0, "")
    for text in ("", "3", "3:", "0:" + "a" * 40, "x:" + "a" * 40, "3:abc"):
        with pytest.raises(ValueError, match="head"):
            Head.read(text)


def test_more_entries_than_one_slice_are_all_verified(
    store: Store, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "_PAGE", 4)
    for _ in range(11):
        audit.append(store, vault, "amina", "found", "", "question", START)
    assert audit.verify(store, vault, audit.head(store)) == []
    engines.unguard(store, "audit_no_update")
    store.sql.run("update audit set detail = 'card' where seq in (4, 5, 11)")
    assert [fault.seq for fault in audit.verify(store, vault)] == [4, 5, 11]
