"""The peers as processes: each answers on one core, whatever it keeps things in beside it there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep

from bench.served import CORE, Served, free_port, wait
from bench.town import callers

HERE = Path(__file__).parent
NODE, PYTHON = Path(".npm/peers").absolute(), Path(".npm/peers-python").absolute()
REDIS = "/usr/bin/redis-server"


@dataclass(frozen=True)
class Peer:
    """One peer: what it is called, in which words it is asked, how it is started (its port and its
    pause are filled in), and what it needs beside itself."""

    name: str
    dialect: str
    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    needs_redis: bool = False

    @property
    def missing(self) -> str:
        """Why it cannot run here; empty if it can."""
        home = NODE if self.command[0] == "node" else PYTHON
        if not (home / ".installed").exists():
            return f"{home.name} is not installed: make bench"
        return f"{REDIS} is missing" if self.needs_redis and not Path(REDIS).exists() else ""


def _node(name: str, front: str, store: str, whose: str = "shared", synchronous: str = "") -> Peer:
    command = ("node", "server.cjs", front, store, "{port}", whose, "{pause}")
    redis = store == "redis"
    return Peer(name, "form", command, (("PEERS_SYNCHRONOUS", synchronous),), redis)


BUILDER = "ussd-menu-builder"
SQLITE, HASTY = f"{BUILDER}, better-sqlite3, FULL", f"{BUILDER}, better-sqlite3, its NORMAL"
EXPRESS, MEMORY, ON_REDIS = (
    f"{BUILDER} on Express, memory", f"{BUILDER}, memory", f"{BUILDER}, Redis, a menu a request"
)  # fmt: skip
ANYSD, CARDISK, CLOEY = "anysd on Lite's server, Redis", "cardisk, memory", "cloey, memory"
PEERS = (
    _node(SQLITE, "http", "sqlite", synchronous="FULL"), _node(HASTY, "http", "sqlite"),
    _node(EXPRESS, "express", "memory"), _node(MEMORY, "http", "memory"),
    # With one menu for all, as its README has it, callers get each other's answers: see C1.
    _node(ON_REDIS, "http", "redis", "fresh"),
    Peer(ANYSD, "form", ("python", "serve.py", "anysd", "{port}", "{threads}"), (), True),
    Peer(CARDISK, "xml", ("python", "serve.py", "cardisk", "{port}", "{threads}")),
    Peer(CLOEY, "json", ("python", "serve.py", "cloey", "{port}", "{threads}")),
)  # fmt: skip


@dataclass(frozen=True)
class Running(Served):
    """A peer at work; its Redis counts as its own, for it answers nothing without it."""

    beside: Served | None = None

    def cpu(self) -> float:
        """CPU seconds spent so far."""
        return super().cpu() + (self.beside.cpu() if self.beside else 0.0)

    def pss(self) -> float:
        """Memory in MB."""
        return super().pss() + (self.beside.pss() if self.beside else 0.0)


@contextmanager
def serving(
    peer: Peer, folder: Path, pause: tuple[float, float] | None = None, threads: int = 2,
    opened: int = 0,
) -> Iterator[Running]:  # fmt: skip
    """A peer that knows the town's dossiers; `pause`: what its look-ups wait, least and most in ms;
    `opened`: dialogues left open, where a peer is told of some."""
    folder = folder.absolute() / peer.name.replace(" ", "-").replace(",", "")
    folder.mkdir(exist_ok=True)
    with ExitStack() as stack:
        beside = stack.enter_context(_redis(folder)) if peer.needs_redis else None
        environment = _environment(peer, folder, beside, pause, opened)
        port = free_port()
        command = _command(peer, port, pause, threads)
        served = stack.enter_context(_process(command, environment, port, _folder(peer)))
        yield Running(served.port, served.process, beside)


def _folder(peer: Peer) -> Path:
    return HERE / ("node" if peer.command[0] == "node" else "python")


def _command(
    peer: Peer, port: int, pause: tuple[float, float] | None, threads: int
) -> list[str]:  # fmt: skip
    told = {"port": str(port), "threads": str(threads), "pause": ""}
    words = [word.format(**told) for word in peer.command[1:]]
    waits = [f"{wait}" for wait in pause or ()] if peer.command[0] == "node" else []
    program = shutil.which("node") or "node"
    if peer.command[0] == "python":
        program = str(PYTHON / "bin/python")
    return [*CORE, program, *(word for word in words if word), *waits]


def _environment(
    peer: Peer, folder: Path, beside: Served | None, pause: tuple[float, float] | None, opened: int
) -> dict[str, str]:
    people = folder / "people.json"
    people.write_text(json.dumps({one.phone: one.dossiers for one in callers()}))
    redis = {"host": "127.0.0.1", "port": beside.port if beside else 0, "db": 0}
    config = {"development": {"redis": redis}}
    (folder / "config.yaml").write_text(json.dumps(config))  # JSON is YAML too
    told = {
        "NODE_PATH": str(NODE / "node_modules"), "PEERS_PEOPLE": str(people),
        "PEERS_FILE": str(folder / "sessions.db"), "PEERS_OPEN": str(opened),
        "PEERS_REDIS": str(redis["port"]),
        "ANYSD_CONFIG_FILE": str(folder / "config.yaml"), "PYTHONPATH": "",
        "PEERS_PAUSE": " ".join(map(str, pause or (0, 0))), **dict(peer.environment),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}


@contextmanager
def _redis(folder: Path) -> Iterator[Served]:
    """As Debian starts it: kept in memory, written to disk from time to time."""
    port = free_port()
    command = [*CORE, REDIS, "--port", str(port), "--dir", str(folder), "--bind", "127.0.0.1",
               "--logfile", "/dev/null"]  # fmt: skip
    with _process(command, {}, port, folder) as served:
        yield served


@contextmanager
def _process(
    command: list[str], environment: dict[str, str], port: int, folder: Path
) -> Iterator[Served]:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    process = subprocess.Popen(
        command, env=inherited | environment, cwd=folder, stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait(process, port)
        yield Served(port, _answers(process.pid))
    finally:
        process.terminate()
        process.wait()


def _answers(process: int) -> int:
    """The process that answers: the server's worker where it has one."""
    for _ in range(20):
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        workers = [one for one in children if "tracker" not in _told(one)]
        if workers:
            return int(workers[0])
        if "anysd" not in _told(str(process)):
            break
        sleep(0.1)
    return process


def _told(process: str) -> str:
    return Path(f"/proc/{process}/cmdline").read_text()
