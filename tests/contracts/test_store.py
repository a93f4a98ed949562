"""What a store promises, on every engine: the same answers, and nothing lost between two doors."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import hearsay
import pytest

from lite import vault
from lite.clock import stamp
from lite.identity import audit, cards, codes
from lite.store import Store, StoreError
from lite.store.audit import AuditRow
from lite.store.delivery import Report
from lite.store.letters import LetterRow
from lite.store.mandates import MandateRow
from lite.store.people import Kept
from lite.store.requests import RequestRow
from lite.store.talks import Talk
from lite.vault import Vault
from tests.engines import ENGINES, cluster, forget, made, place

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
AT, LATER = stamp(NOW), "2027-01-01T00:00:00.000000Z"
Answer = TypeVar("Answer")


@pytest.fixture(params=ENGINES)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | Path]:
    there = place(request.param, tmp_path)
    yield there
    forget(there)


@pytest.fixture
def store(where: str | Path) -> Store:
    return made(where)


@pytest.fixture
def keys(tmp_path: Path) -> Vault:
    vault.create(tmp_path / "keys" / "lite.keys")
    return vault.load(tmp_path / "keys" / "lite.keys")


def at_once(work: Callable[[int], Answer], number: int = 8) -> list[Answer]:
    """What so many threads are answered that begin together; an error of one is the test's."""
    told: list[Answer] = []
    errors: list[BaseException] = []
    gate = threading.Barrier(number)

    def one(mine: int) -> None:
        gate.wait()
        try:
            told.append(work(mine))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=one, args=(mine,)) for mine in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return told


def letter(id: str, kind: str = "sms", address: str = "a", at: str = AT) -> LetterRow:
    return LetterRow(id, kind, "answer", "waiting", address, "fr", "v1:", at, None, 0, at)


def asked(once: str, reference: str) -> RequestRow:
    return RequestRow(
        reference, once, "p", "f", "callback", "fr", "queued", "", AT, AT, "", "", "v1:"
    )


# The engine


def test_a_new_store_lacks_migrations_and_an_old_one_none(where: str | Path) -> None:
    store = Store(where)
    lacking = store.pending()
    assert lacking[0] == "0001_lite.sql"
    assert store.migrate() == lacking == sorted(lacking)
    assert store.pending() == []
    assert store.migrate() == []


def test_all_of_a_transaction_or_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.places.set_fact("a", "1")
        with store.transaction():
            store.places.set_fact("b", "1")
        raise ZeroDivisionError
    assert store.places.fact("a") is store.places.fact("b") is None


def test_an_error_caught_inside_is_no_half(store: Store) -> None:
    """What is asked at the end of a transaction that fails is not done either."""
    done: list[str] = []
    with pytest.raises(ZeroDivisionError), store.transaction():
        store.at_end(lambda: done.append("late"))
        raise ZeroDivisionError
    with store.transaction():
        store.at_end(lambda: done.append("last"))
        done.append("first")
    store.at_end(lambda: done.append("alone"))
    assert done == ["first", "last", "alone"]


def test_a_question_mark_in_a_text_is_no_mark(store: Store) -> None:
    assert store.sql.one("select 'why?', ?, '50%', 'a''?'", "x") == ("why?", "x", "50%", "a'?")


def test_whatever_a_caller_calls_himself_is_kept(store: Store) -> None:
    """A NUL, an emoji, a quote: a session's name is the gateway's word."""
    for session in ("a\0b", "🙂'\"\\", "٣" * 200):
        store.talks.keep("ussd", Talk(session, "v1:", AT), "f", open=True)
        assert store.talks.talk("ussd", session, "f") is not None


def test_text_sorts_by_its_bytes(store: Store) -> None:
    for key in ("b", "a", "B", "é", "z"):
        hearsay.record(store, "f", "insured", key, "p", "v1:", AT)
    told = [kept.key for kept in store.people.records("p", "insured")]
    assert told == ["B", "a", "b", "z", "é"]
    assert isinstance(store.people.records("p", "insured")[0], Kept)


def test_rows_that_are_poured_replace_those_of_their_key(store: Store) -> None:
    sealed = "v1.somebody:\t\\N\"',\n+/=é"
    for said in ("old", sealed):
        hearsay.record(store, "cnss", "dossier", "k", "somebody", said, AT)
    assert [one.sealed for one in store.people.records("somebody", "dossier")] == [sealed]
    with store.transaction():
        for key in ("a", "b"):
            hearsay.record(store, "cnss", "dossier", key, "somebody", "", AT)
    assert len(store.people.records("somebody", "dossier")) == 3


def test_a_table_that_has_grown_is_planned_for_anew(store: Store) -> None:
    """A plan made for an empty table would read all of a full one, for each chunk of a pull."""
    if store.sql.name == "sqlite":
        return  # it plans by indexes alone
    hearsay.record(store, "cnss", "dossier", "k", "somebody", "", AT)
    store.staging.grown()
    assert store.sql.one("select reltuples from pg_class where relname = 'records'") == (1.0,)


