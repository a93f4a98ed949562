"""The shipped nginx file, as an operator would install it, in the namespace of the house."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SHIPPED = Path("deploy/nginx/lite.conf")
HOST = "lite.example.ma"
BEHIND = 8000  # where the shipped file looks for the house
_NGINX = "/usr/sbin/nginx"
_PATIENCE = 30.0


@contextmanager
def fronted(folder: Path, inside: Sequence[str], beside: str = "") -> Iterator[None]:
    """nginx on ports 443 and 80 of a namespace, its certificates in `folder/tls`; `beside` is what
    else it serves."""
    (folder / "logs").mkdir()
    (folder / "nginx.conf").write_text(_main(folder, beside))
    command = [*inside, _NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t", "-q"], check=True)
    with subprocess.Popen([*command, "-g", "daemon off;"]) as server:
        try:
            listens(server.pid, 443)
            yield
        finally:
            server.terminate()


def _main(folder: Path, beside: str) -> str:
    site = SHIPPED.read_text()
    for old, new in (
        ("LITE.EXAMPLE.MA", HOST), ("/etc/lite/tls", str(folder / "tls")),
        ("/var/log/nginx", str(folder / "logs")),
        ("    server 127.0.0.1:8001 max_fails=0;\n", ""),  # one process is enough here
        ("    location = /metrics", f"{beside}\n    location = /metrics"),
    ):  # fmt: skip
        if old not in site:
            raise RuntimeError(f"{SHIPPED} no longer says: {old}")
        site = site.replace(old, new)
    site = re.sub(r"\s*listen \[::\].*", "", site)
    user = "user www-data;" if os.geteuid() == 0 else ""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"{user} pid {folder}/nginx.pid; error_log {folder}/logs/main.log crit;"
        "worker_processes 1; worker_rlimit_nofile 20000; events { worker_connections 8192; }"
        f"http {{ {temporary} {site} }}"
    )


def listens(process: int, port: int) -> None:
    """Wait until somebody takes connections on a port of the namespace that a process lives in."""
    wanted = re.compile(rf":{port:04X} \S+ 0A ")
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            if wanted.search(Path(f"/proc/{process}/net/tcp").read_text()):
                return
        except OSError as error:
            raise RuntimeError(f"what should listen on port {port} has ended") from error
        time.sleep(0.05)
    raise RuntimeError(f"nobody listens on port {port} after {_PATIENCE:.0f} s")


def missing() -> str:
    """Why there is no nginx; empty if there is."""
    return "" if Path(_NGINX).exists() else f"nginx is missing: tools/debian nginx-light {_NGINX}"
