"""The network between the handsets and the product: clocks, patience, and the callbacks."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests

from lite.phone.state import Board, Call

NETWORK_CODE = "60401"  # Maroc Telecom: MCC 604, MNC 01
HOP_HEADER = "at-ussd-hop-metadata"
KEPT_OF_AN_ANSWER = 4000


@dataclass(frozen=True)
class Pace:
    """Seconds (and tries). The gateway's own times, except `retry`: it re-posts each minute."""

    answer: float = 10.0
    session: float = 180.0
    thinking: float = 60.0
    report: float = 0.2
    retry: float = 2.0
    tries: int = 5


@dataclass(frozen=True)
class Answer:
    """What the product said; `status` is 0 and `error` says why when it said nothing."""

    status: int
    text: str
    ms: int
    error: str = ""
    hop: str = ""


def now() -> datetime:
    """The time of day, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Network:
    """What every part of the simulator is given; `callbacks` is the root of the webhooks.

    `wall` dates what is posted (it may be a clock that the demo sets); `steady` measures sessions.
    """

    callbacks: str
    service_code: str
    board: Board = field(default_factory=Board)
    pace: Pace = Pace()
    wall: Callable[[], datetime] = now
    steady: Callable[[], float] = time.monotonic

    @property
    def short_code(self) -> str:
        """The number that takes SMS: the last group of the service code."""
        return self.service_code.strip("*#").split("*")[-1]

    def date(self) -> str:
        """UTC, in the form the gateway posts."""
        return self.wall().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")

    def post(self, route: str, phone: str, fields: dict[str, str], hop: str = "") -> Answer:
        """Post one callback, form-encoded, and keep the exchange in the log; never raises."""
        begun = time.perf_counter()
        found = self._carry(route, fields, {HOP_HEADER: hop} if hop else {})
        ms = round((time.perf_counter() - begun) * 1000)
        answer = Answer(ms=ms, **found)
        self.note(phone, True, route, fields, answer)
        return answer

    def _carry(self, route: str, fields: dict[str, str], headers: dict[str, str]) -> dict[str, Any]:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the environment must not see 127.0.0.1
            try:
                got = session.post(
                    self.callbacks.rstrip("/") + route,
                    data=fields,
                    headers=headers,
                    timeout=self.pace.answer,
                    allow_redirects=False,
                )
            except requests.RequestException as fault:
                return {"status": 0, "text": "", "error": type(fault).__name__}
        text = got.content.decode("utf-8", "replace")
        return {"status": got.status_code, "text": text, "hop": got.headers.get(HOP_HEADER, "")}

    def note(
        self, phone: str, out: bool, route: str, fields: dict[str, str], answer: Answer
    ) -> None:
        """Keep an exchange: `out` when we posted it, else the product did."""
        said = answer.error or answer.text[:KEPT_OF_AN_ANSWER]
        call = Call(self.date(), phone, out, route, fields, answer.status, said, answer.ms)
        self.board.note(call)


def soon(seconds: float, errand: Callable[..., object], *args: object) -> None:
    """Run an errand in the background; it never keeps the process alive."""
    timer = threading.Timer(seconds, errand, args)
    timer.daemon = True
    timer.start()
