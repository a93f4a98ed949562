"""People who come through nginx, by TLS, with the file that is shipped."""

from __future__ import annotations

import http.client
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from chaos.callers import FORM
from tests.deploy.front import HOST, Front, fronted

NGINX = Path("/usr/sbin/nginx")


@contextmanager
def fronting(*ports: int) -> Iterator[Front]:
    """nginx in front of one port or two, its files in a folder of its own."""
    with TemporaryDirectory(prefix="chaos-nginx-") as name:
        Path(name).chmod(0o755)
        with fronted(Path(name), *ports) as front:
            yield front


class Line:
    """A connection that is kept, and made again when nginx ends it."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._line: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, fields: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """The status and the text of an answer; OSError or HTTPException when none came."""
        if self._line is None or self._line.sock is None:
            self._line = http.client.HTTPConnection(HOST)
            self._line.sock = self._front.connect()
        body = urlencode(fields) if fields is not None else None
        try:
            self._line.request(method, path, body, FORM if body is not None else {})
            answer = self._line.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self._line = None
            raise


def missing() -> str:
    """Why nginx cannot be started here; empty if it can."""
    return "" if os.access(NGINX, os.X_OK) else "nginx is missing: tools/debian nginx-light"