def test_a_store_of_another_one_s_thread_is_the_same(store: Store) -> None:
    at_once(lambda mine: store.places.set_fact(str(mine), "1"))
    assert [store.places.fact(str(mine)) for mine in range(8)] == ["1"] * 8


def test_tables_are_told_with_their_columns(store: Store) -> None:
    tables = store.sql.tables()
    assert tables["facts"] == ["name", "value"]
    assert "migrations" in tables
    assert not any(name.startswith(("sqlite_", "pg_")) for name in tables)


def test_the_engine_refuses_to_change_the_audit_log(store: Store, keys: Vault) -> None:
    audit.append(store, keys, audit.SYSTEM, "purged", "", "", NOW)
    for sql in ("update audit set who = 'me'", "delete from audit"):
        with pytest.raises(Exception, match="append-only"):
            store.sql.run(sql)
    gap = AuditRow(5, AT, "system", "purged", "", "", "mac")
    with pytest.raises(Exception, match="append-only"):
        store.audit.add(gap)
    assert store.audit.last()[0] == 1


# Two doors at once


def test_one_code_opens_one_door(store: Store, keys: Vault) -> None:
    code = codes.issue(store, keys, "phone", "person", NOW)
    told = at_once(lambda _: codes.check(store, keys, "phone", code, NOW))
    assert [type(one).__name__ for one in told].count("Signed") == 1


def test_of_codes_asked_for_at_once_one_lives(store: Store, keys: Vault) -> None:
    at_once(lambda _: codes.issue(store, keys, "phone", "person", NOW))
    alive = "select count(*) from codes where used_at is null and expires_at > ?"
    assert store.sql.one(alive, AT) == (1,)


def test_tries_made_at_once_are_as_many(store: Store, keys: Vault) -> None:
    """Twenty wrong codes in one instant are no twenty tries: after the third one waits."""
    told = at_once(lambda _: codes.check(store, keys, "phone", "000000", NOW), 20)
    kinds = [type(one).__name__ for one in told]
    assert (kinds.count("Wrong"), kinds.count("Locked")) == (3, 17)


def test_a_code_of_the_card_is_used_once(store: Store, keys: Vault) -> None:
    cards.issue(store, keys, "person", NOW, cards.demo_codes(keys, "person"))
    asked = cards.challenge(store, "person")
    assert asked is not None
    code = cards.demo_codes(keys, "person")[asked.number]
    told = at_once(lambda _: cards.prove(store, keys, "person", code, NOW))
    assert [type(one).__name__ for one in told].count("Proved") == 1


def test_of_cards_issued_at_once_one_is_active(store: Store, keys: Vault) -> None:
    at_once(lambda _: cards.issue(store, keys, "person", NOW), 4)
    assert store.sql.one("select count(*) from cards where state = 'active'") == (1,)


def test_one_key_makes_one_request(store: Store) -> None:
    told = at_once(lambda mine: store.requests.add(asked("once", f"R{mine}")))
    assert len(set(told)) == 1
    assert store.sql.one("select count(*) from requests") == (1,)


def test_a_message_comes_in_once(store: Store) -> None:
    assert sum(at_once(lambda _: store.talks.receive("id", "phone", AT))) == 1


def test_of_mandates_begun_at_once_one_lives(store: Store) -> None:
    at_once(lambda mine: store.mandates.begin(MandateRow(f"{mine}", "h", "p", "", "", AT, LATER)))
    assert len(store.mandates.living("p", AT)) == 1


def test_turns_of_one_phone_come_one_after_the_other(store: Store) -> None:
    """Each adds one to what it finds: none is lost."""

    def turn(_: int) -> None:
        with store.transaction("phone:p"):
            talk = store.talks.talk("ussd", "s", "p")
            number = int(talk.state) if talk else 0
            store.talks.keep("ussd", Talk("s", str(number + 1), AT), "p", open=True)

    at_once(lambda mine: [turn(mine) for _ in range(5)])
    talk = store.talks.talk("ussd", "s", "p")
    assert talk is not None
    assert talk.state == "40"


# Letters


def test_every_letter_is_carried_by_one_worker(store: Store) -> None:
    for number in range(300):
        store.letters.post(letter(f"{number:03}"))

    def work(_: int) -> list[str]:
        mine: list[str] = []
        while taken := store.letters.claim("sms", "", AT, LATER, 7):
            mine += [row.id for row in taken]
        return mine

    told = sorted(id for ids in at_once(work) for id in ids)
    assert told == [f"{number:03}" for number in range(300)]
    assert store.sql.one("select count(*) from attempts") == (300,)


def test_no_more_is_claimed_than_asked_for(store: Store) -> None:
    for number in range(30):
        store.letters.post(letter(f"{number:02}", "fund", f"p{number}")._replace(route="cnss"))
    for most in (5, 1, 1, 3):
        assert len(store.letters.claim("fund", "cnss", AT, LATER, most)) == most


