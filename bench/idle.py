"""An idle house: the memory of a web and a worker process, and how often each goes to the store.

Counted from outside: `strace` writes down each call of every thread, and those on a file of the
store (the database, its log, the people's keys) are its wake-ups. The web process answers for a
while first, so that it holds all that a working one holds.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import sleep

from attack.figures import Figure
from bench import served
from bench.client import drive
from bench.gateway import gateway
from bench.goals import goals
from bench.served import Served
from bench.tables import table
from bench.town import callers, sign_in
from bench.wire import dossiers, menu, sms, ussd
from lite.app import House
from lite.config import Settings

STRACE = "/usr/bin/strace"
_CALL = re.compile(r"^\d+ +(?:<\.\.\. )?(\w+)")
_EACH = 200
_HEAD = ("idle", "processes", "PSS MB", "calls to the kernel / s", "calls to the store / s",
         "which")  # fmt: skip


def run(settings: Settings, quick: bool) -> str:
    """A table of both, and the goals."""
    if not Path(STRACE).exists():
        return "Debian's strace is missing: tools/debian strace"
    seconds = 4 if quick else 30
    with (
        served.lite(settings, log=subprocess.DEVNULL) as web,
        gateway() as url,
        _worker(settings, url) as worker,
    ):
        _warm(settings, web)
        sleep(2 if quick else 40)  # a thread that rests half a minute ends, and closes its files
        trees = {"web": tree(web.parent), "worker": tree(worker)}
        memory = {name: sum(_pss(one) for one in tree) for name, tree in trees.items()}
        calls = {
            name: called(tree, settings, lambda: sleep(seconds)) for name, tree in trees.items()
        }
    rows = [
        (name, str(len(trees[name])), f"{memory[name]:.0f}", f"{calls[name][0] / seconds:.1f}",
         f"{calls[name][1].total() / seconds:.1f}", _most(calls[name][1]))
        for name in trees
    ]  # fmt: skip
    both, woken = sum(memory.values()), calls["web"][1].total()
    return table(_HEAD, rows) + "\n\n" + goals([
        Figure("", "one web and one worker process together", f"{both:.0f} MB", "<= 130 MB",
               both <= 130),
        Figure("", f"calls of an idle web process to the store in {seconds} s", f"{woken}", "0",
               not woken),
    ])  # fmt: skip


def _warm(settings: Settings, web: Served) -> None:
    house, people = House(settings), callers()
    mixed = [ussd(people), sms(people), menu(), dossiers(sign_in(house, people[:_EACH]))]
    heard = drive(web.port, [islice(asks, _EACH) for asks in mixed], 60.0)
    if heard.wrong:
        raise AssertionError(heard.example)


@contextmanager
def _worker(settings: Settings, url: str) -> Iterator[int]:
    """`lite work`; its process."""
    told = served.told(settings, 1) | {"LITE_AT_URL": url, "LITE_AT_API_KEY": "key"}
    worker = subprocess.Popen(
        [sys.executable, "-m", "lite", "work"], stderr=subprocess.DEVNULL,
        env=os.environ | told | {"NO_PROXY": "127.0.0.1,localhost"},
    )  # fmt: skip
    try:
        yield worker.pid
    finally:
        worker.terminate()
        worker.wait()


def tree(pid: int) -> list[int]:
    """A process and all that it started."""
    told = [path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [pid, *(one for children in told for child in children for one in tree(int(child)))]


def _pss(pid: int) -> float:
    return Served(0, pid).pss()


def called(
    tree: list[int], settings: Settings, meanwhile: Callable[[], object]
) -> tuple[int, Counter[str]]:
    """All calls of these processes meanwhile, and those on a file of the store, by name."""
    log = settings.folder / f"strace-{tree[0]}"
    command = [STRACE, "-f", "-y", "-o", str(log), *(f"-p{one}" for one in tree)]
    watch = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    while not all(_watched(one) for one in tree):
        sleep(0.05)
    meanwhile()
    watch.terminate()
    watch.wait()
    lines = [line for line in log.read_text().splitlines() if _CALL.match(line)]
    store = f"<{settings.folder}/"
    theirs = (_CALL.match(line) for line in lines if store in line or '.db"' in line)
    return len(lines), Counter(found[1] for found in theirs if found)


def _watched(pid: int) -> bool:
    return "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text()


def _most(calls: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in calls.most_common(4)) or "none"
