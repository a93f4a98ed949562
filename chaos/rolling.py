"""R14: restarts and migrations under load, behind the shipped nginx file. No caller notices any.

Each migration is a release of its own: a copy of Lite with one more (throwaway) file of SQL. It is
applied while the old code answers, then one process after the other is started on the new code.
"""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from attack.figures import Figure
from chaos.behind import Line, fronting, missing
from chaos.callers import dialled, texted
from chaos.home import SECRET, environment, home
from chaos.processes import Process, running, web
from chaos.progress import shown
from chaos.threads import restless
from lite.app import House
from tests.deploy.front import Front

# Expansions that the old code must not notice: columns, tables and indexes more.
_EXPANSIONS = (
    "alter table requests add column chaos_1 text not null default ''",
    "alter table letters add column chaos_2 text not null default ''",
    "create table chaos_3 (id text primary key, at text not null)",
    "alter table talks add column chaos_4 integer not null default 0",
    "create index chaos_5 on talks (changed_at, door)",
    "alter table people add column chaos_6 text not null default ''",
    "create index chaos_7 on letters (created_at, kind, state)",
    "alter table inbox add column chaos_8 text not null default ''",
    "alter table callers add column chaos_9 text not null default ''",
    "create index chaos_10 on requests (changed_at, state, fund)",
)

_MOST = len(_EXPANSIONS)


def run(restarts: int) -> list[Figure]:
    """So many rolling restarts of two processes; migrations among them."""
    if why := missing():
        return [Figure("R14", why, "not tried", "tried", False)]
    with home() as house:
        releases = Releases(house.settings.folder / "releases")
        told = environment(house.settings)
        webs = [web(told), web(told)]
        with running(*webs), fronting(*(one.port for one in webs)) as front:
            load = Load(front)
            began = time.monotonic()
            with load.calling():
                for number in shown("restarts", range(1, restarts + 1), restarts):
                    if releases.number < number * _MOST // max(restarts, _MOST):
                        releases.migrate(told)
                    webs[:] = [_restarted(one, releases) for one in webs]
            seconds = time.monotonic() - began
            applied = _applied(house)
            for one in webs:
                one.kill()
    return [
        Figure("R14", f"{restarts} rolling restarts, {releases.number} migrations in"
               f" {seconds:.0f} s: requests failed",
               f"{len(load.failed)} of {load.asked:,}{load.example}", "0",
               not load.failed and load.asked > 10 * restarts),
        Figure("R14", "migrations applied under load", f"{applied}", f"{releases.number}",
               applied == releases.number == min(restarts, _MOST)),
        Figure("R14", "longest answer", f"{max(load.took):.2f} s", "<= 10 s", max(load.took) <= 10),
    ]  # fmt: skip


def _restarted(one: Process, releases: Releases) -> Process:
    """Its successor on the same port, on the newest release, ready before this returns."""
    one.stop()
    after = replace(one, folder=releases.path, _running=None)
    after.start()
    after.ready()
    return after


def _applied(house: House) -> int:
    row = house.store.sql.one("select count(*) from migrations where name like '9%chaos%'")
    return int(row[0]) if row else 0


@dataclass
class Releases:
    """Copies of Lite, each with one migration more than the one before."""

    folder: Path
    number: int = 0

    @property
    def path(self) -> Path:
        """Where a process runs the newest one."""
        return self.folder / str(self.number) if self.number else Path()

    def migrate(self, told: dict[str, str]) -> None:
        """Make the next release, and apply its migration while the one before it answers."""
        before = self.path / "lite"
        self.number += 1
        after = self.folder / str(self.number) / "lite"
        shutil.copytree(before, after, ignore=shutil.ignore_patterns("__pycache__"))
        name = f"9{self.number:03}_chaos.sql"
        (after / "store" / "migrations" / name).write_text(_EXPANSIONS[self.number - 1] + ";\n")
        shutil.copytree("translations", after.parent / "translations")
        subprocess.run(
            [sys.executable, "-m", "lite", "migrate"], env=told, check=True,
            stdout=subprocess.DEVNULL, cwd=self.path,
        )  # fmt: skip


@dataclass
class Load:
    """Four people who never rest; each request is made once, whatever happens."""

    front: Front
    asked: int = 0
    failed: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    _fresh: count[int] = field(default_factory=count)
    _stop: threading.Event = field(default_factory=threading.Event)

    @property
    def example(self) -> str:
        return f" ({self.failed[0][:60]})" if self.failed else ""

    @contextmanager
    def calling(self) -> Iterator[None]:
        with restless(self._one, 4, self._stop):
            yield

    def _one(self) -> None:
        line = Line(self.front)
        while not self._stop.is_set():
            number = next(self._fresh)
            phone = f"+2126{55_000_000 + number}"
            for method, path, fields, holds in _dialogue(f"r{number}", phone):
                self._asked(line, method, path, fields, holds)
                time.sleep(0.01)

    def _asked(
        self, line: Line, method: str, path: str, fields: dict[str, str] | None, holds: str
    ) -> None:  # fmt: skip
        began = time.monotonic()
        try:
            status, said = line.ask(method, path, fields)
            good = status == 200 and holds in said
            why = "" if good else f"{path.rpartition('/')[2]} {status} {said[:40]!r}"
        except (OSError, http.client.HTTPException) as error:
            why = repr(error)
        self.asked += 1
        self.took.append(time.monotonic() - began)
        if why:
            self.failed.append(why)


def _dialogue(session: str, phone: str) -> Iterator[tuple[str, str, dict[str, str] | None, str]]:
    """A call-back by USSD in four turns, a message, a page: what is asked, what it must hold."""
    ussd, sms = f"/at/{SECRET}/ussd", f"/at/{SECRET}/sms"
    yield "POST", ussd, dialled(session, phone, "5*2"), "CON"
    yield "POST", ussd, dialled(session, phone, "5*2*1"), "CON"
    yield "POST", ussd, dialled(session, phone, "5*2*1*2"), "CON"
    yield "POST", ussd, dialled(session, phone, "5*2*1*2*1"), "rence 3"
    yield "POST", sms, texted(session, phone, "AIDE"), ""
    yield "GET", "/fr/status", None, "<html"
