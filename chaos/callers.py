"""People who phone and text a house over real sockets, and are as patient as the gateway is."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

from chaos.history import Done, History
from chaos.home import SECRET
from chaos.threads import restless

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_REFERENCE = re.compile(r"\b3\d{11}\b")
_TRIES, _AGAIN = 40, 4
SORRY = "pas votre faute"


def post(port: int, name: str, fields: dict[str, str], timeout: float = 10.0) -> tuple[int, str]:
    """A callback of the gateway, its status and its text; OSError or HTTPException if none came."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        line.request("POST", f"/at/{SECRET}/{name}", urlencode(fields), FORM)
        answer = line.getresponse()
        return answer.status, answer.read().decode()
    finally:
        line.close()


def dialled(session: str, phone: str, text: str) -> dict[str, str]:
    return {"sessionId": session, "phoneNumber": phone, "serviceCode": "*384*3939#",
            "networkCode": "60401", "text": text}  # fmt: skip


def texted(id: str, phone: str, text: str) -> dict[str, str]:
    return {"id": id, "from": phone, "to": "3939", "text": text, "date": "2026-11-24T09:00:00Z"}


@dataclass
class Crowd:
    """`size` people at once, each with a phone number used once; `ask` posts to a port of `ports`,
    the next one when one does not answer, as nginx does. Every `_AGAIN`th wish is posted once more
    though it was answered, as a gateway does that lost the answer."""

    ports: Sequence[int]
    history: History
    size: int = 6
    pause: float = 0.01
    chance: random.Random = field(default_factory=lambda: random.Random(6))
    refused: int = 0
    failed: int = 0
    _numbers: Iterator[int] = field(default_factory=count)
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def calling(self) -> Iterator[None]:
        """They phone and text as long as this lasts; each finishes what was begun."""
        with restless(self._one, self.size, self._stop):
            yield

    def _one(self) -> None:
        while not self._stop.is_set():
            number = next(self._numbers)
            phone = f"+2126{55_000_000 + number}"
            if number % 3:
                self._wish("callback", phone, f"s{number}")
            else:
                self._wish("sms", phone, f"m{number}")
            time.sleep(self.pause)

    def _wish(self, kind: str, phone: str, id: str) -> None:
        ask, told, tries = _WISHES[kind], "", 0
        while not told and tries < _TRIES:
            port = self.ports[(tries + int(id[1:])) % len(self.ports)]
            tries += 1
            try:
                told = ask(port, id, phone)
                self.refused += not told
            except (OSError, http.client.HTTPException):
                self.failed += 1
            if not told:
                time.sleep(0.1)
        if told and int(id[1:]) % _AGAIN == 0:
            with suppress(OSError, http.client.HTTPException):
                again = ask(self.ports[int(id[1:]) // _AGAIN % len(self.ports)], id, phone)
                told = told if again in ("", told) else f"{told}, then {again}"
        self.history.add(Done(kind, phone, id, told, tries, time.monotonic()))


def _callback(port: int, id: str, phone: str) -> str:
    """Ask to be called back; the reference that was told, or nothing."""
    _, said = post(port, "ussd", dialled(id, phone, "5*2*1*2*1"))
    found = _REFERENCE.search(said)
    return found[0] if found else ""


def _message(port: int, id: str, phone: str) -> str:
    """Text for help; whether the gateway need not post it again."""
    status, _ = post(port, "sms", texted(id, phone, "AIDE"))
    return "taken" if status == 200 else ""


_WISHES: dict[str, Callable[[int, str, str], str]] = {"callback": _callback, "sms": _message}
