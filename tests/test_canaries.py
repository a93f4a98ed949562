"""What people are, type and are told stands in no file and in no log: canaries are looked for."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from gateway import FakeGateway

from attack import canaries, flock, theft
from lite import vault
from lite.app import House
from lite.config import Settings
from lite.signs import ALLOWED, set_up_logs
from tests import engines

FACTS = tuple(fact for bird in flock.birds() for fact in bird.facts)


@pytest.fixture
def empty(tmp_path: Path) -> House:
    """A house where nobody lives yet."""
    settings = Settings(
        database=engines.address(tmp_path),
        key_file=str(tmp_path / "keys" / "lite.keys"),
        webhook_secrets=("a-long-secret-of-the-gateway",),
        at_api_key="key-of-the-gateway",
        at_url="http://127.0.0.1:9",
    )
    vault.create(Path(settings.key_file))
    house = House(settings)
    house.store.migrate()
    return house


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    with FakeGateway() as gateway:
        gateway.answers_next("ok", "500", 403, "html", "reset", "halfjson")
        yield gateway


@pytest.mark.sqlite("the backup is SQLite's own copy of its file")
def test_the_facts_of_twenty_people_are_left_nowhere(empty: House, gateway: FakeGateway) -> None:
    house = House(replace(empty.settings, at_url=gateway.url))
    figures = canaries.run(house)
    assert len(gateway.messages) >= flock.PEOPLE, "their messages did leave"
    assert [figure for figure in figures if not figure.met] == []


@pytest.mark.sqlite("the backup is SQLite's own copy of its file")
def test_each_canary_would_be_found(empty: House) -> None:
    """The search finds what is there: all of it, once it is written down in clear."""
    with canaries.logged() as log:
        seen = flock.live(empty)
        logging.getLogger("lite").error("word", extra={"why": FACTS[0]})
    assert canaries.found(FACTS[:1], {"log": log().encode()}) == [(FACTS[0], "log")]
    assert canaries.lived(seen)
    for fact in FACTS:
        empty.store.places.set_fact(f"note {fact}", seen.codes[0])
    places = {**canaries.left_behind(empty), "log": b""}
    for name in ("dump", "backup.db"):
        assert {fact for fact, place in canaries.found(FACTS, places) if place == name} == set(
            FACTS
        )
    assert canaries.codes_found(seen.codes[:1], places) == seen.codes[:1]


@pytest.mark.sqlite("the backup is SQLite's own copy of its file")
def test_a_stolen_store_tells_nothing_without_its_key_file(empty: House) -> None:
    assert [figure for figure in theft.run(empty, ()) if not figure.met] == []
    assert "lite.keys.people" in theft.stolen(empty) and "lite.keys" not in theft.stolen(empty)


# What a log line may hold


@pytest.fixture
def log() -> Iterator[canaries.Log]:
    with canaries.logged() as log:
        yield log


def line(log: canaries.Log) -> dict[str, str]:
    found: dict[str, str] = json.loads(log().splitlines()[-1])
    return found


def test_unknown_keys_are_dropped(log: canaries.Log) -> None:
    known = dict.fromkeys(ALLOWED, "word")
    extra = {"phone": "+212612345678", "text": "bonjour", "person": "Khadija", "url": "/at/secret"}
    logging.getLogger("lite.sms").warning("said", extra=known | extra)
    assert set(line(log)) - set(ALLOWED) <= {"at", "level", "room", "says"}


def test_numbers_are_cut_whatever_key_they_come_under(log: canaries.Log) -> None:
    logging.getLogger("lite.outbox").warning(
        "letter", extra={"why": "no +212612345678", "letter": 9}
    )
    assert "12345678" not in log() and line(log)["why"] == "no +…678" and line(log)["letter"] == "9"


@pytest.mark.parametrize("name", ["lite.web", "urllib3.connectionpool", "flask.app", "asyncio"])
def test_words_of_libraries_are_not_kept(log: canaries.Log, name: str) -> None:
    """Whatever the logger is called: what counts is whose line of code it is."""
    logging.getLogger(name).error("Exception on %s [GET]", "/fr/verify/200000000001")
    assert line(log)["says"] == "ERROR" and "verify" not in log()


def test_an_exception_is_named_and_not_told(log: canaries.Log) -> None:
    try:
        raise ValueError("Khadija 0612345678")
    except ValueError:
        logging.getLogger("lite.web").exception("page failed")
    assert line(log)["error"] == "ValueError" and "test_canaries.py:" in line(log)["where"]
    assert "Khadija" not in log()


def test_a_page_that_breaks_is_logged_without_its_address(
    empty: House, log: canaries.Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("canary-in-the-words")

    monkeypatch.setattr(empty.store.people, "funds", broken)
    monkeypatch.setattr(empty.store.places, "fact", broken)
    for path in ("/fr/verify/canary-in-the-path", "/fr/status?q=canary-in-the-query"):
        assert empty.web.test_client().get(path).status_code < 600
    assert "canary-in" not in log()


# Processes as an operator runs them


@contextmanager
def running(house: House, *words: str, **environ: str) -> Iterator[list[str]]:
    """`lite WORDS` in a process of its own; what it wrote stands in the list at the end."""
    settings = house.settings
    environment = {
        **os.environ, "LITE_DATABASE": settings.database, "LITE_KEY_FILE": settings.key_file,
        "LITE_WEBHOOK_SECRETS": settings.webhook_secrets[0], "NO_PROXY": "127.0.0.1",
        "LITE_UPSTREAM": f"flock=pretend://{settings.folder}/fund.db", **environ,
    }  # fmt: skip
    written: list[str] = []
    process = subprocess.Popen(
        [sys.executable, "-m", "lite", *words], env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield written
    finally:
        process.terminate()
        written.append(process.communicate(timeout=20)[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def post(url: str, fields: dict[str, str]) -> None:
    try:
        urllib.request.urlopen(url, urlencode(fields).encode(), timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()


def until_it_answers(url: str) -> None:
    for _ in range(200):
        try:
            return urllib.request.urlopen(url, timeout=1).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise AssertionError("the server does not answer")


def test_a_server_writes_no_secret_path_and_no_words(empty: House) -> None:
    empty.intake.pull(flock.Fund())
    bird, port = flock.birds()[0], free_port()
    root, secret = f"http://127.0.0.1:{port}", empty.settings.webhook_secrets[0]
    with running(empty, "serve", "--port", str(port)) as written:
        until_it_answers(f"{root}/health")
        call = {"sessionId": "one", "phoneNumber": bird.phone, "text": ""}
        post(f"{root}/at/{secret}/ussd", call)
        empty.store.sql.run("update talks set state = 'v1:AAAA'")
        post(f"{root}/at/{secret}/ussd", {**call, "text": bird.said})
        post(f"{root}/at/{secret}/{bird.said}", {})
        post(f"{root}/at/{secret}x/ussd", {"text": bird.said})
        post(f"{root}/fr/{bird.said}", {"phone": bird.phone})
    assert '"callback failed"' in written[0], "the log is that of the server"
    assert secret not in written[0]
    assert canaries.found(bird.facts, {"log": written[0].encode()}) == []


def test_a_worker_writes_no_words(empty: House) -> None:
    empty.intake.pull(flock.Fund())
    bird = flock.birds()[0]
    empty.sms.inbound({"id": "one", "from": bird.phone, "text": bird.dossiers[0]})
    with FakeGateway() as gateway:
        gateway.answers_next("500", "reset", "html")
        with running(
            empty, "work", LITE_AT_URL=gateway.url, LITE_AT_API_KEY="of-the-gateway"
        ) as written:
            for _ in range(200):
                if gateway.messages:
                    break
                time.sleep(0.05)
            time.sleep(0.2)
    assert bird.dossiers[0] in gateway.messages[0]["message"], "it did leave"
    assert '"letter"' in written[0]
    assert canaries.found((*bird.facts, "of-the-gateway"), {"log": written[0].encode()}) == []


def test_a_crash_is_one_line_without_words(tmp_path: Path) -> None:
    program = (
        "from lite.signs import set_up_logs; set_up_logs();raise RuntimeError('Khadija 0612345678')"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.returncode == 1 and "RuntimeError" in ran.stderr
    assert "Khadija" not in ran.stderr and len(ran.stderr.splitlines()) == 1


def test_setting_up_twice_is_setting_up_once() -> None:
    kept, hook = logging.getLogger().handlers[:], sys.excepthook
    try:
        set_up_logs()
        set_up_logs()
        assert len(logging.getLogger().handlers) == 1
    finally:
        logging.getLogger().handlers, sys.excepthook = kept, hook
