"""The restore drill: writes under the shipped Litestream settings, kill -9, restore, check, serve.

What may be missing in the copy is what was committed in the last second; nothing is half there.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from front import free_port

from lite.app import House
from lite.clock import instant
from lite.identity import audit
from lite.vault import people_file
from tests.cast import FR_SIX
from tests.houses import copied, environment
from tests.phone import Phone
from tools import litestream

pytestmark = pytest.mark.sqlite("Litestream copies SQLite; PostgreSQL has backups of its own")
# What may be lost on a machine that does much else (s); the figure is `python -m bench restore`.
MOST = 10.0

# Writes for as long as it lives: an entry of the audit log and a message in each transaction.
WRITER = """
import time
from lite import config
from lite.app import House
from lite.identity import audit
house = House(config.read())
print("ready", flush=True)
for number in range(1_000_000):
    with house.store.transaction():
        now = house.clock.now()
        audit.append(house.store, house.vault, audit.SYSTEM, "purged", "", "", now)
        house.sms.inbound({"id": f"w{number}", "from": "+212600000099", "text": "ETAT"})
    time.sleep(0.002)
"""


def writes_and_is_killed(house: House, copies: Path, folder: Path) -> None:
    """A writer and its Litestream, both gone at once, as in a power cut."""
    store = house.settings.store
    assert isinstance(store, Path)
    command = [sys.executable, "-c", WRITER]
    with (
        litestream.copying(litestream.settings(folder, store, copies)) as copier,
        subprocess.Popen(command, env=environment(house), stdout=subprocess.PIPE) as writer,
    ):
        assert writer.stdout and writer.stdout.readline()
        until = time.monotonic() + 15
        while not list(copies.glob("ltx/9/*")) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(1.5)
        for process in (copier, writer):
            os.kill(process.pid, signal.SIGKILL)


def last(house: House) -> float:
    row = house.store.sql.one("select max(at) from audit")
    assert row
    return instant(row[0]).timestamp()


def counts(house: House) -> dict[str, int]:
    tables = ("people", "records", "phones", "cards", "agencies", "migrations")
    rows = {table: house.store.sql.one(f"select count(*) from {table}") for table in tables}
    return {table: row[0] for table, row in rows.items() if row}


@pytest.fixture
def lost(filled: Path, tmp_path: Path) -> House:
    (tmp_path / "lost").mkdir()
    house = copied(filled, tmp_path / "lost")
    return House(replace(house.settings, clock=""))


def test_the_drill(lost: House, tmp_path: Path) -> None:
    copies, there = tmp_path / "copies", tmp_path / "restored"
    there.mkdir()
    writes_and_is_killed(lost, copies, tmp_path)
    litestream.restore(copies, there / "lite.db")
    # The keys come from their own backup, never from this one.
    assert not list(copies.rglob("*keys*"))
    keys = Path(lost.settings.key_file)
    for file in (keys, people_file(keys)):
        shutil.copy(file, there / file.name)
    house = House(
        replace(
            lost.settings, database=f"sqlite:///{there / 'lite.db'}",
            key_file=str(there / keys.name), webhook_secrets=("secret",),
        )
    )  # fmt: skip

    sql = house.store.sql
    assert sql.one("pragma quick_check") == sql.one("pragma integrity_check") == ("ok",)
    assert audit.verify(house.store, house.vault) == []
    assert counts(house) == counts(lost)
    assert 0 <= last(lost) - last(house) <= MOST, "what a power cut may cost"

    written = sql.one("select count(*) from inbox where id like 'w%'")
    assert written and written[0] > 10, "it was writing"
    half = sql.one("select (select count(*) from inbox where id like 'w%')"
                   " - (select count(*) from audit where act = 'purged')")  # fmt: skip
    assert half == (0,), "each transaction is there whole, or not at all"
    answers(house)


def answers(house: House) -> None:
    """It boots as it is, and a dial works: a known person's own dossiers are told."""
    assert house.store.pending() == []
    Phone(house, FR_SIX).dials().choose("Mes dossiers").sees("Soins")
    port = free_port()
    command = [sys.executable, "-m", "lite", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment(house)) as server:
        try:
            _until(f"http://127.0.0.1:{port}/ready")
            form = {"sessionId": "s", "phoneNumber": FR_SIX, "text": ""}
            url = f"http://127.0.0.1:{port}/at/secret/ussd"
            with urllib.request.urlopen(url, urlencode(form).encode(), timeout=10) as answer:
                assert answer.read().startswith(b"CON ")
        finally:
            server.terminate()


def _until(url: str) -> None:
    for _ in range(200):
        try:
            return urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            time.sleep(0.05)
    raise AssertionError("it does not serve")


def test_the_doctor_sees_what_litestream_copies(lost: House, tmp_path: Path) -> None:
    from lite.signs import findings

    store, copies = lost.settings.store, tmp_path / "copies"
    assert isinstance(store, Path)
    house = House(replace(lost.settings, backup=str(copies)))
    with litestream.copying(litestream.settings(tmp_path, store, copies)):
        house.store.places.set_fact("written", "now")
        until = time.monotonic() + 15
        while not list(copies.glob("ltx/*/*.ltx")) and time.monotonic() < until:
            time.sleep(0.05)
    (said,) = [one for one in findings(house) if one.says.startswith("backups: ")]
    assert said.well, said.says