def test_letters_to_a_fund_keep_the_order_of_a_person(store: Store) -> None:
    for number in range(20):
        at = f"2026-11-24T09:00:{number:02}.000000Z"
        store.letters.post(letter(f"{number:02}", "fund", "p", at))
        store.letters.post(letter(f"q{number:02}", "fund", "q", at))
    carried: list[tuple[str, str]] = []

    def work(_: int) -> None:
        while taken := store.letters.claim("fund", "", LATER, LATER, 5):
            for row in taken:
                carried.append((row.address, row.id))
                store.letters.settle(row, "accepted", LATER)

    at_once(work, 4)
    for address in "pq":
        mine = [id for whose, id in carried if whose == address]
        assert mine == sorted(mine)
    assert store.letters.claim("fund", "", LATER, LATER, 50) == []


def test_a_report_and_our_own_note_do_not_miss_each_other(store: Store) -> None:
    """The report comes while the worker writes down the gateway's id: one of the two sees both."""
    told = [_crossed(store, f"l{number}", f"m{number}") for number in range(30)]
    assert told == [[True]] * 30


def _crossed(store: Store, id: str, message: str) -> list[bool]:
    """Who saw what the other one wrote."""
    store.letters.post(letter(id, address=id))
    (row,) = store.letters.claim("sms", "", AT, LATER, 1)

    def report() -> bool:
        store.delivery.note(Report(message, "Success", "", "x"), AT)
        return store.delivery.by_message(message) is not None

    def note() -> bool:
        store.letters.settle(row, "accepted", AT, message_id=message)
        return store.delivery.reports(message) != []

    def one(mine: int) -> bool:
        with store.transaction():
            store.delivery.hold([(id, message)])
            return (report, note)[mine]()

    return [saw for saw in at_once(one, 2) if saw]


def test_a_letter_that_belongs_to_nobody_any_more_was_tried_for_nobody(store: Store) -> None:
    store.letters.post(letter("request-R1", kind="fund", address="somebody"))
    store.letters.claim("fund", "", AT, LATER, 1)
    store.leaving.free("R1", "v1:", "v1:")
    kept = store.sql.all("select address from letters union all select address from attempts")
    assert kept == [("",), ("",)]


# The audit log


def test_the_chain_holds_under_eight_writers(store: Store, keys: Vault) -> None:
    def write(mine: int) -> None:
        for _ in range(20):
            with store.transaction():
                audit.append(store, keys, audit.SYSTEM, "purged", f"p{mine}", "", NOW)

    at_once(write)
    assert store.audit.last()[0] == 160
    assert audit.verify(store, keys) == []


def test_writers_who_hold_other_things_do_not_wait_in_a_circle(store: Store, keys: Vault) -> None:
    """One logs first and then writes what another one wrote before it logs."""

    def turn(mine: int) -> None:
        for _ in range(10):
            with store.transaction():
                if mine % 2:
                    audit.append(store, keys, audit.SYSTEM, "purged", "", "", NOW)
                store.places.set_fact("shared", str(mine))
                if not mine % 2:
                    audit.append(store, keys, audit.SYSTEM, "purged", "", "", NOW)

    at_once(turn)
    assert audit.verify(store, keys) == []
    assert store.audit.last()[0] == 80


# A restart of the server


@pytest.fixture
def afar() -> Iterator[Store]:
    where = cluster().create()
    yield made(where)
    forget(where)


def test_what_begins_after_a_restart_is_answered(afar: Store) -> None:
    at_once(lambda mine: afar.places.set_fact(str(mine), "1"))  # connections of many threads
    cluster().restart()
    with afar.transaction("phone:p"):
        afar.places.set_fact("after", "1")
    cluster().restart()
    assert afar.places.fact("after") == "1"


def test_what_a_restart_cuts_is_undone_and_told(afar: Store) -> None:
    with pytest.raises(StoreError), afar.transaction():
        afar.places.set_fact("cut", "1")
        cluster().restart()
        afar.places.set_fact("cut", "2")
    with pytest.raises(StoreError), afar.transaction():
        afar.places.set_fact("cut", "3")
        cluster().restart()
    assert afar.places.fact("cut") is None


def test_an_error_that_was_swallowed_keeps_nothing(afar: Store) -> None:
    with pytest.raises(StoreError, match="nothing was written"), afar.transaction():
        afar.places.set_fact("half", "1")
        try:
            afar.sql.run("select nonsense")
        except Exception:
            afar.at_end(lambda: None)
    assert afar.places.fact("half") is None


def test_a_server_that_is_away_is_told_with_what_to_do() -> None:
    with pytest.raises(StoreError, match="Check LITE_DATABASE") as told:
        Store("postgresql://lite:secret@127.0.0.1:1/lite").places.fact("demo")
    assert "secret" not in str(told.value)


def test_a_database_that_sorts_by_a_language_is_refused() -> None:
    name = "by_language"
    cluster()._execute(f"create database {name} template template0 locale_provider icu"
                       " icu_locale 'fr' locale 'C'")  # fmt: skip
    store = Store(cluster().url(name))
    with pytest.raises(StoreError, match="createdb -T template0"):
        store.migrate()
    store.sql.close()
    cluster().drop(cluster().url(name))
