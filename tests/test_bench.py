"""The benches, in their shortest form: what they count is right, whatever the time it takes."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from time import sleep
from types import ModuleType

import pytest

from bench import commits, hosts, idle, networks, served, threads
from bench.client import drive
from bench.peers import crossing, malformed, opened
from bench.peers.asks import DIALECTS
from bench.peers.serving import PEERS, Peer, serving
from bench.town import SECRET, callers, town
from bench.wire import Ask
from lite.config import Settings
from tools.cluster import missing

pytestmark = pytest.mark.sqlite("the town of the benches is a file")


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with town() as settings:
        yield settings


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_answers_the_four_steps(peer: Peer, tmp_path: Path) -> None:
    if peer.missing:
        pytest.skip(peer.missing)
    with serving(peer, tmp_path) as server:
        heard = drive(server.port, [islice(DIALECTS[peer.dialect](callers()), 12)], 30)
    assert (len(heard.latencies), heard.wrong, heard.example) == (12, 0, "")


def test_a_crowd_of_slow_turns_hears_its_own(settings: Settings) -> None:
    with served.house(settings, 16, "lite_paused") as lite:
        told = crossing.asked(lite, DIALECTS["lite"], 64, 0.0)
    assert (told.right, told.crossed, told.lost) == (256, 0, 0)


@pytest.mark.parametrize("part", [commits, threads])
def test_what_a_decision_rests_on_is_printed(settings: Settings, part: ModuleType) -> None:
    lines = part.run(settings, quick=True).splitlines()
    rows = [line for line in lines if line[-1:].isdigit()]
    assert len(rows) >= 7 and all(float(row.split()[-2].replace(",", "")) > 0 for row in rows)


def test_an_answer_of_another_is_counted_and_so_is_none(settings: Settings) -> None:
    """A server that gives everybody the first one's answer, and some nobody's."""

    async def heard() -> crossing.Told:
        told, asks = crossing.Told(), islice(DIALECTS["form"](callers()), 8)
        mine = [next(asks) for _ in range(8)]
        server = await asyncio.start_server(_deaf(mine[1]), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        await crossing.caller(port, iter(mine), 0.0, 0.0, told)
        server.close()
        return told

    told = asyncio.run(heard())
    # Right by chance: the two menus, and the two screens that show that very dossier.
    assert (told.right, told.crossed, told.lost) == (4, 3, 1)


def _deaf(always: Ask):
    """Answers each request with one screen; closes the line on every eighth."""
    turns = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal turns
        while head := await reader.readuntil(b"\r\n\r\n"):
            await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split()[0]))
            turns += 1
            if turns == 8:
                writer.close()
                return
            body = f"CON {always.holds}".encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    return serve


def test_bad_webhooks_are_answered_as_they_deserve(settings: Settings) -> None:
    with served.lite(settings, log=subprocess.DEVNULL) as lite:
        bad = islice(malformed.malformed(), 3 * len(malformed.KINDS))
        told = malformed.heard(lite.port, f"/at/{SECRET}/ussd", bad)
    assert told["right"] == told["sent"] == 3 * len(malformed.KINDS)


def test_open_dialogues_are_left_where_they_should_be(settings: Settings) -> None:
    few = opened.copied(settings, "some")
    opened.leave(few, range(20))
    house = opened.House(few)
    (left,) = house.store.sql.all("select count(*) from talks where open = 1")
    assert left == (20,)


def test_an_idle_web_process_leaves_the_store_alone(settings: Settings) -> None:
    """One that answers is seen to use it, by the same count."""
    if not Path(idle.STRACE).exists():
        pytest.skip("strace is missing: tools/debian strace")
    with served.lite(settings) as web:
        drive(web.port, [islice(DIALECTS["lite"](callers()), 8)], 30)
        tree = idle.tree(web.parent)
        _, resting = idle.called(tree, settings, lambda: sleep(1))
        asks = [islice(DIALECTS["lite"](callers()), 8)]
        _, working = idle.called(tree, settings, lambda: drive(web.port, asks, 30))
    assert not resting
    assert working


@pytest.mark.skipif(bool(missing()), reason=missing())
@pytest.mark.parametrize("made", [hosts.one_host, hosts.two_hosts])
def test_processes_share_a_database(settings: Settings, made) -> None:
    with ExitStack() as stack:
        try:
            _, (one, many, _) = stack.enter_context(made(settings))
        except networks.Refused as why:
            pytest.skip(f"network namespaces: {why}")
        loads = [group.load(0.5) for group in (one, many)]
    assert all(load.turns and not load.wrong for load in loads)
    assert len(many.processes) > len(one.processes) == 1
