"""A crowd of connections that hardly move: `python -m chaos.dribble FOLDER PORT NUMBER ADDRESS`.

A third dribble their headers, a third a form, a third hardly read. Who is cut off comes back. It
prints how many are there, then goes on until it is killed, ten minutes at most.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import ssl
import sys
from pathlib import Path
from time import monotonic

from chaos.home import SECRET
from tests.deploy.front import HOST, Front

_STEP, _PATIENCE, _LONGEST, _AT_ONCE = 0.5, 60.0, 600.0, 50
_HEADERS = f"GET /fr/ HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: "
_BODY = (f"POST /at/{SECRET}/ussd HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 60000\r\n"
         "Content-Type: application/x-www-form-urlencoded\r\n\r\ntext=")  # fmt: skip
_READ = f"GET /fr/services/agencies HTTP/1.1\r\nHost: {HOST}\r\n\r\n" * 8
# How each begins, and what it then dribbles: a byte at a time, or nothing while it hardly reads.
_KINDS = ((_HEADERS, b"a"), (_BODY, b"1"), (_READ, b""))


class Crowd:
    """All of them; `there` are those that have been connected once."""

    def __init__(self, front: Front, address: str) -> None:
        self._port, self._context, self._address = front.port, front.context(), address
        self._gate = asyncio.Semaphore(_AT_ONCE)
        self.there: set[int] = set()

    async def one(self, number: int) -> None:
        """One that comes back as soon as nginx has had enough of it."""
        begin, more = _KINDS[number % len(_KINDS)]
        while True:
            try:
                async with self._gate:
                    reader, writer = await _connected(self._address, self._port, self._context)
                writer.write(begin.encode())
                self.there.add(number)
                await _dribbled(reader, writer, more)
            except (OSError, ssl.SSLError):
                pass
            await asyncio.sleep(_STEP)


async def _connected(
    address: str, port: int, context: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    raw.bind((address, 0))
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", port))
    return await asyncio.open_connection(sock=raw, ssl=context, server_hostname=HOST, limit=256)


async def _dribbled(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, more: bytes
) -> None:
    while not (writer.is_closing() or reader.at_eof()):
        await asyncio.sleep(_STEP)
        if more:
            writer.write(more)
        elif not await reader.read(8):
            break
    writer.transport.abort()


async def _crowded(front: Front, number: int, address: str) -> None:
    crowd = Crowd(front, address)
    tasks = [asyncio.create_task(crowd.one(one)) for one in range(number)]
    until = monotonic() + _PATIENCE
    while len(crowd.there) < number and monotonic() < until:
        await asyncio.sleep(0.1)
    print(len(crowd.there), flush=True)
    await asyncio.sleep(_LONGEST)
    for task in tasks:
        task.cancel()


if __name__ == "__main__":
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    _folder, _port, _number, _address = sys.argv[1:]
    os.nice(19)  # they are elsewhere: their own work is not to stand in the house's way
    asyncio.run(_crowded(Front(Path(_folder), int(_port), 0), int(_number), _address))
