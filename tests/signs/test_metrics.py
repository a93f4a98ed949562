"""`/metrics`: what it counts, what it costs the store, whom it tells, and what it never holds."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from gateway import FakeGateway
from scrape import samples, scrape, value

from attack import flock
from lite.app import House
from lite.services import SERVICES
from lite.signs import metrics
from lite.trace import OUTCOMES
from tests import engines
from tests.callbacks import callback
from tests.phone import Phone
from tests.test_canaries import empty, free_port, gateway, until_it_answers  # noqa: F401

NOBODY = "+212600000099"


@pytest.fixture(autouse=True)
def always_fresh() -> Iterator[None]:
    with patch.object(metrics, "FRESH", 0.0):
        yield


def turns(house: House, **labels: str) -> float:
    return value(house, "lite_turns_total", **labels)


def test_turns_are_counted_by_door_service_and_outcome(house: House) -> None:
    asked = turns(house, door="ussd", service="agencies", outcome="asked")
    shown = turns(house, door="ussd", service="none", outcome="asked")
    phone = Phone(house, NOBODY).dials()
    phone.choose("Autres services", "Agences")
    assert turns(house, door="ussd", service="none", outcome="asked") > shown
    assert turns(house, door="ussd", service="agencies", outcome="asked") == asked + 1
    assert value(house, "lite_turn_seconds_count", door="ussd") >= 2


def test_a_message_is_one_turn_and_its_repeat_another(house: House) -> None:
    answered = turns(house, door="sms", service="status", outcome="answered")
    repeated = turns(house, door="sms", service="none", outcome="repeated")
    for _ in range(2):
        Phone(house, NOBODY).texts("ETAT", id="one")
    assert turns(house, door="sms", service="status", outcome="answered") == answered + 1
    assert turns(house, door="sms", service="none", outcome="repeated") == repeated + 1


def test_what_is_not_understood_shows(house: House) -> None:
    before = turns(house, door="sms", service="none", outcome="not_understood")
    Phone(house, NOBODY).texts("xqzt wvk")
    assert turns(house, door="sms", service="none", outcome="not_understood") == before + 1


def test_a_page_is_a_turn_and_what_machines_ask_is_none(house: House) -> None:
    from tests.callbacks import send

    before = samples(scrape(house))
    for path in ("/fr/services/agencies", "/fr/nothing", "/health", "/ready"):
        send(house.wsgi, path, b"", method="GET")
    after = samples(scrape(house))
    moved = {
        (*dict(labels).values(),): after[name, labels] - before.get((name, labels), 0)
        for name, labels in after
        if name == "lite_turns_total"
    }
    assert sum(moved.values()) == 2
    assert moved["web", "answered", "agencies"] == moved["web", "refused", "none"] == 1


def test_a_callback_that_breaks_is_an_error_of_its_room(house: House) -> None:
    from lite.signs import count_errors

    count_errors(house.metrics.error)
    before = value(house, "lite_errors_total", room="gate")
    with patch.object(house.store.talks, "talk", side_effect=ZeroDivisionError):
        callback(house, "ussd", {"sessionId": "x", "phoneNumber": NOBODY, "text": ""})
    assert value(house, "lite_errors_total", room="gate") == before + 1
    assert turns(house, door="ussd", service="none", outcome="failed") >= 1


def test_letters_are_counted_while_they_wait_and_when_they_leave(house: House) -> None:
    Phone(house, NOBODY).texts("ETAT")
    assert value(house, "lite_letters", kind="sms", state="waiting") == 1
    with FakeGateway() as taking:
        there = House(replace(house.settings, at_url=taking.url, at_api_key="k"))
        there.outbox.run_once()
        there.tally.beat()
    assert value(house, "lite_letters", kind="sms", state="waiting") == 0
    assert value(house, "lite_letters_tried_total", kind="sms", outcome="accepted") == 1
    assert value(house, "lite_sms_segments_total", kind="sms") == 1
    cost = value(house, "lite_sms_cost_total", kind="sms", currency="MAD")
    assert cost == pytest.approx(0.48)
    assert value(house, "lite_worker_beat_timestamp_seconds") > 0


def test_the_oldest_letter_ages(house: House) -> None:
    from datetime import timedelta

    from lite.clock import set_clock

    Phone(house, NOBODY).texts("ETAT")
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(hours=2))
    age = value(house, "lite_letters_oldest_seconds", kind="sms", state="waiting")
    assert 7_200 <= age < 7_300


def test_a_fund_has_an_age_and_a_state(house: House) -> None:
    there = samples(scrape(house))
    assert there["lite_fund_state", (("fund", "pretend"), ("state", "up"))] == 1
    assert there["lite_fund_as_of_timestamp_seconds", (("fund", "pretend"),)] > 1.7e9
    assert there["lite_guesses_left", ()] == house.settings.guess_budget
    assert there["lite_store_up", ()] == 1


def test_a_store_that_is_gone_is_told_and_nothing_breaks(house: House) -> None:
    from lite.store import StoreError

    with patch.object(house.store, "pending", side_effect=StoreError("gone")):
        there = samples(scrape(house))
    assert there["lite_store_up", ()] == 0
    assert not any(name == "lite_letters" for name, _ in there)


def test_a_store_that_is_malformed_is_one_that_is_gone(house: House) -> None:
    with patch.object(house.store, "pending", side_effect=ArithmeticError("malformed")):
        assert samples(scrape(house))["lite_store_up", ()] == 0


def test_what_a_later_release_counts_breaks_no_scrape(house: House) -> None:
    """Its worker runs already, or ran until it was taken back."""
    house.store.beats.beat("w", "", "2026-11-24T09:00:00Z", {"stamps|blue": 3, "segments|sms": 2})
    assert value(house, "lite_sms_segments_total", kind="sms") == 2


@pytest.mark.sqlite("PostgreSQL has backups of its own")
def test_what_is_not_copied_yet_ages(house: House, tmp_path: Path) -> None:
    there = House(replace(house.settings, backup=str(tmp_path / "copies")))
    assert value(house, "lite_backup_behind_seconds") == 0, "nobody asked"
    assert value(there, "lite_backup_behind_seconds") == float("inf"), "there is none"
    level = tmp_path / "copies" / "ltx" / "0"
    level.mkdir(parents=True)
    for number, age in ((1, 9_000), (2, 600)):
        copy = level / f"{number:016x}-{number:016x}.ltx"
        copy.touch()
        os.utime(copy, (time.time() - age,) * 2)
    house.store.places.set_fact("written", "now")
    assert 590 < value(there, "lite_backup_behind_seconds") < 660


def test_nobody_asks_the_store_twice_within_some_seconds(house: House) -> None:
    with patch.object(metrics, "FRESH", 1000.0):
        scrape(house)
        with patch.object(house.store.sql, "one", side_effect=AssertionError("asked")):
            assert "lite_letters" in scrape(house)


@pytest.mark.sqlite("the plan of a query is SQLite's own")
def test_every_question_of_a_scrape_goes_by_an_index(house: House) -> None:
    """No statement reads a table that grows from one end to the other."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    with ExitStack() as watched:
        for name in ("one", "all"):
            was = getattr(house.store.sql, name)

            def noted(sql: str, *values: object, was: Any = was) -> Any:
                asked.append((sql, values))
                return was(sql, *values)

            watched.enter_context(patch.object(house.store.sql, name, noted))
        scrape(house)
    plans = [
        (sql, row[3]) for sql, values in asked if "pragma" not in sql
        for row in house.store.sql.all(f"explain query plan {sql}", *values)
    ]  # fmt: skip
    grow = r"SCAN (letters|failures|attempts|reports|records|people|turns|talks|requests)\b"
    assert [one for one in plans if re.match(grow, one[1])] == []
    assert len(plans) > 20


