"""`lite serve` starts its processes with nothing of a store open, and one that dies is replaced.

A process that inherits a connection of SQLite believes that it holds the locks of the one before
it, and holds none: whoever closes the file last may take its log away.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from deploy.front import free_port

from lite.app import House
from lite.cli.operate import serve
from lite.vault import people_file
from tests.houses import environment


def opened(*files: Path) -> set[str]:
    """What of these files, their logs and indexes, this process has open."""
    links = [link.readlink() for link in Path("/proc/self/fd").iterdir() if link.exists()]
    return {str(link) for link in links if str(link).startswith(tuple(map(str, files)))}


@pytest.mark.sqlite("a server's connections are no files")
def test_no_process_inherits_a_connection(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(house.settings.store, Path)
    files = (house.settings.store, people_file(Path(house.settings.key_file)))
    inherited: list[set[str]] = []

    class Server:
        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def serve(self) -> None:
            inherited.append(opened(*files))

    monkeypatch.setattr("granian.Granian", Server)
    assert house.vault.owners.erasures() == (0, "")
    assert opened(*files)
    said = CliRunner().invoke(serve, ["--port", str(free_port())], obj=house)
    assert (said.exit_code, inherited) == (0, [set()]), said.output


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


_LOADED = """
import sys
from lite.app import application
application()
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_a_server_loads_nothing_that_only_others_need(house: House) -> None:
    """Each of these takes megabytes of every process, for as long as it lives."""
    server = subprocess.run(
        [sys.executable, "-c", _LOADED], env=environment(house), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    loaded = set(server.stdout.split())
    assert "lite" in loaded
    assert not loaded & {"sqlite_utils", "africastalking", "requests", "typst", "psycopg_pool"}


def soon(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_process_that_is_killed_is_replaced_and_the_others_go_on(house: House) -> None:
    """The kernel kills one when memory is short: everybody's doors stayed shut until a restart."""
    port = free_port()
    command = [sys.executable, "-m", "lite", "serve", "--port", str(port), "--processes", "2"]

    def answers() -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5).close()
        except OSError:
            return False
        return True

    with subprocess.Popen(command, env=environment(house)) as server:
        try:
            soon(lambda: answers() and len(children(server.pid)) == 2)
            killed, other = children(server.pid)
            os.kill(killed, signal.SIGKILL)
            soon(lambda: len(set(children(server.pid)) - {killed}) == 2)
            assert other in children(server.pid), "and this one was not stopped"
            soon(answers)
            soon(lambda: all(threads(one) > 1 for one in children(server.pid)))
            assert server.poll() is None
        finally:
            server.terminate()
    assert server.returncode == 0
