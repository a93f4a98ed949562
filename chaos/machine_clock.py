"""R9 once more, under the clock of the machine itself: a real `lite serve` and `lite work` whose
system time jumps (libfaketime). Codes, letters and the worker's pace, over HTTP."""

from __future__ import annotations

import http.client
import re
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

from attack.figures import Figure
from chaos.callers import FORM, dialled, post, texted
from chaos.clocks import JUMPS, STARTS
from chaos.gateway import figures, gateway
from chaos.home import environment, home
from chaos.processes import Process, running, web, worker
from chaos.progress import shown
from lite.app import House
from lite.upstream import pretend_people

_CODE = re.compile(r"\b\d{6}\b")
_PATIENCE = 10.0


@dataclass(frozen=True)
class MachineClock:
    """The system time of the processes that read this file: so far from the real one."""

    file: Path

    def set(self, moment: datetime) -> None:
        ahead = (moment - datetime.now(UTC)).total_seconds()
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{ahead:+.3f}\n")
        beside.replace(self.file)

    @property
    def environment(self) -> dict[str, str]:
        """What preloads it. Waits are real: they are counted by the clock that nobody sets."""
        return {
            "LD_PRELOAD": str(library()), "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1", "TZ": "UTC",
        }  # fmt: skip


def library() -> Path | None:
    """libfaketime of the package of that name; None if it is not installed."""
    found = find_spec("libfaketime")
    places = Path(found.origin or "").parent.rglob("libfaketime.so.1") if found else ()
    return next(iter(places), None)


def run(rounds: int) -> list[Figure]:
    """Each jump from each moment, so many times."""
    if library() is None:
        return [Figure("R9", "libfaketime is missing: pip install libfaketime", "not tried",
                       "tried", False)]  # fmt: skip
    cases = [*product(STARTS, JUMPS)] * rounds
    wrong, late, phones = list[str](), 0, _enrolled()
    with home() as house, gateway() as url:
        house = House(replace(house.settings, at_url=url))
        clock = MachineClock(house.settings.folder / "machine-clock")
        clock.set(STARTS[0])
        told = environment(house.settings, **clock.environment)
        server, sender = web(told), worker(told)
        with running(server, sender):
            for number in shown("jumps", range(len(cases)), len(cases)):
                start, (jump, good) = cases[number]
                case = Case(house, server, clock, number)
                wrong += case.code(start, jump, good, phones[number % len(phones)])
                late += not case.leaves(url)
            alive = server.alive and sender.alive
        sent = [to for to, _ in figures(url)]
    doubled = len(sent) - len(set(sent))
    example = f" ({wrong[0]})" if wrong else ""
    return [
        Figure("R9", f"the machine's own clock moved: codes out of their time{example}",
               f"{len(wrong)} of {len(cases)}", "0", not wrong),
        Figure("R9", "the machine's own clock moved: letters that left twice, or not within 10 s",
               f"{doubled}, {late} of {len(cases)}", "0, 0", doubled == late == 0 and alive),
    ]  # fmt: skip


def _enrolled() -> list[str]:
    """Phones of the pretend fund's people that one person alone answers."""
    times = Counter(phone for head in pretend_people.heads() for phone in head.insured.phones)
    return [phone for phone, often in times.items() if often == 1]


@dataclass
class Case:
    """One jump of the clock, and one person who has a code on the screen before it."""

    house: House
    server: Process
    clock: MachineClock
    number: int

    def code(self, start: datetime, jump: timedelta, good: bool, phone: str) -> list[str]:
        """What was wrong with how a code was taken, or refused, after the jump."""
        self.clock.set(start)
        self.house.store.sql.run("delete from failures")
        self.house.store.sql.run("delete from codes")
        _, screen = post(self.server.port, "ussd", dialled(f"c{self.number}", phone, "4"))
        shown = _CODE.search(screen)
        if not shown:
            return [f"no code on the screen: {screen[:60]}"]
        self.clock.set(start + jump)
        status = self._typed(phone, shown[0])
        return [] if status == (303 if good else 422) else [f"{start} {jump}: {status}"]

    def _typed(self, phone: str, code: str) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        try:
            body = urlencode({"phone": phone, "code": code})
            line.request("POST", "/fr/sign-in", body, FORM)
            return line.getresponse().status
        finally:
            line.close()

    def leaves(self, url: str) -> bool:
        """Whether a message is answered by SMS soon, whatever the clock says."""
        before, phone = len(figures(url)), f"+2126{55_000_000 + self.number}"
        post(self.server.port, "sms", texted(f"c{self.number}", phone, "AIDE"))
        until = time.monotonic() + _PATIENCE
        while len(figures(url)) == before and time.monotonic() < until:
            time.sleep(0.05)
        return len(figures(url)) > before
