"""A crowd at once, over a real socket: each caller is answered with their own, and only that."""

from __future__ import annotations

import asyncio
import http.client
import os
import random
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cast import dossiers_of, enrolled
from houses import copied
from phone import check

from lite.app import House
from lite.numbers import has_check, mask_phone

CALLERS, DIALOGUES = 64, int(os.environ.get("LITE_DIALOGUES", "10000"))
PATIENCE = 30.0
DOSSIER = re.compile(r"\b1\d{9}\b")
REFERENCE = re.compile(r"\b3\d{11}\b")


@dataclass
class Line:
    """A caller's connection to the server, kept open, and the calls made over it."""

    port: int
    fund: dict[str, set[str]]
    chance: random.Random
    references: dict[str, str] = field(default_factory=dict)
    turns: int = 0

    async def calls(self, numbers: list[int]) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        phones = list(self.fund)
        for number in numbers:
            if number % 4:
                await self.reads_dossiers(f"s{number}", phones[number % len(phones)])
            else:
                await self.is_called_back(f"s{number}", f"+2126555{number:05d}")
        self.writer.close()

    async def reads_dossiers(self, session: str, phone: str) -> None:
        """The menu, the list, one dossier: every number is the caller's own."""
        own = self.fund[phone]
        await self.turn(session, phone, "")
        listed = await self.turn(session, phone, "1")
        seen = set(DOSSIER.findall(listed))
        assert seen <= own, f"{phone} was shown {seen - own}"
        assert bool(seen) is bool(own)
        options = re.findall(r"(?m)^(\d{1,2}) .*\b(1\d{9})$", listed)
        if options:
            key, number = self.chance.choice(options)
            told = await self.turn(session, phone, f"1*{key}")
            assert DOSSIER.findall(told) == [number]
        else:
            await self.turn(session, phone, "1*00")

    async def is_called_back(self, session: str, phone: str) -> None:
        """A stranger dials deep, chooses, reads their own number back, gets a reference."""
        await self.turn(session, phone, "5*2")
        await self.turn(session, phone, "5*2*1")
        asked = await self.turn(session, phone, "5*2*1*2")
        assert mask_phone(phone) in asked
        done = await self.turn(session, phone, "5*2*1*2*1")
        (reference,) = REFERENCE.findall(done)
        assert has_check(reference)
        self.references[reference] = phone

    async def turn(self, session: str, phone: str, text: str) -> str:
        await asyncio.sleep(self.chance.uniform(0.005, 0.025))
        body = urlencode({"sessionId": session, "phoneNumber": phone, "networkCode": "60401",
                          "serviceCode": "*384*3939#", "text": text}).encode()  # fmt: skip
        head = (
            "POST /at/secret/ussd HTTP/1.1\r\nHost: lite\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        answered = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert answered.startswith("http/1.1 200 "), answered
        length = int(answered.split("content-length:")[1].split()[0])
        answer = (await self.reader.readexactly(length)).decode()
        check(answer)
        self.turns += 1
        return answer


@pytest.fixture
def crowded(filled: Path, tmp_path: Path) -> House:
    return copied(filled, tmp_path)


@pytest.fixture(params=[1, 2] if os.environ.get("LITE_SLOW") else [1])
def port(crowded: House, request: pytest.FixtureRequest) -> Iterator[int]:
    """`lite serve` on a free port, in one process or more."""
    environment = {
        **os.environ,
        "LITE_DATABASE": crowded.settings.database,
        "LITE_KEY_FILE": crowded.settings.key_file,
        "LITE_UPSTREAM": crowded.settings.upstream,
        "LITE_CLOCK": crowded.settings.clock,
        "LITE_WEBHOOK_SECRETS": "secret",
    }
    server, free = started(environment, request.param)
    try:
        yield free
    finally:
        server.terminate()
        server.wait(PATIENCE)


def started(
    environment: dict[str, str], processes: int, tries: int = 5
) -> tuple[subprocess.Popen[bytes], int]:
    """A server that answers, and its port. A free port may be taken before it is used."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "lite", "serve", "--port", str(free)]
    server = subprocess.Popen([*command, "--processes", str(processes)], env=environment)
    try:
        answers(server, f"http://127.0.0.1:{free}/health")
    except AssertionError:
        server.kill()
        server.wait(PATIENCE)
        if tries == 1:
            raise
        return started(environment, processes, tries - 1)
    return server, free


def answers(server: subprocess.Popen[bytes], url: str) -> None:
    """Wait until the server is there."""
    until = time.monotonic() + PATIENCE
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while True:
        assert server.poll() is None, "the server stopped"
        try:
            opener.open(url, timeout=PATIENCE).close()
            return
        except OSError:
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.1)


async def everybody(lines: list[Line]) -> None:
    """All lines busy at once, the dialogues dealt among them."""
    shares = [list(range(caller, DIALOGUES, CALLERS)) for caller in range(CALLERS)]
    await asyncio.gather(*(line.calls(share) for line, share in zip(lines, shares, strict=True)))


def test_each_of_a_crowd_is_answered_with_their_own(crowded: House, port: int) -> None:
    fund = {phone: {one.number for one in dossiers_of(phone, crowded)} for phone in enrolled()}
    lines = [Line(port, fund, random.Random(caller)) for caller in range(CALLERS)]

    asyncio.run(everybody(lines))
    references = {
        reference: phone for line in lines for reference, phone in line.references.items()
    }
    kept = dict(crowded.store.sql.all("select reference, phone from requests"))
    assert kept == {one: crowded.office.index(phone) for one, phone in references.items()}
    assert len(kept) == len(range(0, DIALOGUES, 4))
    assert sum(line.turns for line in lines) >= 3 * DIALOGUES
    assert crowded.store.sql.one("select count(*) from talks") == (DIALOGUES,)


def test_ten_megabytes_are_answered_and_the_line_stays_open(port: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    whole = b"sessionId=s&phoneNumber=%2B212655500000&text="
    for body, prefix in ((whole + b"1" * 10_000_000, "END "), (whole, "CON ")):
        line.request("POST", "/at/secret/ussd", body, form)
        answer = line.getresponse()
        told = answer.read().decode()
        assert answer.status == 200
        assert told.startswith(prefix)
        check(told)


def test_a_body_in_chunks_of_no_told_length_is_read(port: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    chunks = iter([b"sessionId=s&phoneNumber=%2B2126", b"55500000&te", b"xt=5*3"])
    line.request("POST", "/at/secret/ussd", chunks, form, encode_chunked=True)
    assert "Votre ville" in line.getresponse().read().decode()
