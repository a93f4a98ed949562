"""The shipped nginx file, for real: its own folder, ports and certificates, Lite behind it."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path("deploy/nginx/lite.conf")
HOST = "lite.example.ma"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Front:
    """A running nginx: where it listens, what it wrote."""

    folder: Path
    port: int
    plain: int

    def context(self, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
        """A client that trusts the test's own certificate, of one version of TLS if named."""
        context = ssl.create_default_context(cafile=str(self.folder / "tls" / "ecdsa.pem"))
        context.load_verify_locations(str(self.folder / "tls" / "rsa.pem"))
        if version:
            context.minimum_version = context.maximum_version = version
        return context

    def connect(
        self, context: ssl.SSLContext | None = None, session: ssl.SSLSession | None = None
    ) -> ssl.SSLSocket:
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        made = context or self.context()
        return made.wrap_socket(raw, server_hostname=HOST, session=session)

    def ask(self, request: str, line: ssl.SSLSocket | None = None) -> tuple[int, dict[str, str]]:
        """One request, written by hand; the status and the headers of its answer."""
        with line or self.connect() as one:
            head, _, rest = request.partition("\n")
            text = f"{head} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n{rest}\r\n"
            one.sendall(text.encode())
            data = b""
            while more := one.recv(65536):
                data += more
        first, *lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        return int(first.split()[1]), {name.lower(): value for name, value in headers.items()}

    @property
    def written(self) -> str:
        """All that nginx wrote in its logs."""
        return "".join(file.read_text() for file in (self.folder / "logs").iterdir())


@contextmanager
def fronted(folder: Path, behind: int, other: int = 0) -> Iterator[Front]:
    """nginx with the shipped file, in front of a port of this machine, or of two."""
    front = Front(folder, free_port(), free_port())
    (folder / "logs").mkdir()
    (folder / "tls").mkdir()
    for kind, new in (("ecdsa", "ec -pkeyopt ec_paramgen_curve:P-256"), ("rsa", "rsa:2048")):
        _certificate(folder / "tls" / kind, new)
    (folder / "nginx.conf").write_text(_main(front, behind, other or free_port()))
    command = ["/usr/sbin/nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t", "-q"], check=True)
    server = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        _answers(front.port)
        yield front
    finally:
        server.terminate()
        server.wait(10)


def _certificate(name: Path, new: str) -> None:
    key = ["-newkey", *new.split(" ", 1)[0:1], *(new.split(" ")[1:])]
    subprocess.run(
        ["openssl", "req", "-x509", *key, "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
         "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", f"{name}.key", "-out", f"{name}.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


def _main(front: Front, behind: int, other: int) -> str:
    site = SHIPPED.read_text()
    for old, new in (
        ("LITE.EXAMPLE.MA", HOST), ("/etc/lite/tls", str(front.folder / "tls")),
        ("/var/log/nginx", str(front.folder / "logs")), ("127.0.0.1:8000", f"127.0.0.1:{behind}"),
        ("127.0.0.1:8001", f"127.0.0.1:{other}"),
        ("listen 443", f"listen 127.0.0.1:{front.port}"),
        ("listen 80", f"listen 127.0.0.1:{front.plain}"),
    ):  # fmt: skip
        assert old in site, old
        site = site.replace(old, new)
    site = re.sub(r"\s*listen \[::\].*", "", site)
    user = "user www-data;" if os.geteuid() == 0 else ""
    temporary = "".join(
        f"{kind}_temp_path {front.folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"{user} pid {front.folder}/nginx.pid; error_log {front.folder}/logs/main.log crit;"
        "worker_processes 1; worker_rlimit_nofile 20000; events { worker_connections 8192; }"
        f"http {{ {temporary} {site} }}"
    )


def _answers(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("nginx did not start")
