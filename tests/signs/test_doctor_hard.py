"""`lite doctor` in a house that is badly hurt: it says what to do, and looks at all the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from lite.app import House
from lite.cli import main
from lite.clock import stamp
from lite.signs import findings
from lite.signs.around import around
from lite.store import StoreError
from lite.vault import create, people_file
from tests import engines


def told(house: House, **settings: Any) -> list[str]:
    """What is wrong, of this house with other settings."""
    there = House(replace(house.settings, **settings))
    found = [one.says for one in findings(there) if not one.well]
    assert len(found) == len(set(found)), "nothing is told twice"
    return found


def some(said: list[str], *words: str) -> bool:
    return any(all(word in one for word in words) for one in said)


def typed(house: House, *words: str, **others: str) -> Result:
    settings = house.settings
    environ = {
        "LITE_DATABASE": settings.database, "LITE_KEY_FILE": settings.key_file,
        "LITE_UPSTREAM": settings.upstream,
    }  # fmt: skip
    return CliRunner().invoke(main, words, env=environ | others)


# Keys


def test_keys_that_are_missing_hide_nothing_else(house: House, tmp_path: Path) -> None:
    said = told(house, key_file=str(tmp_path / "elsewhere" / "lite.keys"), audit_heads="")
    assert some(said, "No key file at", "Put it back", "LITE_KEY_FILE")
    assert some(said, "heads of the audit log"), "and the rest is looked at"


def test_the_people_s_keys_that_are_missing_have_no_mode(house: House) -> None:
    people_file(Path(house.settings.key_file)).unlink()
    said = told(house)
    assert some(said, "lite.keys.people are missing", "safe copy")
    assert not some(said, "chmod")


def test_keys_of_another_house(house: House, tmp_path: Path) -> None:
    other = tmp_path / "other" / "lite.keys"
    create(other)
    assert some(told(house, key_file=str(other)), "no key opens: 100", f"put back {other} and")


@pytest.mark.parametrize("lost", ["lite.keys", "lite.keys.people"])
def test_no_new_keys_are_made_for_a_store_that_is_sealed(house: House, lost: str) -> None:
    file = Path(house.settings.key_file).with_name(lost)
    file.unlink()
    done = typed(house, "migrate")
    assert done.exit_code == 1
    assert f"there is no {file}. Put it back" in done.output
    assert not file.exists()


def test_a_new_house_is_given_its_keys(house: House, tmp_path: Path) -> None:
    new = engines.address(tmp_path, "new")
    keys = tmp_path / "new" / "lite.keys"
    done = typed(house, "migrate", LITE_DATABASE=new, LITE_KEY_FILE=str(keys))
    assert done.exit_code == 0, done.output
    assert keys.exists()


# The store


@pytest.mark.sqlite("a file")
def test_a_store_that_is_not_there_is_not_made(house: House, tmp_path: Path) -> None:
    typo = tmp_path / "lite.bd"
    said = told(house, database=f"sqlite:///{typo}")
    assert some(said, f"no store at {typo}", "set LITE_DATABASE", "only for a new one")
    assert not typo.exists()


@pytest.mark.sqlite("a file")
def test_a_store_that_is_malformed_is_told_without_a_traceback(house: House) -> None:
    file = Path(house.settings.database.removeprefix("sqlite:///"))
    house.store.sql.run("pragma wal_checkpoint(truncate)")
    house.store.sql.close()
    with file.open("r+b") as store:
        store.seek(150 * 4096)
        store.write(b"\xff" * 1_000_000)
    said = told(house)
    assert some(said, "damaged", "docs/operations.md")
    assert some(said, "LITE_AT_API_KEY") or house.settings.at_api_key


def test_settings_that_some_process_would_end_over(house: House) -> None:
    said = told(house, upstream="cnss=ftp://host", keep_texts=0, sim_check="perhaps")
    for name in ("LITE_UPSTREAM", "LITE_KEEP_TEXTS", "LITE_SIM_CHECK"):
        assert some(said, name), said


@pytest.mark.sqlite("PostgreSQL has backups of its own")
def test_copies_that_are_no_folder_cannot_be_looked_at(house: House) -> None:
    assert some(told(house, backup="s3://bucket/lite"), "is no folder", "LiteBackupStill")


# A PostgreSQL server

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(hours=1)


class Server:
    """Answers as a server in this state does; each question is known by a word of it."""

    name = "postgresql"

    def __init__(self, **answers: tuple[object, ...]) -> None:
        self._answers = answers

    def version(self) -> str:
        return "PostgreSQL 15.4"

    def one(self, sql: str, *_: object) -> tuple[object, ...] | None:
        return next((row for word, row in self._answers.items() if word in sql), None)


@pytest.fixture
def afar(house: House) -> House:
    """A house whose worker has just said that it lives, on a PostgreSQL store by its settings."""
    house.store.beats.beat("w", "", stamp(NOW), {})
    there = House(replace(house.settings, database="postgresql://lite@host/lite"))
    there.__dict__["store"] = house.store
    return there


def around_it(afar: House, **answers: tuple[object, ...]) -> Iterator[str]:
    with patch.object(afar.store, "sql", Server(**answers)):
        yield from (says for well, says in around(afar, demo=False) if not well)


@pytest.mark.parametrize(
    ("recovering", "setting", "remedy"),
    [(True, True, "target_session_attrs=read-write"), (False, True, "set it off")],
)
def test_a_server_that_takes_no_changes(
    afar: House, recovering: bool, setting: bool, remedy: str
) -> None:
    said = list(around_it(afar, pg_is_in_recovery=(recovering, setting)))
    assert some(said, "takes no changes", "LITE_DATABASE", remedy)
    assert not some(list(around_it(afar, pg_is_in_recovery=(False, False))), "takes no changes")


@pytest.mark.parametrize(
    ("archived", "words"),
    [
        (("off", 0, None, None), "archives nothing"),
        (("on", 0, EARLIER, NOW), "cannot archive its log"),
        (("on", 0, None, NOW), "cannot archive its log"),
        (("on", 0, EARLIER, None), "last at 2026-11-24 08:00Z"),
        (("on", 0, None, None), "archived never"),
        (("off", 1, None, None), ""),
        (("on", 0, NOW, EARLIER), ""),
        (("on", 0, NOW - timedelta(minutes=5), None), ""),
    ],
)
def test_a_server_s_own_backups(
    afar: House, archived: tuple[object, ...], words: str
) -> None:
    said = [one for one in around_it(afar, archive=archived) if one.startswith("backups")]
    assert some(said, words, "archive_") if words else said == []


def test_a_real_server_answers_those_questions(house: House) -> None:
    url = engines.cluster().create()
    there = House(replace(house.settings, database=url))
    there.store.migrate()
    said = told(house, database=url)
    assert some(said, "backups: the server archives nothing", "archive_command")
    assert not some(said, "cannot be looked at")
    there.store.sql.close()
    engines.forget(url)


def test_a_server_that_is_away_is_told_once_and_the_rest_too(house: House) -> None:
    said = told(house, database="postgresql://lite@127.0.0.1:1/lite", at_url="http://127.0.0.1:9",
                at_api_key="k")  # fmt: skip
    assert some(said, "Connection refused", "Check LITE_DATABASE")
    assert some(said, "the gateway does not answer")
    with pytest.raises(StoreError, match=r"\(connection failed: .* Connection refused\)"):
        House(replace(house.settings, database="postgresql://a@127.0.0.1:1/b")).store.pending()


def test_what_is_well_asks_for_nothing(house: House) -> None:
    """No remedy stands beside what needs none."""
    for one in findings(house):
        if one.well:
            assert not re.search(r"run `|put back|chmod", one.says), one.says
