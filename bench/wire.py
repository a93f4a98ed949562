"""What is posted, and what must be answered: each caller's own words in each caller's own ears."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count, cycle
from secrets import token_hex
from urllib.parse import urlencode

import brotli

from bench.town import SECRET, Caller

Headers = list[tuple[str, str]]

FORM = "application/x-www-form-urlencoded"
_run = token_hex(4)
_fresh = (f"{_run}-{number}" for number in count())


@dataclass(frozen=True)
class Ask:
    """One request, and what its answer must hold (`""`: nothing in particular)."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    holds: str = ""
    query: str = ""


class Crossed(AssertionError):
    """An answer that was lost, or was another caller's."""


def check(ask: Ask, status: int, body: bytes) -> None:
    """Raise `Crossed` unless this is the answer to that question."""
    if ask.headers.get("Accept-Encoding") and body[:1] not in b"CE<":
        body = brotli.decompress(body)
    if status != 200 or ask.holds.encode() not in body:
        raise Crossed(f"{ask.path}: {status}, {ask.holds!r} is not in {body[:200]!r}")


def constant() -> Iterator[Ask]:
    """The anchor: one small answer, always the same."""
    while True:
        yield Ask("GET", "/", holds="CON")


def ussd(people: Sequence[Caller]) -> Iterator[Ask]:
    """Dialogues of four turns, one after the other: dial, my dossiers, the second one, back."""
    for caller in cycle(people):
        session = f"ATUid_{next(_fresh)}"
        latest, second, *_ = caller.dossiers
        for text, holds in (("", "CON"), ("1", second), ("1*2", second), ("1*2*0", latest)):
            fields = {
                "sessionId": session, "phoneNumber": caller.phone, "networkCode": "60401",
                "serviceCode": "*384*3939#", "text": text,
            }  # fmt: skip
            yield _posted("ussd", fields, holds)


def plain_posts(people: Sequence[Caller]) -> Iterator[Ask]:
    """The same posts, to an anchor that keeps one row and answers a constant."""
    for ask in ussd(people):
        yield replace(ask, path="/", holds="CON")


def sms(people: Sequence[Caller]) -> Iterator[Ask]:
    """A bare dossier number from its owner, then from the next; each message has its own id."""
    for caller in cycle(people):
        fields = {
            "id": next(_fresh), "from": caller.phone, "to": "3939",
            "date": "2026-11-22T10:00:00Z", "networkCode": "60401", "text": caller.dossiers[0],
        }  # fmt: skip
        yield _posted("sms", fields, "")


def menu() -> Iterator[Ask]:
    """The first page, for a browser that takes brotli."""
    while True:
        yield Ask("GET", "/fr/", headers={"Accept-Encoding": "br"}, holds="*384*3939")


def dossiers(people: Sequence[tuple[Caller, str]]) -> Iterator[Ask]:
    """The page of their own dossiers, for signed-in people with their session cookies."""
    for caller, cookie in cycle(people):
        headers = {"Accept-Encoding": "br", "Cookie": f"s={cookie}"}
        path = "/fr/services/dossiers"
        yield Ask("GET", path, headers=headers, holds=caller.dossiers[0])


def _posted(name: str, fields: dict[str, str], holds: str) -> Ask:
    body = urlencode(fields).encode()
    return Ask("POST", f"/at/{SECRET}/{name}", body, {"Content-Type": FORM}, holds)


def called(application: Callable, ask: Ask) -> None:
    """Ask a WSGI application in this process, and check what it answers."""
    status, _, body = answer(application, ask)
    check(ask, int(status[:3]), body)


def answer(
    application: Callable, ask: Ask, more: dict[str, str] | None = None
) -> tuple[str, Headers, bytes]:
    """The status line, the headers and the body that an application answers."""
    begun: list[tuple[str, Headers]] = []
    environ = {
        "REQUEST_METHOD": ask.method, "SCRIPT_NAME": "", "PATH_INFO": ask.path,
        "QUERY_STRING": ask.query, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000",
        "CONTENT_LENGTH": str(len(ask.body)), "CONTENT_TYPE": ask.headers.get("Content-Type", ""),
        "HTTP_COOKIE": ask.headers.get("Cookie", ""),
        "HTTP_ACCEPT_ENCODING": ask.headers.get("Accept-Encoding", ""),
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(ask.body),
        "wsgi.errors": None, "wsgi.multithread": False, "wsgi.multiprocess": False,
        "wsgi.run_once": False, **(more or {}),
    }  # fmt: skip
    parts = application(environ, lambda line, headers, error=None: begun.append((line, headers)))
    return *begun[0], b"".join(parts)
