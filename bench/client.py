"""A client that never lets a connection rest: keep-alive, one request at a time on each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from bench.wire import Ask, Crossed, check


@dataclass
class Heard:
    """What came back: seconds of each request, how many answers were wrong, and an example."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    wrong: int = 0
    example: str = ""

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    def at(self, share: float) -> float:
        """The latency, in milliseconds, that this share of the requests does not exceed."""
        ordered = sorted(self.latencies)
        return 1e3 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def drive(port: int, asks: Sequence[Iterator[Ask]], seconds: float) -> Heard:
    """Ask for so many seconds, or until there is no more to ask, one connection for each."""
    return asyncio.run(_drive(port, asks, seconds))


async def _drive(port: int, asks: Sequence[Iterator[Ask]], seconds: float) -> Heard:
    heard, loop = Heard(seconds), asyncio.get_running_loop()
    until = perf_counter() + seconds
    callers = [_Connection(one, heard, until, loop.create_future()) for one in asks]
    for caller in callers:
        await loop.create_connection(lambda caller=caller: caller, "127.0.0.1", port)
    async with asyncio.timeout(seconds + 20):
        await asyncio.gather(*(caller.done for caller in callers))
    return heard


class _Connection(asyncio.Protocol):
    def __init__(
        self, asks: Iterator[Ask], heard: Heard, until: float, done: asyncio.Future[None]
    ) -> None:
        self._asks, self._heard, self._until, self.done = asks, heard, until, done
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        ask = next(self._asks, None) if perf_counter() < self._until else None
        if ask is None:
            self._transport.close()
            self.done.set_result(None)
            return
        self._ask, self._since = ask, perf_counter()
        self._transport.write(written(self._ask))  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _length(head):
            return
        now = perf_counter()
        self._buffer = b""
        self._heard.latencies.append(now - self._since)
        self._judge(int(head[9:12]), rest)
        self._next()

    def _judge(self, status: int, body: bytes) -> None:
        try:
            check(self._ask, status, body)
        except Crossed as crossed:
            self._heard.wrong += 1
            self._heard.example = str(crossed)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self._heard.wrong += 1
            self._heard.example = f"{self._ask.path}: the connection was lost"
            self.done.set_result(None)


def _length(head: bytes) -> int:
    _, found, after = head.lower().partition(b"content-length:")
    return int(after.split(b"\r\n", 1)[0]) if found else 0


def written(ask: Ask) -> bytes:
    headers = {"Host": "127.0.0.1", "Content-Length": str(len(ask.body)), **ask.headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{ask.method} {ask.path} HTTP/1.1\r\n{lines}\r\n".encode() + ask.body
