"""Commands of Lite as processes: started, killed with everything they started, started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Process:
    """One command, in a session of its own: a kill takes its children too, as systemd's does.

    `port` is where it listens, 0 if nowhere; `before` is what runs it (`ip netns exec …`); `folder`
    holds the release that it is of.
    """

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    port: int = 0
    before: tuple[str, ...] = ()
    folder: Path | None = None
    log: int = subprocess.DEVNULL
    _running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self._running = subprocess.Popen(
            [*self.before, sys.executable, "-m", "lite", *self.arguments],
            env=self._environment(), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=self.log, cwd=self.folder,
        )  # fmt: skip

    def _environment(self) -> dict[str, str]:
        """A release of its own is found where it is started, not where others are."""
        told = dict(self.environment)
        if self.folder is not None:
            told.pop("PYTHONPATH", None)
        return told

    @property
    def alive(self) -> bool:
        return self._running is not None and self._running.poll() is None

    @property
    def pid(self) -> int:
        assert self._running
        return self._running.pid

    def ready(self, patience: float = _PATIENCE) -> None:
        """Wait until it listens."""
        until = time.monotonic() + patience
        while not listens(self.port):
            if not self.alive or time.monotonic() > until:
                raise RuntimeError(f"lite {' '.join(self.arguments)} does not answer")
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL to it and to its children."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """SIGTERM, as a restart of its unit does; after ten seconds, SIGKILL."""
        if self._running is None:
            return
        self._running.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._running.wait(10)
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self._running is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, number)
        self._running.wait(10)


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def running(*processes: Process) -> Iterator[None]:
    """All of them at work; none is left behind."""
    try:
        for one in processes:
            one.start()
        for one in processes:
            if one.port:
                one.ready()
        yield
    finally:
        for one in processes:
            one.kill()


def web(environment: Mapping[str, str], port: int = 0, **more: object) -> Process:
    """`lite serve` on a port of its own."""
    port = port or free_port()
    return Process(("serve", "--port", str(port)), environment, port, **more)  # type: ignore[arg-type]


def worker(environment: Mapping[str, str], **more: object) -> Process:
    """`lite work`."""
    return Process(("work",), environment, **more)  # type: ignore[arg-type]
