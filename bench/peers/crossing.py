"""C1: does a caller hear their own answer when look-ups take 5 to 25 ms and many call at once?

Answers are told apart by the caller's own dossier numbers. One that does not come within two
seconds is lost: that is eighty look-ups, and the gateway's caller is looking at a blank screen.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from time import monotonic

from attack.figures import Figure
from bench import served
from bench.client import written
from bench.peers.asks import DIALECTS, Asks
from bench.peers.serving import ANYSD, EXPRESS, MEMORY, PEERS, Running, serving
from bench.served import Served
from bench.tables import table
from bench.town import callers
from bench.wire import Ask, Crossed, check
from lite.config import Settings

CALLERS, PAUSE, STEPS = 64, (5.0, 25.0), 4
_PATIENCE = 2.0
_DIALOGUES = int(os.environ.get("BENCH_DIALOGUES", "100000"))
_AFTER = {MEMORY: 50.0, EXPRESS: 50.0, ANYSD: 200.0}  # turns a second, all callers together
_HEAD = ("64 callers, look-ups of 5 to 25 ms", "dialogues", "turns/s", "right", "another's",
         "none", "deaths")  # fmt: skip


@dataclass
class Told:
    """Counts of turns by what came of them."""

    seconds: float = 0.0
    right: int = 0
    crossed: int = 0
    lost: int = 0
    dead: bool = False

    @property
    def turns(self) -> int:
        """All of them."""
        return self.right + self.crossed + self.lost


def run(settings: Settings, quick: bool) -> tuple[str, list[Figure]]:
    """A table, and the goal of Lite."""
    ours, theirs = (1_000, 64) if quick else (_DIALOGUES, 500)
    rows = []
    with served.house(settings, 16, "lite_paused") as lite:
        told = asked(lite, DIALECTS["lite"], ours, 0.0)
    rows.append(_row("Lite", ours, told))
    folder = settings.folder / "peers"
    folder.mkdir(exist_ok=True)
    for peer in PEERS:
        if peer.name in _AFTER and not peer.missing:
            with serving(peer, folder, PAUSE, CALLERS) as server:
                heard = asked(server, DIALECTS[peer.dialect], theirs, _AFTER[peer.name])
            rows.append(_row(f"{peer.name}, {_AFTER[peer.name]:.0f} a second", theirs, heard))
    wrong = told.crossed + told.lost
    figure = Figure("C1", f"crossed or lost answers of {told.turns:,}", f"{wrong}", "0", not wrong)
    return table(_HEAD, rows), [figure]


def _row(name: str, dialogues: int, told: Told) -> tuple[str, ...]:
    shares = (f"{count:,} ({count / told.turns:.1%})" for count in (told.crossed, told.lost))
    rate = f"{told.turns / told.seconds:,.0f}"
    return (name, f"{dialogues:,}", rate, f"{told.right:,}", *shares, "1" if told.dead else "0")


def asked(
    server: Served | Running, asks: Asks, dialogues: int, rate: float
) -> Told:  # fmt: skip
    """`rate`: turns a second of all callers together; 0: each as soon as the last is answered."""
    told, people = Told(), callers()
    each = dialogues // CALLERS * STEPS
    mine = [islice(asks(people[one::CALLERS]), each) for one in range(CALLERS)]
    since = monotonic()
    asyncio.run(_all(server.port, mine, CALLERS / rate if rate else 0.0, told))
    told.seconds = monotonic() - since
    return told


async def _all(port: int, mine: Sequence[Iterator[Ask]], every: float, told: Told) -> None:
    starts = [every * one / len(mine) for one in range(len(mine))]
    await asyncio.gather(*(
        caller(port, asks, every, wait, told) for asks, wait in zip(mine, starts, strict=True)
    ))  # fmt: skip


async def caller(
    port: int, asks: Iterator[Ask], every: float, wait: float, told: Told
) -> None:  # fmt: skip
    """One caller: a turn every so many seconds. A lost answer's connection is given up."""
    await asyncio.sleep(wait)
    line = None
    for ask in asks:
        due = monotonic() + every
        try:
            line = line or await asyncio.open_connection("127.0.0.1", port)
            async with asyncio.timeout(_PATIENCE):
                _judge(ask, *await _answer(*line, ask), told)
        except (OSError, asyncio.IncompleteReadError) as why:
            told.lost += 1
            told.dead |= isinstance(why, ConnectionRefusedError)
            line = _given_up(line)
        await asyncio.sleep(max(0.0, due - monotonic()))
    _given_up(line)


def _given_up(line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None) -> None:
    if line is not None:
        line[1].close()


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ask: Ask
) -> tuple[int, bytes]:  # fmt: skip
    writer.write(written(ask))
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, found, after = head.partition(b"content-length:")
    length = int(after.split(b"\r\n", 1)[0]) if found else 0
    return int(head[9:12]), await reader.readexactly(length)


def _judge(ask: Ask, status: int, body: bytes, told: Told) -> None:
    try:
        check(ask, status, body)
        told.right += 1
    except Crossed:
        told.crossed += 1
