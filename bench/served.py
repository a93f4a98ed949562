"""Processes to measure: the house as `lite serve` starts it, and the anchors on the same server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lite.config import Settings

_PATIENCE = 20.0
_WAITING = ("flask_write", "wsgi_write")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Served:
    """One server: its port, and the process that answers (the server's only worker)."""

    port: int
    process: int

    def cpu(self) -> float:
        """CPU seconds spent so far by the process that answers."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def pss(self) -> float:
        """Memory in MB: its own pages, and its share of those that others use too."""
        lines = Path(f"/proc/{self.process}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def lite(settings: Settings) -> Iterator[Served]:
    """The house, by its own command."""
    port = _free_port()
    environment = {
        "LITE_DATABASE": settings.database,
        "LITE_KEY_FILE": settings.key_file,
        "LITE_WEBHOOK_SECRETS": ",".join(settings.webhook_secrets),
        "LITE_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    command = ["-m", "lite", "serve", "--port", str(port)]
    with _started(command, environment, port) as served:
        yield served


@contextmanager
def anchor(name: str, store: Path | None = None) -> Iterator[Served]:
    """An application of `bench.anchors` on the same server, with the file that it may write."""
    port, environment = _free_port(), {"BENCH_STORE": str(store)}
    with _started(["-m", "bench.served", name, str(port)], environment, port) as served:
        yield served


@contextmanager
def _started(command: list[str], environment: dict[str, str], port: int) -> Iterator[Served]:
    server = subprocess.Popen([sys.executable, *command], env=os.environ | environment)
    try:
        _wait(server, port)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        workers = [int(child) for child in children if "tracker" not in _command(int(child))]
        yield Served(port, workers[0])
    finally:
        server.terminate()
        server.wait()


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the server on port {port} ended at once: see above")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server on port {port} did not listen within {_PATIENCE:.0f} s")


def _command(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_text()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(name: str, port: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces, RuntimeModes

    # The options of `lite serve`; who never waits for the disk is quicker with one thread.
    Granian(
        f"bench.anchors:{name}", address="127.0.0.1", port=port, interface=Interfaces.WSGI,
        factory=True, workers=1, blocking_threads=2 if name in _WAITING else 1,
        runtime_mode=RuntimeModes.st, websockets=False, log_enabled=False, backpressure=512,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]))
