"""R7: a disk that is full or broken. Nothing told is lost, nothing is corrupt, callers hear an
honest sentence, and the house serves again by itself once there is room."""

from __future__ import annotations

import http.client
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from attack.figures import Figure
from chaos.callers import SORRY, dialled, post, texted
from chaos.gateway import figures, gateway
from chaos.history import Done, History, judge
from chaos.home import environment, furnished, home, settled
from chaos.kill import keep
from chaos.processes import Process, running, web, worker
from chaos.progress import shown
from lite.app import House

STRACE = Path("/usr/bin/strace")
# What fails: every write from the k-th on, or the k-th write or sync alone.
_KINDS = (
    "pwrite64:error=ENOSPC:when={k}+", "pwrite64:error=EIO:when={k}",
    "fdatasync:error=EIO:when={k}", "pwrite64:error=EIO:when={k}+2",
)  # fmt: skip
_BACK = 2.0
_FILLED, _TMPFS = 4, "24m"


@dataclass
class Asking:
    """One caller after the other; what each was told, and whether it was an honest answer."""

    port: int
    history: History
    told: int = 0
    sorry: int = 0
    odd: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=count)

    def once(self) -> bool:
        """A call-back or a message; whether it was taken."""
        number = next(self._numbers)
        phone, id = f"+2126{number:08}", f"d{number}"
        kind = ("callback", "sms")[number % 2]
        try:
            said = self._callback(id, phone) if kind == "callback" else self._message(id, phone)
        except (OSError, http.client.HTTPException) as error:
            said = ""
            self.odd.append(repr(error))
        self.history.add(Done(kind, phone, id, said, 1, time.monotonic()))
        self.told += bool(said)
        return bool(said)

    def _callback(self, id: str, phone: str) -> str:
        status, said = post(self.port, "ussd", dialled(id, phone, "5*2*1*2*1"))
        reference = said.rpartition(" ")[2].strip()
        if status == 200 and said.startswith("END") and reference.isdigit():
            return reference
        self._judge(status == 200 and said.startswith("END") and SORRY in said, said)
        return ""

    def _message(self, id: str, phone: str) -> str:
        status, said = post(self.port, "sms", texted(id, phone, "AIDE"))
        if status == 200:
            return "taken"
        self._judge(status == 429, f"{status} {said}")
        return ""

    def _judge(self, honest: bool, said: str) -> None:
        self.sorry += honest
        if not honest:
            self.odd.append(said)

    def until_taken(self) -> float:
        """Seconds until both a call and a message are taken again."""
        began = time.monotonic()
        while not (self.once() and self.once()):
            if time.monotonic() - began > 30:
                break
            time.sleep(0.02)
        return time.monotonic() - began


def run(most: int) -> list[Figure]:
    """Every k-th write, until there is none any more or up to `most`, then a disk that is full."""
    return [*_injected(most), *_full()]


# Errors of single calls


def _injected(most: int) -> list[Figure]:
    if not STRACE.exists():
        return [_unable("strace is missing: tools/debian strace")]
    with home() as house:
        server = web(environment(house.settings))
        history = History(house.settings.folder / "history.jsonl")
        asking, backs, last = Asking(server.port, history), [], 0
        first: list[Fault] = []  # each kind's first call: what comes before any answer
        with running(server):
            asking.until_taken()
            for k in shown("writes", range(1, most + 1), most):
                tried = [_faulted(server, kind.format(k=k), asking, house) for kind in _KINDS]
                backs += [one.back for one in tried if one.hit]
                if not any(one.hit for one in tried):
                    break
                first = first or tried
                last = k
            same = server.alive
        end = "the last" if last < most else f"the {most}th"
        what = f"{len(backs)} faults of the disk by strace, every call from the 1st to {end}"
        refused = sum(one.refused > 0 for one in first)
        return [
            *_figures(f"{what} ({last})", asking, backs, house, same),
            Figure("R7", "the first write or sync failed, of each kind: somebody was told no",
                   f"{refused} of {len(_KINDS)}", "all", refused == len(_KINDS)),
        ]  # fmt: skip


class Fault(NamedTuple):
    """One that was injected: whether there was a call to fail, how many of four askers were told
    no, and the seconds until it served again."""

    hit: bool
    refused: int
    back: float


