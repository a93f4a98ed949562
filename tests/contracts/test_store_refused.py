"""A PostgreSQL database that will not do: each is told in words, and nothing is lost meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from lite.app import House
from lite.gate import TryLater
from lite.store import Store, StoreError
from lite.store.owners import Owners
from tests.cast import FR_SIX
from tests.engines import cluster, forget


@pytest.fixture
def afar() -> Iterator[str]:
    url = cluster().create()
    yield url
    forget(url)


def order(sql: str) -> None:
    """What the owner of the server would do."""
    with psycopg.connect(cluster().url(), autocommit=True) as connection:
        connection.execute(sql.encode())


@pytest.mark.parametrize("encoding", ["sql_ascii", "latin1"])
def test_a_database_that_keeps_no_utf_8_is_refused(encoding: str) -> None:
    order(f"create database plain template template0 encoding {encoding} locale 'C'")
    store = Store(cluster().url("plain"))
    for asked in (store.pending, store.migrate):
        with pytest.raises(StoreError, match="createdb -T template0 -E UTF8 -l C plain"):
            asked()
    forget(cluster().url("plain"))


def test_whatever_the_operator_s_terminal_writes_text_is_kept(
    afar: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    store = Store(afar)
    store.migrate()
    store.places.set_fact("town", "سلا")
    assert store.places.fact("town") == "سلا"


def test_a_user_who_may_nothing_is_told_what_to_do(afar: str) -> None:
    order("create role guest login")
    with pytest.raises(StoreError, match="alter database … owner to"):
        Store(afar.replace("user=lite", "user=guest")).migrate()
    order("drop role guest")


def test_keys_that_nobody_made_are_told(afar: str) -> None:
    with pytest.raises(StoreError, match="run `lite migrate`"):
        Owners(afar).get("somebody")


# A server that takes no changes for a while: after a fail-over, or while its disk is full


@pytest.fixture
def still(house: House, afar: str) -> Iterator[House]:
    """A house whose store is read only, for those who come from now on."""
    Store(afar).migrate()
    order(f"alter database {cluster().name(afar)} set default_transaction_read_only = on")
    there = House(replace(house.settings, database=afar))
    yield there
    there.store.sql.close()


def test_a_server_that_takes_no_changes_is_told(still: House) -> None:
    with pytest.raises(StoreError, match="target_session_attrs=read-write"):
        still.store.places.set_fact("one", "1")


@pytest.mark.parametrize(
    ("callback", "fields"),
    [
        ("inbound", {"id": "m", "from": FR_SIX, "to": "3939", "text": "ETAT"}),
        ("delivery", {"id": "ATXid_1", "status": "Success", "phoneNumber": FR_SIX}),
        ("optout", {"phoneNumber": FR_SIX, "senderId": "3939"}),
    ],
)
def test_what_cannot_be_kept_is_brought_again(
    still: House, callback: str, fields: dict[str, str]
) -> None:
    """Answered 200, it would never be."""
    with pytest.raises(TryLater):
        getattr(still.sms, callback)(fields)


def test_once_it_takes_them_again_so_do_those_who_were_connected(still: House, afar: str) -> None:
    with pytest.raises(StoreError), still.store.transaction():
        still.store.places.set_fact("one", "1")
    order(f"alter database {cluster().name(afar)} reset default_transaction_read_only")
    with still.store.transaction():
        still.store.places.set_fact("one", "2")
    assert still.store.places.fact("one") == "2"
