"""A PostgreSQL server of one's own in a temporary directory, for tests and figures.

    python tools/cluster.py        start one, print its address, end with the terminal

It listens on a socket in its directory, never on the machine's network, and ends with its owner.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import psycopg

HOMES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda home: int(home.parent.name))
_SETTINGS = {
    "listen_addresses": "", "max_connections": "200", "shared_buffers": "64MB",
    "autovacuum_naptime": "10min", "deadlock_timeout": "100ms", "log_min_messages": "fatal",
    "recovery_init_sync_method": "syncfs",
}  # fmt: skip
# Seconds until it takes connections; what was kept may have a long log to go through again.
_PATIENCE, _LONG = 30, 600
# A test's cluster need not outlive the machine; figures are taken with `durable`.
_HASTY = {"fsync": "off", "full_page_writes": "off"}


class Cluster:
    """A server; `restart` cuts every connection, as a crash of it would. In a `folder` of its own
    it stays for the next time; `settings` are more than the usual ones. `of` another server it is
    the standby."""

    def __init__(
        self, durable: bool = False, folder: Path | None = None, of: Cluster | None = None,
        inside: Sequence[str] = (), **settings: str,
    ) -> None:  # fmt: skip
        """`inside`: what runs it (`ip netns exec NAME`); who calls at its addresses comes in."""
        self._kept = folder is not None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="lite-pg-"))
        self._settings = _SETTINGS | ({} if durable else _HASTY) | settings
        self._inside = inside
        self._numbers = count(1)
        self._drop = _as_other(self.folder)
        if of:
            self._follow(of)
        elif not (self.folder / "data").exists():
            self._initdb()
            self._let_in()
        self._server = self._start()

    @property
    def pid(self) -> int:
        """The server's first process; the others are its children."""
        return self._server.pid

    def url(self, database: str = "postgres", host: str = "") -> str:
        """The address of a database: over the socket, or at one of the addresses listened to."""
        return f"postgresql:///{database}?host={host or self.folder}&user=lite"

    def create(self, template: str = "template0") -> str:
        """A new empty database, or a copy of another one; its address."""
        name = f"lite_{os.getpid()}_{next(self._numbers)}"
        self._execute(f"create database {name} template {template} strategy file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        self._execute(f"drop database if exists {self.name(url)} with (force)")

    def name(self, url: str) -> str:
        return url.partition("///")[2].partition("?")[0]

    def checkpoint(self) -> None:
        """What was written so far is in the tables' files: a recovery begins after it."""
        self._execute("checkpoint")

    def restart(self) -> float:
        """`pg_ctl restart -m immediate`: seconds until the server took connections again."""
        began = time.monotonic()
        self.interrupt()
        self._server = self._start()
        return time.monotonic() - began

    def promote(self) -> None:
        """A standby takes over: it follows nobody any more."""
        self._execute("select pg_promote()")

    def interrupt(self) -> None:
        """It is away, as after a crash."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(10)

    def stop(self) -> None:
        self.interrupt()
        if not self._kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _execute(self, sql: str) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(sql.encode())

    def _initdb(self) -> None:
        subprocess.run(
            [*self._drop, HOMES[-1] / "initdb", "-D", self.folder / "data", "-U", "lite",
             "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def _follow(self, primary: Cluster) -> None:
        """A copy of a running server, that goes on following it."""
        subprocess.run(
            [*self._drop, HOMES[-1] / "pg_basebackup", "-h", primary.folder, "-U", "lite", "-D",
             self.folder / "data", "-R", "-X", "stream", "-c", "fast", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip

    def _let_in(self) -> None:
        """Who comes from the networks of its own addresses needs no word to pass."""
        own = [one for one in self._settings["listen_addresses"].split(",") if one]
        with (self.folder / "data/pg_hba.conf").open("a") as rules:
            rules.writelines(f"host all all {one}/24 trust\n" for one in own)

    def _start(self) -> subprocess.Popen[bytes]:
        settings = [f"--{name}={value}" for name, value in self._settings.items()]
        server = subprocess.Popen(
            [*self._inside, *self._drop, "/usr/bin/setpriv", "--pdeathsig", "QUIT",
             HOMES[-1] / "postgres", "-D", self.folder / "data", "-k", self.folder, *settings],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + (_LONG if self._kept else _PATIENCE)
        while time.monotonic() < until and server.poll() is None:
            try:
                psycopg.connect(self.url()).close()
                return server
            except psycopg.OperationalError:
                time.sleep(0.02)
        raise RuntimeError("the PostgreSQL server did not start")


def _as_other(folder: Path) -> list[str]:
    """How to run as somebody else: the server refuses to be root's."""
    if os.getuid():
        return []
    owner = pwd.getpwnam("nobody")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    folder.chmod(0o755)
    user = [f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    return ["/usr/bin/setpriv", *user]


def missing() -> str:
    """Why no server can be started here; empty if one can."""
    return "" if HOMES else "Debian's postgresql is missing: tools/debian postgresql"


if __name__ == "__main__":
    cluster = Cluster(durable=True)
    sys.stdout.write(f"{cluster.create()}\n")
    sys.stdout.flush()
    try:
        signal.pause()
    except KeyboardInterrupt:
        cluster.stop()
