"""HTTP to a fund: bounded in time and size, to one host, JSON or nothing.

What goes wrong is told in words of ours: an exception of a library holds addresses, and an
address may hold a password.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from math import ceil
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

import requests
import urllib3

from lite.upstream.answers import FundDown

Made = TypeVar("Made")

CONNECT, READ, TOTAL = 5.0, 30.0, 60.0  # seconds: to connect, without a byte, for all of it
LARGEST = 32 * 1024 * 1024  # bytes of one answer
RETRY_AFTER, LONGEST_RETRY = 60, 3600
_CHUNK, _HOPS = 65_536, 3
# Told by the fund, and no fault of what was asked: later, it may answer.
_LATER = {429: "asks to be left alone", 502: "stands behind a gateway that fails",
          503: "is not available", 504: "stands behind a gateway that waits"}  # fmt: skip
# The first that fits: an SSLError is a ConnectionError, a ConnectTimeout is both.
_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (requests.exceptions.SSLError, "its certificate is not one we may trust"),
    (requests.exceptions.ConnectTimeout, "no connection in time"),
    (requests.exceptions.Timeout, "no answer in time"),
    (urllib3.exceptions.TimeoutError, "no answer in time"),
    (requests.exceptions.ChunkedEncodingError, "the answer broke off"),
    (requests.exceptions.ContentDecodingError, "the answer cannot be decoded"),
    (urllib3.exceptions.HTTPError, "the answer broke off"),
    (requests.exceptions.ConnectionError, "no connection, or it broke off"),
)
_FAULTS = (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, HTTPException,
           OSError, ValueError)  # fmt: skip


@dataclass(frozen=True)
class Address:
    """Where a fund answers: its root with a slash at the end, who we are there, and options."""

    root: str
    user: str = ""
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return urlsplit(self.root).netloc


def address(url: str) -> Address:
    """The address in `dialect+https://user:password@host/root/?option=value`.

    ValueError names what is missing, and never the password.
    """
    parts = urlsplit(url.partition("+")[2])
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the address lacks a host: write scheme+https://host/path/")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if not options.get("timeout", "1").isdecimal():
        raise ValueError("timeout= is a whole number of seconds")
    root = f"{parts.scheme}://{host}{port}{parts.path.rstrip('/')}/"
    return Address(root, unquote(parts.username or ""), unquote(parts.password or ""), options)


@dataclass(frozen=True)
class Reply:
    """An answer that was read whole: `body` is JSON, {} when a refusal came as something else."""

    status: int
    body: Mapping[str, Any]
    skew: float | None = None  # seconds that the fund's clock is ahead of ours


class Wire:
    """One host. `get` and `post` return a `Reply`, or raise FundDown with the reason in words."""

    def __init__(self, where: Address, largest: int = LARGEST) -> None:
        self.where, self._largest = where, largest
        self._total = float(where.options.get("timeout", TOTAL))
        self._alone = 0.0  # until when the fund asked to be left alone, in `monotonic` seconds
        self._session = requests.Session()
        self._session.trust_env = False  # a netrc would speak in another's name
        self._session.verify = where.options.get("ca", True)
        self._session.headers.update({"Accept": "application/fhir+json, application/json",
                                      "Accept-Encoding": "identity"})  # fmt: skip

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Reply:
        """The answer to a path below the root, or a whole address on the same host."""
        return self._ask("GET", path, None, headers)

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Reply:
        """The answer to JSON (bytes go as they are) that is sent once: nothing is repeated that may
        have been taken."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._ask("POST", path, data, headers)

    def down(self, reason: str, retry_after: int = RETRY_AFTER) -> FundDown:
        """What to raise: why, and from which host."""
        return FundDown(retry_after, f"{self.where.host}: {reason}")

    def _ask(
        self, method: str, path: str, data: bytes | None, headers: Mapping[str, str] | None
    ) -> Reply:
        url = self.own(urljoin(self.where.root, path))
        if (left := self._alone - time.monotonic()) > 0:
            raise self.down("asked to be left alone for a while", ceil(left))
        sent = {**({"Content-Type": "application/fhir+json"} if data else {}), **(headers or {})}
        ends = time.monotonic() + self._total
        try:
            return bounded(lambda: self._followed(method, url, data, sent, ends), self._total)
        except TimeoutError:
            raise self.down(f"no whole answer in {self._total:g} s") from None
        except _FAULTS as error:
            said = (words for kind, words in _WORDS if isinstance(error, kind))
            raise self.down(next(said, f"no answer ({type(error).__name__})")) from None

    def own(self, url: str) -> str:
        """The address, if it is the fund's own: scheme, host and port; FundDown otherwise."""
        ours, theirs = urlsplit(self.where.root), urlsplit(url)
        if (theirs.scheme, theirs.netloc) != (ours.scheme, ours.netloc):
            raise self.down("it sends us to another host")
        return url

    def _followed(
        self, method: str, url: str, data: bytes | None, headers: Mapping[str, str], ends: float
    ) -> Reply:
        for _ in range(_HOPS):
            with self._session.request(
                method, url, data=data, headers=headers, stream=True, allow_redirects=False,
                timeout=(CONNECT, READ),
            ) as answer:  # fmt: skip
                if not answer.is_redirect:
                    return self._read(answer, ends)
                url = self.own(urljoin(url, answer.headers["Location"]))
        raise self.down("it sends us round in circles")

    def _read(self, answer: requests.Response, ends: float) -> Reply:
        if answer.status_code in _LATER:
            raise self._later(answer)
        if "json" not in answer.headers.get("Content-Type", "").lower():
            if answer.ok:
                raise self.down("it answers with a page instead of data")
            return Reply(answer.status_code, {}, _skew(answer))
        try:
            body = json.loads(self._body(answer, ends), parse_float=Decimal)
        except (ValueError, RecursionError):
            raise self.down("its answer is cut or cannot be read") from None
        if not isinstance(body, dict):
            raise self.down("its answer is not a resource")
        return Reply(answer.status_code, body, _skew(answer))

    def _later(self, answer: requests.Response) -> FundDown:
        """What to raise; a fund that says when to come back is not asked before."""
        told = answer.headers.get("Retry-After")
        wait = _wait(told)
        if told:
            self._alone = time.monotonic() + wait
        return self.down(_LATER[answer.status_code], wait)

    def _body(self, answer: requests.Response, ends: float) -> bytes:
        read = bytearray()
        while chunk := answer.raw.read1(_CHUNK, decode_content=True):
            read += chunk
            if len(read) > self._largest:
                raise self.down(f"its answer is larger than {self._largest} bytes")
            if time.monotonic() > ends:
                raise TimeoutError
        return bytes(read)


def bounded(call: Callable[[], Made], seconds: float) -> Made:
    """What the call returns or raises, or TimeoutError: headers may trickle in for ever, a byte
    before each time-out, and no setting of a library bounds that."""
    made: list[Made] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            made.append(call())
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=run, daemon=True, name="wire")
    thread.start()
    thread.join(seconds + 1)
    if raised:
        raise raised[0]
    if not made:
        raise TimeoutError
    return made[0]


def _wait(told: str | None) -> int:
    """Seconds of a Retry-After: a number of them, or a date (RFC 9110, section 10.2.3)."""
    try:
        wait = float(told) if told and told.isdecimal() else _until(told or "")
    except (ValueError, TypeError):
        return RETRY_AFTER
    return int(min(max(wait, 0), LONGEST_RETRY))


def _until(date: str) -> float:
    return parsedate_to_datetime(date).timestamp() - time.time()


def _skew(answer: requests.Response) -> float | None:
    try:
        return _until(answer.headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
