"""A gateway that takes every message and loses some of its own answers, in a process of its own.

`GET /figures` gives `[[recipient, whether it was answered], …]`, in order.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

_taken: list[tuple[str, bool]] = []
_chance = random.Random(2)
_LATE = 0.1


async def _line(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lose: float) -> None:
    try:
        while head := (await reader.readuntil(b"\r\n\r\n")).decode():
            length = next((int(line[15:]) for line in head.lower().splitlines()
                           if line.startswith("content-length:")), 0)  # fmt: skip
            body = await reader.readexactly(length)
            if head.startswith("GET"):
                writer.write(_written("200 OK", _taken))
                continue
            to = parse_qs(body.decode())["to"][0]
            answered = _chance.random() >= lose
            _taken.append((to, answered))
            await asyncio.sleep(_LATE)
            if not answered:
                break
            writer.write(_written("201 Created", _sent(to, len(_taken))))
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    writer.close()


def _sent(to: str, number: int) -> object:
    one = {"statusCode": 101, "number": to, "status": "Success", "cost": "MAD 0.4800",
           "messageId": f"ATXid_{number}"}  # fmt: skip
    return {"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [one]}}


def _written(status: str, said: object) -> bytes:
    content = json.dumps(said).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


@contextmanager
def gateway(lose: float = 0.0, host: str = "127.0.0.1", *before: str) -> Iterator[str]:
    """The address of one that loses this share of its answers; `before` is what runs it."""
    command = [*before, sys.executable, "-m", "chaos.gateway", str(lose), host]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield f"http://{host}:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def figures(url: str) -> list[tuple[str, bool]]:
    """Each message: to whom, and whether it was answered."""
    with urllib.request.urlopen(f"{url}/figures") as answer:
        return [(to, answered) for to, answered in json.load(answer)]


async def _serve(lose: float, host: str) -> None:
    server = await asyncio.start_server(lambda r, w: _line(r, w, lose), host, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]), sys.argv[2]))
