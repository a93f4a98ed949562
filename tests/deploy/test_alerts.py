"""The shipped alert rules: Prometheus can read them, and they ask for nothing that is not told."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from lite.app import House
from lite.signs import state
from tests import engines
from tests.callbacks import callback, send

RULES = Path("deploy/prometheus/lite-alerts.yml")
PROMTOOL = Path("/usr/bin/promtool")


def rules() -> list[dict[str, Any]]:
    return [one for group in yaml.safe_load(RULES.read_text())["groups"] for one in group["rules"]]


def told(house: House) -> str:
    """A scrape once everything was used: a letter, a worker, an error."""
    callback(house, "ussd", {"sessionId": "s", "phoneNumber": "+212600000099", "text": ""})
    house.metrics.error("gate")
    house.tally.error("outbox")
    house.tally.letter("sms", "accepted", _Taken())
    house.tally.beat()
    house = House(replace(house.settings, backup=str(house.settings.folder)))
    return send(house.wsgi, "/metrics", b"", method="GET").body


# A PostgreSQL store has backups of its own.
_ELSEWHERE = {"lite_backup_behind_seconds"} if engines.ENGINE != "sqlite" else set()


class _Taken:
    segments, cost = 2, "MAD 0.9600"


def test_every_metric_that_is_asked_for_is_told(house: House) -> None:
    text = told(house)
    for rule in rules():
        for name in set(re.findall(r"\blite_\w+", rule["expr"])) - _ELSEWHERE:
            assert re.search(rf"^{name}[{{ ]", text, re.M), f"{rule['alert']} asks for {name}"


def test_every_label_that_is_asked_for_is_told(house: House) -> None:
    text = told(house)
    for rule in rules():
        for name, inside in re.findall(r"\b(lite_\w+){([^}]*)}", rule["expr"]):
            for label in re.findall(r"(\w+)=", inside):
                assert re.search(rf"^{name}{{[^}}]*\b{label}=", text, re.M), rule["alert"]


def test_what_every_machine_tells_of_one_store_is_not_added_up(house: House) -> None:
    told(house)
    of_store = {f"{one.name}{'_total' * (one.type == 'counter')}" for one in state.asked(house)}
    for rule in rules():
        for inside in re.findall(r"\bsum\b[^(]*(?:\([\w, ]+\) )?\((.*?)\) [/>]", rule["expr"]):
            added = set(re.findall(r"\blite_\w+", inside))
            assert added and not added & of_store, rule["alert"]


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_it_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("now", "morning")
    assert rule["annotations"]["summary"] and rule["annotations"]["todo"]


@pytest.mark.skipif(
    not PROMTOOL.exists(), reason="promtool is not installed: tools/debian said so"
)
def test_prometheus_reads_them() -> None:
    found = subprocess.run(
        [PROMTOOL, "check", "rules", str(RULES)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
    assert f"{len(rules())} rules found" in found.stdout
