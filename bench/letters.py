"""Letters out: how many a second, how soon after their commit, and a fund's return.

Beside the same client that posts to the same gateway and does nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

from attack.figures import Figure
from bench.gateway import figures, gateway
from bench.goals import goals
from bench.tables import table
from lite.app import House
from lite.clock import stamp
from lite.config import Settings
from lite.desk import post
from lite.numbers import with_check
from lite.outbox import Accepted, Outbox, Outcome
from lite.sms.africastalking import Gateway
from lite.store.letters import LetterRow
from lite.text import T

_SENDERS = 16
_RECEIPT = [T("Lite : demande d'attestation reçue. Référence :")]
_PATIENCE = 900.0


def run(settings: Settings, quick: bool) -> str:
    """The figures of letters out, as a table."""
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    burst, seconds, waiting = (1_000, 3, 5_000) if quick else (10_000, 20, 100_000)
    bare = _bare(burst)
    handed, doubled = _burst(settings, burst)
    latencies = _steady(settings, seconds)
    took, disordered = _return(settings, waiting)
    late = latencies[int(0.999 * len(latencies))]
    rows = [
        ("the bare client, letters/s", f"{bare:,.0f}", ""),
        ("one worker, letters/s", f"{handed:,.0f}", f"{handed / bare:.2f} of the bare client"),
        ("doubled", f"{doubled}", f"of {burst:,}"),
        ("at 100/s, 99.9 % handed over within", f"{late:.3f} s", f"longest {latencies[-1]:.3f} s"),
        (f"{waiting:,} requests, fund is back", f"{took:.0f} s", f"{waiting / took:,.0f}/s"),
        ("doubled or out of order", f"{disordered}", f"of {waiting:,}"),
    ]
    wrong = doubled + disordered
    return table(("letters", "figure", "beside"), rows) + "\n\n" + goals([
        Figure("", "SMS handed over by one worker", f"{handed:,.0f}/s", ">= 1,000/s",
               handed >= 1_000),
        Figure("", "99.9 % handed over after their commit, at 100/s", f"{late:.2f} s", "<= 2 s",
               late <= 2),
        Figure("", "doubled, or out of a person's order", f"{wrong}", "0", not wrong),
    ])  # fmt: skip


def _bare(number: int) -> float:
    """Letters a second of the client alone: its threads, its connections, no store."""
    with gateway() as url, ThreadPoolExecutor(_SENDERS) as pool:
        sdk = Gateway("sandbox", "key", url)
        list(pool.map(lambda one: sdk.send("Lite", [_phone(one)]), range(number)))
        return _rate([at for at, _ in figures(url)])


def _rate(moments: list[float]) -> float:
    """A second's worth of those between the first tenth and the last."""
    moments = sorted(moments)[len(moments) // 10 :]
    return len(moments) / (moments[-1] - moments[0])


def _burst(settings: Settings, number: int) -> tuple[float, int]:
    """One worker, that many letters: how many a second, and how many came twice."""
    house = House(settings)
    for one in range(number):
        post.sms(house.office, _phone(one), _RECEIPT, "fr", "receipt")
    with gateway() as url, _worker(settings, url):
        _until(lambda: len(figures(url)) >= number)
        taken = figures(url)
    return _rate([at for at, _ in taken]), len(taken) - len({to for _, to in taken})


def _steady(settings: Settings, seconds: int) -> list[float]:
    """A hundred letters a second: how long after its commit each was handed over, in order."""
    house, committed = House(settings), dict[str, float]()
    with gateway() as url, _worker(settings, url):
        since = time.monotonic()
        for one in range(100 * seconds):
            time.sleep(max(0.0, since + one / 100 - time.monotonic()))
            phone = _phone(500_000 + one)
            post.sms(house.office, phone, _RECEIPT, "fr", "answer")
            committed[phone] = time.monotonic()
        _until(lambda: len(figures(url)) >= len(committed))
        return sorted(at - committed[to] for at, to in figures(url))


def _return(settings: Settings, number: int) -> tuple[float, int]:
    """A fund is back, and so many requests of a fifth as many people wait: seconds until all are
    there, and how many came twice or out of order."""
    house, there = House(settings), list[LetterRow]()
    now = house.clock.now()
    with house.store.transaction():
        for one in range(number):
            content = {"reference": with_check(f"2{one:09}"), "type": "amo", "fund": "town"}
            post.request(house.office, f"person {one % (number // 5)}", content, f"bench-{one:06}")
    house.store.lanes.failed("fund", "town", stamp(now), "down")

    def carry(letter: LetterRow) -> Outcome:
        house.office.open(f"letters.sealed:{letter.id}", letter.sealed)
        there.append(letter)
        return Accepted()

    stop, since = Event(), time.monotonic()
    worker = Outbox(house.store, house.clock, {"fund:town": carry})
    thread = Thread(target=worker.run, args=(stop,))
    thread.start()
    _until(lambda: len(there) >= number)
    took = time.monotonic() - since
    stop.set()
    thread.join()
    return took, number - len({row.id for row in there}) + _disordered(there)


def _disordered(letters: list[LetterRow]) -> int:
    last: dict[str, str] = {}
    wrong = 0
    for letter in letters:
        wrong += last.get(letter.address, "") >= letter.id
        last[letter.address] = letter.id
    return wrong


@contextmanager
def _worker(settings: Settings, url: str) -> Iterator[None]:
    """`lite work`, as an operator starts it, with no fund to care for."""
    chosen = replace(settings, at_url=url)
    environment = os.environ | {
        "LITE_DATABASE": chosen.database, "LITE_KEY_FILE": chosen.key_file,
        "LITE_AT_URL": chosen.at_url, "LITE_AT_API_KEY": "key", "LITE_SMS_SENDERS": f"{_SENDERS}",
    }  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "-m", "lite", "work"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def _until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > end:
            raise RuntimeError("the letters never left")
        time.sleep(0.5)


def _phone(one: int) -> str:
    return f"+2127{one:08}"
