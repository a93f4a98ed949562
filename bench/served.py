"""Processes to measure: the house as `lite serve` starts it, and the anchors on the same server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lite.config import Settings

# What runs a server on the first core, while its client is `apart`.
CORE: tuple[str, ...] = ("taskset", "-c", "0") if (os.cpu_count() or 1) > 1 else ()
_PATIENCE = 20.0
_WAITING = ("flask_write", "wsgi_write")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Served:
    """One server: its port, the process that answers (the server's only worker), and the one that
    started it."""

    port: int
    process: int
    parent: int = 0

    def cpu(self) -> float:
        """CPU seconds spent so far by the process that answers."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def pss(self) -> float:
        """Memory in MB: its own pages, and its share of those that others use too."""
        lines = Path(f"/proc/{self.process}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def lite(
    settings: Settings, before: tuple[str, ...] = (), log: int | None = None
) -> Iterator[Served]:
    """The house, by its own command; `before`: what runs it (`taskset -c 0`); `log`: where what it
    says goes, ours if None."""
    port = free_port()
    command = [*before, sys.executable, "-m", "lite", "serve", "--port", str(port)]
    with _started(command, told(settings, port), port, log) as served:
        yield served


@contextmanager
def house(
    settings: Settings, threads: int, name: str = "lite", before: tuple[str, ...] = ()
) -> Iterator[Served]:  # fmt: skip
    """The house on so many threads; `lite_paused`: each request held up before it is read."""
    port = free_port()
    command = [*before, sys.executable, "-m", "bench.served", name, str(port), str(threads)]
    with _started(command, told(settings, port), port) as served:
        yield served


@contextmanager
def apart() -> Iterator[None]:
    """This process, the client, stays off the servers' core."""
    before = os.sched_getaffinity(0)
    if CORE:
        os.sched_setaffinity(0, before - {0})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def told(settings: Settings, port: int) -> dict[str, str]:
    """What `lite serve` is told of its house."""
    return {
        "LITE_DATABASE": settings.database,
        "LITE_PEOPLE_DATABASE": settings.people_database,
        "LITE_KEY_FILE": settings.key_file,
        "LITE_WEBHOOK_SECRETS": ",".join(settings.webhook_secrets),
        "LITE_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


@contextmanager
def anchor(
    name: str, store: Path | None = None, before: tuple[str, ...] = ()
) -> Iterator[Served]:  # fmt: skip
    """An application of `bench.anchors` on the same server, with the file that it may write."""
    port, environment = free_port(), {"BENCH_STORE": str(store)}
    command = [*before, sys.executable, "-m", "bench.served", name, str(port)]
    with _started(command, environment, port) as served:
        yield served


@contextmanager
def _started(
    command: list[str], environment: dict[str, str], port: int, log: int | None = None
) -> Iterator[Served]:
    server = subprocess.Popen(command, env=os.environ | environment, stderr=log)
    try:
        wait(server, port)
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        workers = [int(child) for child in children if "tracker" not in _command(int(child))]
        yield Served(port, workers[0], server.pid)
    finally:
        server.terminate()
        server.wait()


def wait(server: subprocess.Popen[bytes], port: int) -> None:
    """Until it listens. Raises `RuntimeError` when it ends, or does not within its time."""
    listened(port, lambda: server.poll() is not None)


def listened(port: int, ended: Callable[[], bool] = lambda: False) -> None:
    """Until somebody listens there. Raises `RuntimeError` as `wait` does."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if ended():
            raise RuntimeError(f"the server on port {port} ended at once: see above")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the server on port {port} did not listen within {_PATIENCE:.0f} s")


def _command(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _serve(name: str, port: int, threads: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces, RuntimeModes

    from lite.cli.operate import THREADS

    # The options of `lite serve`; who never waits for the disk is quicker with one thread.
    Granian(
        f"bench.anchors:{name}", address="127.0.0.1", port=port, interface=Interfaces.WSGI,
        factory=True, workers=1, blocking_threads=threads or (THREADS if name in _WAITING else 1),
        runtime_mode=RuntimeModes.st, websockets=False, log_enabled=False, backpressure=512,
    ).serve()  # fmt: skip


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else 0)
