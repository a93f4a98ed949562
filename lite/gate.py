"""The gateway's gate: what it posts, made plain, and what it is answered, whatever happens.

A callback handler is a function of the form's fields to the text of the answer: it knows no HTTP.
The gate checks the secret, bounds the body, answers 200 and never 5xx. It stands in front of the
web application as plain WSGI: its routing costs nothing.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from lite import trace

Environ = dict[str, Any]
Start = Callable[..., Any]
Fields = Mapping[str, str]
Handler = Callable[[Fields], str]

LARGEST = 1 << 20
_FIELDS = 40
# What the gateway posts as one JSON object; everything else is a form.
_OBJECTS = ("sim",)
# Nobody waits for these, and machines ask for them all day.
_MACHINES = ("/health", "/ready", "/metrics")
_log = logging.getLogger("lite.gate")


class TryLater(Exception):
    """The store cannot take this now: the gateway is to post it again."""


class Unreadable(Exception):
    """A body that is no form we can read: too large, doubled fields, another type."""


class Gate:
    """WSGI for `/at/<secret>/<name>`; anything else goes to `inner`.

    `handlers` maps a name (`ussd`, `sms`...) to its handler, `fallbacks` to what is answered when
    the handler fails (an empty body if none), `unreadable` when it never got the body. `seen` is
    told of each turn once it is answered.
    """

    def __init__(
        self, secrets: Iterable[str], handlers: Mapping[str, Handler],
        fallbacks: Mapping[str, str], inner: Callable[[Environ, Start], Iterable[bytes]],
        unreadable: Mapping[str, str] | None = None,
        seen: Callable[[trace.Turn], None] = lambda turn: None,
    ) -> None:  # fmt: skip
        self._seen = seen
        self._secrets = [secret.encode() for secret in secrets]
        self._handlers = handlers
        self._fallbacks = fallbacks
        self._unreadable = unreadable or {}
        self._inner = inner

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        path: str = environ["PATH_INFO"]
        if not path.startswith("/at/"):
            return self._page(path, environ, start)
        secret, _, name = path[4:].partition("/")
        handler = self._handlers.get(name)
        if not self._knows(secret) or handler is None:
            return _answer(start, "404 Not Found", "")
        if environ["REQUEST_METHOD"] != "POST":
            return _answer(start, "405 Method Not Allowed", "", ("Allow", "POST"))
        return self._handle(name, handler, environ, start)

    def _page(self, path: str, environ: Environ, start: Start) -> Iterable[bytes]:
        if path in _MACHINES:
            return self._inner(environ, start)
        with trace.turn("counter" if path.startswith("/counter") else "web") as turn:
            answer = self._inner(environ, start)
        self._seen(turn)
        return answer

    def _knows(self, secret: str) -> bool:
        given = secret.encode("utf-8", "replace")
        matches = [hmac.compare_digest(given, known) for known in self._secrets]
        return any(matches)

    def _handle(self, name: str, handler: Handler, environ: Environ, start: Start) -> list[bytes]:
        with trace.turn(name) as turn:
            answer = self._handled(name, handler, environ, start)
        self._seen(turn)
        return answer

    def _handled(self, name: str, handler: Handler, environ: Environ, start: Start) -> list[bytes]:
        try:
            posted = told(environ) if name in _OBJECTS else fields(environ)
            return _answer(start, "200 OK", handler(posted))
        except TryLater:
            trace.note(outcome="later")
            return _answer(start, "429 Too Many Requests", "", ("Retry-After", "60"))
        except Unreadable as error:
            trace.note(outcome="refused")
            _log.warning("callback unreadable", extra={"callback": name, "why": str(error)})
            return _answer(start, "200 OK", self._unreadable.get(name, ""))
        except Exception as error:
            # The subscriber must get a sentence, whatever broke; the message may hold their words.
            trace.note(outcome="failed")
            _log.error("callback failed", extra={"callback": name, "why": type(error).__name__})
        return _answer(start, "200 OK", self._fallbacks.get(name, ""))


def fields(environ: Environ) -> dict[str, str]:
    """The form that was posted, blank fields kept. Raises `Unreadable`."""
    body = _body(environ)
    if not environ.get("CONTENT_TYPE", "").lower().startswith("application/x-www-form-urlencoded"):
        raise Unreadable("not a form")
    pairs = body.split(b"&", _FIELDS)
    if len(pairs) > _FIELDS:
        raise Unreadable("too many fields")
    form = {}
    for pair in filter(None, pairs):
        name, _, value = pair.partition(b"=")
        if (key := _plain(name)) in form:
            raise Unreadable("a field stands twice")
        form[key] = _plain(value)
    return form


def _plain(quoted: bytes) -> str:
    """What a form quoted (application/x-www-form-urlencoded, WHATWG URL): never an error."""
    if b"+" in quoted or b"%" in quoted:
        quoted = unquote_to_bytes(quoted.replace(b"+", b" "))
    return quoted.decode("utf-8", "replace")


def told(environ: Environ) -> dict[str, str]:
    """The flat JSON object that was posted. Raises `Unreadable`."""
    try:
        posted = json.loads(_body(environ))
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(posted, dict) or len(posted) > _FIELDS:
        raise Unreadable("not an object")
    return {name: str(value) for name, value in posted.items()}


def _body(environ: Environ) -> bytes:
    stream = environ["wsgi.input"]
    body: bytes = stream.read(LARGEST + 1)
    if len(body) <= LARGEST:
        return body
    while stream.read(LARGEST):  # read to the end, so that our answer is heard
        pass
    raise Unreadable("too large")


def _answer(start: Start, status: str, text: str, *headers: tuple[str, str]) -> list[bytes]:
    body = text.encode()
    start(status, [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        *headers,
    ])  # fmt: skip
    return [body]
