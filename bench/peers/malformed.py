"""C2: webhooks that no gateway should send, and who is still there after them."""

from __future__ import annotations

import random
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import sleep
from urllib.parse import urlencode

from attack.figures import Figure
from bench import served
from bench.peers.serving import ANYSD, EXPRESS, MEMORY, PEERS, SQLITE, Peer, serving
from bench.tables import table
from bench.town import SECRET
from bench.wire import FORM
from lite.config import Settings

_DEATHS = 40  # of a peer; then it is enough
_WHOLE = {"sessionId": "s", "phoneNumber": "+212612345678", "networkCode": "60401",
          "serviceCode": "*384*3939#", "text": ""}  # fmt: skip
_HEAD = ("malformed webhooks", "sent", "deaths", "a sentence", "an error", "no answer")


@dataclass(frozen=True)
class Bad:
    """One webhook, and how a right answer begins: `END` where nothing can be made of it, `CON`
    where something can."""

    body: bytes
    right: bytes
    kind: str = FORM


def _without(name: str, right: bytes) -> Callable[[random.Random], Bad]:
    def bad(chance: random.Random) -> Bad:
        fields = _whole(chance)
        del fields[name]
        return Bad(urlencode(fields).encode(), right)

    return bad


def _with(name: str, right: bytes, *values: str) -> Callable[[random.Random], Bad]:
    def bad(chance: random.Random) -> Bad:
        return Bad(urlencode(_whole(chance) | {name: chance.choice(values)}).encode(), right)

    return bad


def _raw(right: bytes, body: bytes, kind: str = FORM) -> Callable[[random.Random], Bad]:
    return lambda chance: Bad(body, right, kind)


def _whole(chance: random.Random) -> dict[str, str]:
    return _WHOLE | {"sessionId": f"{chance.getrandbits(64):x}"}


KINDS = (
    _without("text", b"CON"), _without("sessionId", b"END"), _without("phoneNumber", b"END"),
    _with("text", b"CON", "*", "***", "9*9*9", "\0", "\ud7ff", "-1", "1e9", "'; drop table", "%s"),
    _with("text", b"CON", "9" * 3_000, "*" * 3_000, "٢", "undefined", "__proto__"),
    _with("phoneNumber", b"END", "", "abc", "+", "0", "+2126", "null", "9" * 400),
    _with("sessionId", b"END", "", " ", "x" * 5_000),
    _raw(b"END", b""), _raw(b"END", b"&&&==&"), _raw(b"END", b"text=%ff%fe%c3(&phoneNumber=%zz"),
    _raw(b"END", b'{"text": "1"}', "application/json"), _raw(b"END", b"{", "application/json"),
    _raw(b"END", b"<ussd/>", "text/xml"), _raw(b"END", b"--x--", "multipart/form-data; boundary=x"),
    _raw(b"END", b"text=1&text=2&sessionId=a&phoneNumber=%2B212612345678"),
    _raw(b"END", b"&".join(b"f%d=1" % one for one in range(2_000))),
    _raw(b"END", b"text=" + b"x" * 300_000), _raw(b"END", bytes(range(256))),
)  # fmt: skip


def malformed(seed: int = 6) -> Iterator[Bad]:
    """One kind after the other, for ever; the same ones each time."""
    chance = random.Random(seed)
    while True:
        for kind in KINDS:
            yield kind(chance)


def run(settings: Settings, quick: bool) -> tuple[str, list[Figure]]:
    """A table, and the goal of Lite: alive, the same process, each answer begins as it should."""
    number = 500 if quick else 10_000
    with served.lite(settings, served.CORE, subprocess.DEVNULL) as lite:
        told = heard(lite.port, f"/at/{SECRET}/ussd", islice(malformed(), number))
        alive = Path(f"/proc/{lite.process}").exists() and not told["dead"]
    rows = [_row("Lite", told, 0 if alive else 1)]
    for peer in PEERS:
        if peer.name in (SQLITE, MEMORY, EXPRESS, ANYSD) and not peer.missing:
            rows.append(_row(peer.name, *_survived(peer, settings.folder / "peers", number)))
    wrong = told["sent"] - told["right"]
    figure = Figure("C2", f"of {number:,} malformed webhooks: deaths, answers that are not right",
                    f"{0 if alive else 1}, {wrong}", "0, 0", alive and not wrong)  # fmt: skip
    return table(_HEAD, rows), [figure]


def _row(name: str, told: Counter[str], deaths: int) -> tuple[str, ...]:
    counts = (told["sent"], deaths, told["sentence"], told["error"], told["none"] + told["dead"])
    return (name, *(f"{count:,}" for count in counts))


def _survived(peer: Peer, folder: Path, number: int) -> tuple[Counter[str], int]:
    """Started again each time that it dies."""
    folder.mkdir(exist_ok=True)
    told: Counter[str] = Counter()
    deaths, bad = 0, islice(malformed(), number)
    while told["sent"] < number and deaths < _DEATHS:
        with serving(peer, folder) as server:
            told += heard(server.port, "/", bad)
            deaths += told["sent"] < number
    return told, deaths


def heard(port: int, path: str, bad: Iterator[Bad]) -> Counter[str]:
    """What came of each, until there is nobody any more."""
    told: Counter[str] = Counter()
    for one in bad:
        said = _asked(port, path, one)
        told["sent"] += 1
        told["right"] += said.endswith(one.right) and said.startswith(b"200")
        told[_called(said)] += 1
        if said in (b"", b"dead"):
            sleep(0.1)
            if _gone(port):
                break
    return told


def _called(said: bytes) -> str:
    if not said or said == b"dead":
        return said.decode() or "none"
    sentence = said.startswith(b"200") and said[4:7] in (b"CON", b"END")
    return "sentence" if sentence else "error"


def _asked(port: int, path: str, bad: Bad) -> bytes:
    """`200 CON`: the status and the first three letters; `dead`: refused; nothing: no answer."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: {bad.kind}\r\nContent-Length: {len(bad.body)}\r\n\r\n"
    ).encode()
    heard = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
            line.sendall(head + bad.body)
            while part := line.recv(65536):
                heard += part
    except ConnectionRefusedError:
        return b"dead"
    except OSError:
        pass
    first, found, body = heard.partition(b"\r\n\r\n")
    return first[9:12] + b" " + body[:3] if found else b""


def _gone(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
