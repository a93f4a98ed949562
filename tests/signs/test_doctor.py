"""`lite doctor`: each thing that may be wrong is told in words, with what to do about it."""

from __future__ import annotations

import os
import shutil
import time
from collections import namedtuple
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from gateway import FakeGateway

from lite.app import House
from lite.clock import stamp
from lite.signs import findings
from tests import engines


def told(house: House, words: str) -> tuple[bool, str]:
    found = [one for one in findings(house) if words in one.says]
    assert len(found) == 1, [one.says for one in findings(house)]
    return tuple(found[0])


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    with FakeGateway() as gateway:
        yield gateway


def reaching(house: House, url: str) -> House:
    return House(replace(house.settings, at_url=url, at_api_key="k"))


@pytest.mark.sqlite("what is too old is SQLite")
def test_an_engine_that_is_too_old(house: House) -> None:
    with patch("lite.store.file.OLDEST", (99, 0, 0)):
        well, says = told(House(house.settings), "may corrupt a store")
    assert not well and "pip install pysqlite3" in says


def test_a_server_that_is_too_old(house: House) -> None:
    with patch.object(house.store.sql, "version", return_value="PostgreSQL 13.11"):
        well, says = told(house, "too old")
    assert not well and "upgrade it to 15" in says


def test_a_key_file_beside_the_store(house: House) -> None:
    if engines.ENGINE == "sqlite":
        well, says = told(house, "in the store's folder")
        assert not well and "LITE_KEY_FILE" in says


def test_a_key_file_that_others_may_read(house: House) -> None:
    Path(house.settings.key_file).chmod(0o644)
    well, says = told(house, "lite.keys, mode 644")
    assert not well and f"chmod 600 {house.settings.key_file}" in says


def test_a_disk_that_is_nearly_full(house: House) -> None:
    usage = namedtuple("usage", "total used free")(10**12, 10**12, 1_000_000)
    with patch.object(shutil, "disk_usage", return_value=usage):
        well, says = told(house, "disk: ")
    assert not well and "make room" in says


def test_migrations_that_are_missing(house: House) -> None:
    house.store.sql.run("delete from migrations where name = '0019_turns.sql'")
    well, says = told(house, "migrations missing: 1")
    assert not well and "lite migrate" in says


# The gateway, the clocks


def test_a_gateway_that_is_away(house: House) -> None:
    well, says = told(reaching(house, "http://127.0.0.1:9"), "gateway does not answer")
    assert not well and "LITE_AT_URL" in says and "none is lost" in says


def test_a_gateway_that_answers_and_a_clock_that_agrees(
    house: House, gateway: FakeGateway
) -> None:
    there = reaching(house, gateway.url)
    assert told(there, "the gateway answers")[0]
    assert told(there, "clock agrees with the gateway's")[0]
    assert gateway.messages == [], "nothing was sent"


@pytest.mark.parametrize(("behind", "words"), [(120, "ahead of"), (-120, "behind")])
def test_a_clock_that_is_off(
    house: House, gateway: FakeGateway, behind: float, words: str
) -> None:
    gateway.behind = behind
    well, says = told(reaching(house, gateway.url), f"seconds {words} the gateway's")
    assert not well and "set-ntp" in says


def test_a_clock_that_was_set_back(house: House) -> None:
    house.store.beats.beat("w", "", stamp(house.clock.now() + timedelta(hours=1)), {})
    well, says = told(house, "later than now")
    assert not well and "set-ntp" in says


# Workers, copies


def test_a_worker_that_lives(house: House) -> None:
    house.tally.beat()
    assert told(house, "workers that live: 1")[0]


def test_a_worker_that_was_told_to_end(house: House) -> None:
    house.tally.beat()
    house.tally.end()
    assert not told(house, "no worker has said ever")[0]


def test_workers_that_are_silent(house: House) -> None:
    house.store.beats.beat("w", "", stamp(house.clock.now() - timedelta(minutes=5)), {})
    well, says = told(house, "no worker has said since")
    assert not well and "start `lite work`" in says


def with_backup(house: House, folder: Path) -> House:
    return House(replace(house.settings, backup=str(folder)))


@pytest.mark.sqlite("PostgreSQL has backups of its own")
def test_no_backup_at_all(house: House, tmp_path: Path) -> None:
    assert not told(house, "backups: none that is looked at")[0]
    well, says = told(with_backup(house, tmp_path / "none"), "backups: none in")
    assert not well and "start lite-backup" in says


@pytest.mark.sqlite("PostgreSQL has backups of its own")
def test_a_backup_that_fell_behind(house: House, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "ltx" / "0" / "1-1.ltx"
    copy.parent.mkdir(parents=True)
    copy.touch()
    house.store.places.set_fact("written", "now")
    there = with_backup(house, tmp_path / "copies")
    assert told(there, "backups: up to date")[0]
    os.utime(copy, (time.time() - 600,) * 2)
    well, says = told(there, "backups: the last is of")
    assert not well and "10 minutes behind" in says and "lite-backup" in says


def test_each_remedy_is_a_thing_to_do(house: House, gateway: FakeGateway) -> None:
    """What is wrong in a bare house: every finding holds a command or a setting."""
    wrong = [one.says for one in findings(reaching(house, gateway.url)) if not one.well]
    assert wrong
    assert all(_tells(says) for says in wrong), wrong


def _tells(says: Any) -> bool:
    remedies = ("LITE_", "lite ", "chmod", "set-ntp", "systemctl", "move", "archive_command")
    return any(word in says for word in remedies)
