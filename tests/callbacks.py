"""What the gateway does to us: forms posted to the house as bytes, through a strict WSGI server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back over the wire."""

    status: int
    headers: Mapping[str, str]
    body: str


def send(app: Any, path: str, body: bytes, *, type: str = FORM, method: str = "POST") -> Answer:
    """One request, its answer; `validator` fails on anything that WSGI does not allow."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": type,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "REMOTE_ADDR": "127.0.0.1",
    }
    setup_testing_defaults(environ)
    begun: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], error: object = None) -> None:
        begun.update(status=int(status.split()[0]), headers=dict(headers))

    parts = validator(app)(environ, start)
    try:
        told = b"".join(parts)
    finally:
        parts.close()
    return Answer(**begun, body=told.decode())


def callback(house: Any, name: str, fields: Mapping[str, str], secret: str = "secret") -> Answer:
    """One callback of the gateway: `ussd`, `ussd/ended`, `sms`, `delivery`, `optout`."""
    return send(house.wsgi, f"/at/{secret}/{name}", urlencode(fields).encode())
