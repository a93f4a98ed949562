"""A client without keys against quantum computers, in a process of its own: what phones are that no
longer get a new browser, and what the goals were set for.

It asks for pages on one connection and prints a line for each: when it began and when the last byte
was there (`time.monotonic`).
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Sequence

from speed.apart import HOUSE
from speed.browser import View
from speed.front import HOST
from speed.house import Scene
from speed.trace import Trace, carried, limit
from tools.namespaces import inside

# As KaiOS 2.5 writes them.
_HEADERS = {
    "User-Agent": "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "fr,ar;q=0.7,en;q=0.3", "Accept-Encoding": "gzip, deflate, br",
}  # fmt: skip


def asked(scene: Scene, paths: Sequence[str]) -> list[View]:
    """What comes of these pages, one after the other on one connection: to their last byte."""
    trace, profile = Trace(scene.apart.trace), scene.apart.profile
    command = [
        *inside(scene.apart.phone), sys.executable, "-m", "speed.plain",
        str(scene.folder / "tls" / "root.pem"), *paths,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    views = []
    for began, ended in json.loads(done.stdout):
        passed = [one for one in trace.read() if began <= one.entered <= ended]
        found = limit(passed, ended, profile)
        views.append(View(ended - began, 0.0, found, carried(passed), found.seconds(profile)))
    return views


def _ask(root: str, paths: Sequence[str]) -> list[tuple[float, float]]:
    times, line = [], http.client.HTTPConnection(HOST)
    trust = ssl.create_default_context(cafile=root)
    for path in paths:
        began = time.monotonic()
        if line.sock is None:
            raw = socket.create_connection((HOUSE, 443), timeout=60)
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)  # as browsers do
            line.sock = trust.wrap_socket(raw, server_hostname=HOST)
        line.request("GET", path, headers=_HEADERS)
        answer = line.getresponse()
        if answer.status != 200 or not answer.read():
            raise RuntimeError(f"{path}: {answer.status}")
        times.append((began, time.monotonic()))
    return times


if __name__ == "__main__":
    print(json.dumps(_ask(sys.argv[1], sys.argv[2:])))