def _faulted(server: Process, inject: str, asking: Asking, house: House) -> Fault:
    log, taken = house.settings.folder / "strace.log", 0
    with _traced(server, inject, log):
        for _ in range(4):
            taken += asking.once()
    back = asking.until_taken()
    return Fault("(INJECTED)" in log.read_text(), 4 - taken, back)


@contextmanager
def _traced(server: Process, inject: str, log: Path) -> Iterator[None]:
    call = inject.partition(":")[0]
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    at = [word for one in children for word in ("-p", one)]
    watched = ["-f", "-o", str(log), "-e", f"trace={call}", "-e", f"inject={inject}", *at]
    tracer = subprocess.Popen([str(STRACE), *watched], stderr=subprocess.PIPE, text=True)
    assert tracer.stderr
    if "attached" not in (line := tracer.stderr.readline()):
        raise RuntimeError(f"strace cannot watch a process here: {line}")
    try:
        yield
    finally:
        tracer.terminate()
        tracer.communicate()


# A disk without room


def _full() -> list[Figure]:
    with TemporaryDirectory(prefix="chaos-disk-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={_TMPFS}", "chaos", name]
        if subprocess.run(mount, capture_output=True, check=False).returncode:
            return [_unable("a file system of its own needs root: mount is not permitted")]
        try:
            return _filled(Path(name))
        finally:
            subprocess.run(["umount", "-l", name], check=True)


def _filled(folder: Path) -> list[Figure]:
    with TemporaryDirectory() as elsewhere, gateway() as url:
        house = furnished(settled(folder, at_url=url))
        told = environment(house.settings)
        server, sender = web(told), worker(told)
        asking, backs = Asking(server.port, History(Path(elsewhere) / "history.jsonl")), []
        with running(server, sender):
            for room in range(_FILLED):
                backs.append(_without_room(folder / "filler", 100_000 * room, asking))
            same = server.alive and sender.alive
            left = _left(house)
        what = f"{_FILLED} times a full disk"
        sent = Counter(to for to, _ in figures(url))
        doubled = sum(times > 1 for times in sent.values())
        return [
            *_figures(what, asking, backs, house, same),
            Figure("R7", f"{what}: SMS doubled, or left behind",
                   f"{doubled}, {left} of {len(sent)}", "0, 0",
                   doubled == left == 0 and len(sent) > 0),
        ]  # fmt: skip


def _left(house: House) -> int:
    """Letters that did not leave, for who waits for them half a minute."""
    until = time.monotonic() + 30
    query = "select count(*) from letters where kind = 'sms' and state <> 'accepted'"
    while (row := house.store.sql.one(query)) and row[0] and time.monotonic() < until:
        time.sleep(0.2)
    return int(row[0]) if row else 0


def _without_room(filler: Path, room: int, asking: Asking) -> float:
    """All of it is taken, but so many bytes."""
    with filler.open("wb", buffering=0) as file:
        _until_refused(lambda: file.write(bytes(65536)))
        _until_refused(lambda: file.write(bytes(512)))
        file.truncate(file.tell() - room)
    for _ in range(40):
        asking.once()
    filler.unlink()
    return asking.until_taken()


def _until_refused(write: Callable[[], object]) -> None:
    try:
        for _ in range(100_000):
            write()
    except OSError:
        pass


def _figures(
    what: str, asking: Asking, backs: list[float], house: House, same: bool
) -> list[Figure]:
    found = judge(asking.history.read(), house)
    keep(asking.history.path)
    sound = house.store.sql.one("pragma integrity_check") == ("ok",)
    honest = not asking.odd
    wrong = found.lost + found.halves + found.doubled
    return [
        Figure("R7", f"{what}: acknowledged and lost, or half-done",
               f"{wrong} of {asking.told:,}", "0", wrong == 0 and asking.told > 0),
        Figure("R7", f"told honestly of {asking.sorry + len(asking.odd)} that failed",
               "all" if honest else f"not {len(asking.odd)}: {asking.odd[0][:60]}", "all",
               honest and asking.sorry > 0),
        Figure("R7", "serving again, no restart", f"{max(backs):.2f} s" if same else "restarted",
               "<= 2 s", same and max(backs) <= _BACK),
        Figure("R7", "store whole after it", "yes" if sound else "no", "yes", sound),
    ]  # fmt: skip


def _unable(why: str) -> Figure:
    return Figure("R7", why, "not tried", "tried", False)
