"""How long until a store that was lost serves again: restore, verify, answer (RTO); and how much
of the time before a cut is lost (RPO)."""

from __future__ import annotations

import resource
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlencode

from bench import served
from bench.tables import table
from bench.town import SECRET, callers
from lite.app import House
from lite.config import Settings
from lite.identity import audit
from lite.store import Store
from tools import litestream

_GB = 1 << 30
_PATIENCE = 600.0


class Step(NamedTuple):
    """One thing to be done, in seconds: on the clock, and of the CPU."""

    name: str
    seconds: float
    cpu: float


def run(settings: Settings, quick: bool) -> str:
    """A table of the steps, in seconds, for a store of 1 GB (quick: 0.1 GB)."""
    with TemporaryDirectory(prefix="restore-", dir="build") as name:
        folder = Path(name).absolute()
        source = _filled(settings, folder, _GB // 10 if quick else _GB)
        size = source.stat().st_size
        _copied(folder, source)
        steps = _steps(settings, folder)
        lost = _cut(settings, folder)
    whole = Step("all", sum(one.seconds for one in steps), sum(one.cpu for one in steps))
    rows = [(one.name, f"{one.seconds:.1f}", f"{one.cpu:.1f}") for one in [*steps, whole]]
    rows.append(("lost with the last moment before a cut (RPO)", f"{lost:.2f}", ""))
    return table((f"after a loss, store of {size / _GB:.2f} GB", "s", "CPU s"), rows)


def _filled(settings: Settings, folder: Path, size: int) -> Path:
    """A copy of the town's store, with letters of many years: bytes that nothing compresses."""
    source = folder / "lost.db"
    store = settings.store
    assert isinstance(store, Path)
    House(settings).store.sql.scrub()
    shutil.copy(store, source)
    house = House(replace(settings, database=f"sqlite:///{source}"))
    number = 0
    while source.stat().st_size < size:
        with house.store.transaction():
            house.store.sql.each(
                "insert into letters (id, kind, class, state, address, language, sealed, due_at,"
                " created_at, changed_at) values (?, 'sms', 'answer', 'delivered', ?, 'fr', ?,"
                " '2026-01-01', '2026-01-01', '2026-01-01')",
                [
                    (f"{number + one:024x}", f"{one}", f"v1:{secrets.token_hex(200)}")
                    for one in range(20_000)
                ],
            )  # fmt: skip
        number += 20_000
        house.store.sql.scrub()
    house.store.sql.close()
    return source


def _copied(folder: Path, source: Path) -> None:
    """Everything of it in Litestream's folder."""
    config = litestream.settings(folder, source, folder / "copies")
    command = [litestream.found(), "replicate", "-config", str(config), "-once", "-force-snapshot"]
    subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE)


def _spent() -> tuple[float, float]:
    """Seconds on the clock, and those of the CPU: ours and of what we started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return time.monotonic(), sum(one.ru_utime + one.ru_stime for one in used)


def _steps(settings: Settings, folder: Path) -> list[Step]:
    steps, store = list[Step](), folder / "restored.db"
    house = House(replace(settings, database=f"sqlite:///{store}"))

    def timed(name: str, since: tuple[float, float]) -> tuple[float, float]:
        now = _spent()
        steps.append(Step(name, now[0] - since[0], now[1] - since[1]))
        return now

    now = _spent()
    litestream.restore(folder / "copies", store)
    now = timed("litestream restore", now)
    if house.store.sql.one("pragma quick_check") != ("ok",):
        raise AssertionError("the restored store is broken")
    now = timed("quick_check", now)
    if audit.verify(house.store, house.vault):
        raise AssertionError("the audit log is not whole")
    now = timed("lite audit verify", now)
    house.store.restored.doubt("2026-01-01", "2026-01-01")
    now = timed("lite restored (letters in doubt)", now)
    with served.lite(house.settings) as server:
        form = {"sessionId": "s", "phoneNumber": callers()[0].phone, "text": ""}
        url = f"http://127.0.0.1:{server.port}/at/{SECRET}/ussd"
        with urllib.request.urlopen(url, urlencode(form).encode(), timeout=10) as answer:
            assert answer.read().startswith(b"CON ")
        seconds = time.monotonic() - now[0]
        steps.append(Step("serve, and answer a dial", seconds, server.cpu()))
    return steps


_WRITES = """
import sys, time
from pathlib import Path
from lite.store import Store
store = Store(Path(sys.argv[1]))
while True:
    store.places.set_fact("written", str(time.time()))
    time.sleep(0.002)
"""


def _cut(settings: Settings, folder: Path) -> float:
    """Seconds of writing that a copy lacks, writer and Litestream killed at once."""
    store, copies = folder / "written.db", folder / "others"
    (folder / "cut").mkdir()
    assert isinstance(settings.store, Path)
    shutil.copy(settings.store, store)
    command = [sys.executable, "-c", _WRITES, str(store)]
    with (
        litestream.copying(litestream.settings(folder / "cut", store, copies)) as copier,
        subprocess.Popen(command) as writer,
    ):
        time.sleep(8)
        copier.kill()
        writer.kill()
    litestream.restore(copies, folder / "found.db")
    return _written(store) - _written(folder / "found.db")


def _written(path: Path) -> float:
    return float(Store(path).places.fact("written") or 0)