# Whom it tells


def test_strangers_and_what_came_through_a_proxy_are_refused(house: House) -> None:
    ask = house.wsgi and house.web.test_client().get
    assert ask("/metrics").status_code == 200
    assert ask("/metrics", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 404
    for name in ("X-Forwarded-For", "Forwarded"):
        assert ask("/metrics", headers={name: "127.0.0.1"}).status_code == 404
    assert ask("/metrics", headers={"Authorization": "Bearer "},
               environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 404  # fmt: skip


def test_who_shows_the_token_is_told_from_afar(house: House) -> None:
    there = House(replace(house.settings, metrics_token="tok"))
    ask = there.wsgi and there.web.test_client().get
    far = {"REMOTE_ADDR": "10.1.2.3"}
    right, wrong = {"Authorization": "Bearer tok"}, {"Authorization": "Bearer tik"}
    assert ask("/metrics", headers=right, environ_base=far).status_code == 200
    assert ask("/metrics", headers=wrong, environ_base=far).status_code == 404


# What it never holds


def test_no_fact_of_anybody_stands_in_it(empty: House, gateway: FakeGateway) -> None:  # noqa: F811
    house = House(replace(empty.settings, at_url=gateway.url))
    seen = flock.live(house)
    house.tally.beat()
    text = scrape(house)
    assert seen.codes
    for fact in (*(fact for bird in flock.birds() for fact in bird.facts), *seen.codes):
        assert fact not in text


def test_labels_are_of_closed_sets(house: House) -> None:
    callback(house, "ussd", {"sessionId": "x", "phoneNumber": "no phone", "text": "1*2"})
    Phone(house, NOBODY).dials().choose("Autres services", "Agences")
    closed = {
        "door": {"ussd", "ussd/ended", "sms", "delivery", "optout", "sim", "web", "counter"},
        "service": {"none", *(service.key for service in SERVICES)},
        "outcome": {*OUTCOMES, "accepted", "later", "down", "never", "lost", "expired"},
        "kind": {"sms", "wish", "fund"},
        "fund": set(house.settings.funds),
        "lane": {"sms", *house.settings.funds},
    }
    for _, labels in samples(scrape(house)):
        for name, word in labels:
            assert word in closed.get(name, {word})


# Several processes


def test_any_process_tells_the_sum_of_all(filled: Path, tmp_path: Path) -> None:
    engines.copy(filled, tmp_path)
    port = free_port()
    environment = os.environ | {
        "LITE_DATABASE": engines.address(tmp_path), "LITE_KEY_FILE": str(tmp_path / "lite.keys"),
        "LITE_UPSTREAM": f"pretend=pretend://{tmp_path / 'fund.db'}",
        "LITE_WEBHOOK_SECRETS": "secret",
    }  # fmt: skip
    command = [sys.executable, "-m", "lite", "serve", "--port", str(port), "--processes", "2"]
    root = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, env=environment) as server:
        try:
            until_it_answers(f"{root}/health")
            form = {"phoneNumber": NOBODY, "text": ""}
            for one in range(40):
                body = urlencode({**form, "sessionId": f"s{one}"}).encode()
                urllib.request.urlopen(f"{root}/at/secret/ussd", body, timeout=10).close()
            told = set()
            for _ in range(6):
                with urllib.request.urlopen(f"{root}/metrics", timeout=10) as answer:
                    found = samples(answer.read().decode())
                told.add(sum(n for (name, _), n in found.items() if name == "lite_turns_total"))
                time.sleep(0.01)
            assert told == {40.0}
        finally:
            server.terminate()
