"""A gateway that does nothing but accept: what the senders are measured against.

It keeps connections open, and remembers when each message came and to whom. `GET /figures` gives
`[[seconds by the machine's monotonic clock, recipient], …]`.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from urllib.parse import parse_qs

_JSON = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_taken: list[tuple[float, str]] = []


class _Line(asyncio.Protocol):
    """One connection: requests one after the other."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport, self._buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (cut := self._buffer.find(b"\r\n\r\n")) >= 0:
            head, end = self._buffer[:cut], cut + 4 + _length(self._buffer[:cut])
            if len(self._buffer) < end:
                return
            body, self._buffer = self._buffer[cut + 4 : end], self._buffer[end:]
            self._transport.write(_answer(head, body))  # type: ignore[attr-defined]


def _length(head: bytes) -> int:
    lines = head.lower().split(b"\r\n")
    return next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), 0)


def _answer(head: bytes, body: bytes) -> bytes:
    if head.startswith(b"GET"):
        content = json.dumps(_taken).encode()
        return b"HTTP/1.1 200 OK\r\n" + _JSON % len(content) + content
    to = parse_qs(body.decode())["to"][0]
    _taken.append((monotonic(), to))
    recipient = {"statusCode": 101, "number": to, "status": "Success", "cost": "MAD 0.4800",
                 "messageId": f"ATXid_{len(_taken)}"}  # fmt: skip
    said = {"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [recipient]}}
    content = json.dumps(said).encode()
    return b"HTTP/1.1 201 Created\r\n" + _JSON % len(content) + content


@contextmanager
def gateway() -> Iterator[str]:
    """The address of one, in a process of its own."""
    command = [sys.executable, "-m", "bench.gateway"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.terminate()


def figures(url: str) -> list[tuple[float, str]]:
    """When each message came, and to whom."""
    with urllib.request.urlopen(f"{url}/figures") as answer:
        return [(at, to) for at, to in json.load(answer)]


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Line, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
