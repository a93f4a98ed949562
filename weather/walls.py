"""Around what a person does: how long each answer took, and that no way leads out of the house."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter, thread_time
from typing import Any

from lite.app import House


@dataclass
class Walls:
    """Of one house. `times` and `work` in seconds, one an answer: by the clock, and of processor
    time, which other programs of the machine do not stretch. `asked` counts calls of the fund's
    adapter, `tried` sockets that were opened, both since they were last looked at."""

    house: House
    times: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    asked: int = 0
    tried: int = 0

    def __post_init__(self) -> None:
        built = self.house
        funds = {name: _Counted(fund, self) for name, fund in built.funds.items()}
        built.__dict__["funds"] = funds
        built.__dict__["wsgi"] = self._timed(built.wsgi)
        built.web.wsgi_app = self._timed(built.web.wsgi_app)

    def _timed(self, app: Callable[..., Any]) -> Callable[..., Any]:
        def answer(environ: Any, start: Any) -> list[bytes]:
            since, worked = perf_counter(), thread_time()
            parts = app(environ, start)
            try:
                body = list(parts)
            finally:
                getattr(parts, "close", lambda: None)()
            self.times.append(perf_counter() - since)
            self.work.append(thread_time() - worked)
            return body

        return answer

    @contextmanager
    def closed(self) -> Iterator[None]:
        """No socket of this process leads anywhere, and each try is counted."""

        def refuse(*_: object) -> None:
            self.tried += 1
            raise OSError("no way out of a request")

        ways = ("connect", "connect_ex", "sendto")
        kept = {name: getattr(socket.socket, name) for name in ways}
        for name in ways:
            setattr(socket.socket, name, refuse)
        try:
            yield
        finally:
            for name, real in kept.items():
                setattr(socket.socket, name, real)


class _Counted:
    """A fund's adapter; whatever is asked of it is counted."""

    def __init__(self, fund: Any, walls: Walls) -> None:
        self._fund, self._walls = fund, walls

    def __getattr__(self, name: str) -> Any:
        self._walls.asked += 1
        return getattr(self._fund, name)
