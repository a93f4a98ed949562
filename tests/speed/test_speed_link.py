"""The slow link for real: namespaces, TCP, nginx, Chromium. Short, and never timed from above."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api")

from speed import browser, pages
from speed.apart import HOUSE, apart
from speed.dialled import KEYS, turns
from speed.house import Scene, scene
from speed.journeys import JOURNEYS, walked
from speed.link import Profile
from speed.people import people
from speed.trace import Trace, limit
from tools.namespaces import Refused, inside

pytestmark = [
    pytest.mark.browser,
    pytest.mark.sqlite("each lives in a file of its own"),
    pytest.mark.skipif(bool(browser.missing()), reason=f"NOT TESTED: {browser.missing()}"),
]
SHORT = Profile("short", 0.3, 2000, 1000)
SERVER = f"""
import socket
line, _ = socket.create_server(("{HOUSE}", 99)).accept()
line.recv(100)
line.sendall(bytes(5000))
line.close()
"""
CLIENT = f"""
import socket, time
began = time.monotonic()
for _ in range(100):
    try:
        line = socket.create_connection(("{HOUSE}", 99))
        break
    except ConnectionRefusedError:
        began = time.monotonic()
line.sendall(b"a question")
size = 0
while more := line.recv(9999):
    size += len(more)
print(size, time.monotonic() - began)
"""


def namespaces() -> str:
    return subprocess.run(["ip", "netns"], capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def played() -> Iterator[Scene]:
    try:
        with scene(SHORT) as one:
            yield one
    except Refused as why:
        pytest.skip(f"NOT TESTED: {why}")
    assert one.apart.phone not in namespaces()
    assert one.apart.house not in namespaces()


def test_tcp_takes_as_long_as_the_arithmetic_says(tmp_path: Path) -> None:
    try:
        with apart(Profile("slow", 0.2, 80, 40), tmp_path) as line:
            trace = Trace(line.trace)
            server = subprocess.Popen([*inside(line.house), sys.executable, "-c", SERVER])
            client = [*inside(line.phone), sys.executable, "-c", CLIENT]
            told = subprocess.run(client, capture_output=True, text=True, check=True, timeout=60)
            server.wait(10)
            size, took = told.stdout.split()
            packets = [one for one in trace.read() if one.says]
    except Refused as why:
        pytest.skip(f"NOT TESTED: {why}")
    asked = max(one.entered for one in packets if one.way == "up" and one.opens)
    packets = [one for one in packets if one.entered >= asked]
    least = limit(packets, max(one.arrived for one in packets), line.profile)
    assert size == "5000"
    assert (least.trips, least.up) == (2, 60 + 52 + 10)
    assert least.down == 60 + 5000 + 4 * 52
    assert float(took) >= least.seconds(line.profile) > 0.4 + 0.5


def test_pages_cost_the_trips_that_tls_costs(played: Scene) -> None:
    views: pages.Views = {}
    with browser.chromium(played) as chromium:
        pages.once(played, chromium, views, scripts=False)
    for whose in (pages.LITE, pages.PLAIN):
        (first,), (after,) = views[pages.FIRST, whose], views[pages.NEXT, whose]
        assert first.limit.trips >= 3
        assert after.limit.trips == 1
        assert first.text >= first.seconds
        assert after.text >= after.seconds
        assert after.limit.down < 2000 < first.limit.down < first.total
    if (pages.FIRST, pages.OTHER) in views:
        (other,) = views[pages.FIRST, pages.OTHER]
        assert other.limit.trips > 3, "its stylesheet stands in the way"
        assert other.total > 25_000


def test_both_journeys_are_walked_to_their_end(
    played: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_QUIET", 0.5)
    crowd = iter(people(played.house))
    with browser.chromium(played) as chromium:
        status, attestation = walked(played, chromium, crowd, scripts=False)
    assert (status.name, attestation.name) == tuple(JOURNEYS)
    assert (status.segments, attestation.segments) == (1, 2)
    assert attestation.steps[-1].total > 30_000
    for one in (status, attestation):
        assert one.seconds >= one.limit.seconds(SHORT)
    assert [turns(person, name)[0] for person, name in zip(crowd, KEYS, strict=False)] == [3, 5]


def test_a_walk_that_leads_nowhere_says_so(played: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "_PATIENCE", 6.0)
    (person,) = islice(people(played.house), 9, 10)
    monkeypatch.setattr(type(person), "code", lambda self: "000000")
    with browser.chromium(played) as chromium, pytest.raises(Exception, match="Timeout"):
        list(walked(played, chromium, iter([person]), scripts=False))


def test_an_interrupted_run_leaves_nothing_behind(played: Scene) -> None:
    command = [sys.executable, "-m", "speed", "journeys", "--quick", "--link", "edge"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        until = time.monotonic() + 60
        while f"speed-{process.pid}-phone" not in namespaces() and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        process.wait(60)
    assert process.returncode == 130
    assert f"speed-{process.pid}" not in namespaces()
