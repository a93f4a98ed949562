"""Ten thousand look-ups a minute from one address, through the shipped nginx file: slowed, and its
neighbours wait for none of it."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from front import HOST, Front, fronted
from test_nginx import behind

from lite.numbers import with_check

pytestmark = pytest.mark.skipif(
    not Path("/usr/sbin/nginx").exists(), reason="nginx is not installed: tools/debian said so"
)
__all__ = ["behind"]
SLOW = bool(os.environ.get("LITE_SLOW"))
# 10,000 a minute, for a minute or for six seconds; by more lines at once than may wait (200).
ASKED, SECONDS, LINES = (10_000, 60.0, 260) if SLOW else (1_000, 6.0, 260)
RATE, WAITING = 20, 200  # of the file: a second, and beyond them
GREEDY, NEIGHBOUR = "127.0.0.2", "127.0.0.3"


@pytest.fixture(scope="module")
def front(behind: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with fronted(tmp_path_factory.mktemp("nginx"), behind) as running:
        running.folder.chmod(0o755)
        yield running


class Line:
    """One open connection from an address of one's own."""

    def __init__(self, front: Front, context: ssl.SSLContext, source: str) -> None:
        self.front, self.context, self.source = front, context, source

    async def __aenter__(self) -> Line:
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", self.front.port, ssl=self.context, server_hostname=HOST,
            local_addr=(self.source, 0),
        )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def look_up(self, reference: str) -> tuple[int, float]:
        """The status of one look-up, and how long it took."""
        since = time.monotonic()
        self.writer.write(f"GET /fr/verify/{reference} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = next(line for line in head.lower().split("\r\n") if "content-length" in line)
        await self.reader.readexactly(int(length.partition(":")[2]))
        return int(head.split()[1]), time.monotonic() - since


async def flood(front: Front, context: ssl.SSLContext) -> tuple[Counter[int], float]:
    """Guesses from one address, spread over the time; what was answered, and how long it took."""
    answered: Counter[int] = Counter()
    guesses = iter(range(ASKED))
    since = time.monotonic()

    async def one() -> None:
        async with Line(front, context, GREEDY) as line:
            for number in guesses:
                early = since + number * SECONDS / ASKED - time.monotonic()
                await asyncio.sleep(max(0.0, early))
                status, _ = await line.look_up(with_check(f"2{number:09}"))
                answered[status] += 1

    await asyncio.gather(*(one() for _ in range(LINES)))
    return answered, time.monotonic() - since


async def calm(
    front: Front, context: ssl.SSLContext, stop: asyncio.Event
) -> list[tuple[int, float]]:
    """A bank next door checks a paper now and then."""
    seen = []
    async with Line(front, context, NEIGHBOUR) as line:
        while not stop.is_set():
            seen.append(await line.look_up("271828182898"))
            await asyncio.sleep(0.2)
    return seen


async def together(front: Front) -> tuple[Counter[int], float, list[tuple[int, float]]]:
    context, stop = front.context(), asyncio.Event()
    bank = asyncio.create_task(calm(front, context, stop))
    answered, took = await flood(front, context)
    stop.set()
    return answered, took, await bank


def test_a_flood_is_slowed_and_the_neighbours_wait_for_none_of_it(front: Front) -> None:
    answered, took, neighbour = asyncio.run(together(front))
    assert set(answered) == {200, 429}, "slowed at first, refused beyond what may wait"
    assert answered[200] <= RATE * (took + 1) + 1
    assert len(neighbour) > 5
    assert {status for status, _ in neighbour} == {200}
    waits = WAITING / RATE  # seconds: what the last of those who wait in the flood waits
    assert max(one for _, one in neighbour) < waits / 4
    status, _ = asyncio.run(_again(front))
    assert status == 200, "and whoever flooded is not shut out"


async def _again(front: Front) -> tuple[int, float]:
    await asyncio.sleep(1)
    async with Line(front, front.context(), GREEDY) as line:
        return await line.look_up("271828182898")
