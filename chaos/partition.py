"""R11: the network between the house and its gateway is cut, then comes back. Letters go on soon,
and none is doubled.

Two network namespaces with a pair of virtual cards between them: a worker in one, the gateway in
the other. Nothing of the machine's own network is touched.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from attack.figures import Figure
from chaos.gateway import gateway
from chaos.home import environment, home
from chaos.processes import running, worker
from lite.app import House
from lite.desk import post
from lite.text import T
from tools.namespaces import Refused, inside, ip, namespaces

_HERE, _THERE, _MASK = "10.231.7.1", "10.231.7.2", "/30"
_RESUMES = 5.0
_LINES = [T("Lite : demande de rappel reçue. Référence :")]
_ASKED = (
    "import json,sys,urllib.request as u;"
    "sys.stdout.write(u.urlopen(sys.argv[1] + '/figures').read().decode())"
)


def run(seconds: int) -> list[Figure]:
    """Cut for so many seconds, twice: while letters leave, and while none does."""
    try:
        with (
            _apart() as (one, other),
            gateway(0.0, _THERE, *inside(other)) as url,
            home() as house,
        ):
            house = House(replace(house.settings, at_url=url))
            told = environment(house.settings, NO_PROXY="*", LITE_LEASE="30")
            with running(worker(told, before=inside(one))):
                return _cut(seconds, one, other, url, house)
    except Refused as why:
        return [Figure("R11", f"network namespaces: {why}", "not tried", "tried", False)]


def _cut(seconds: int, one: str, other: str, url: str, house: House) -> list[Figure]:
    _write(house, 0, 200)
    _until(lambda: _arrived(other, url) >= 20)  # the cut comes while they leave
    ip("-n", one, "link", "set", "chaos-a", "down")
    _write(house, 200, 40)
    time.sleep(seconds)
    before = _arrived(other, url)
    ip("-n", one, "link", "set", "chaos-a", "up")
    healed = time.monotonic()
    _write(house, 240, 40)
    _until(lambda: _arrived(other, url) > before)
    resumed = time.monotonic() - healed
    _until(lambda: _arrived(other, url) >= 240 and not _waiting(house))
    sent = Counter(_sent(other, url))
    doubled = sum(times > 1 for times in sent.values())
    lost = 280 - len(sent)
    unsure = _count(house, "state = 'unknown'")
    return [
        Figure("R11", f"cut for {seconds} s: letters leave again after",
               f"{resumed:.1f} s", "<= 5 s", resumed <= _RESUMES),
        Figure("R11", "doubled", f"{doubled} of {len(sent)}", "0", doubled == 0),
        Figure("R11", f"neither there nor kept as uncertain ({unsure} are)",
               f"{max(0, lost - unsure)} of 280", "0",
               lost <= unsure <= house.settings.sms_senders),
    ]  # fmt: skip


def _write(house: House, first: int, number: int) -> None:
    with house.store.transaction():
        for one in range(first, first + number):
            post.sms(house.office, f"+2126{55_000_000 + one}", _LINES, "fr", "receipt")


def _arrived(other: str, url: str) -> int:
    return len(_sent(other, url))


def _sent(other: str, url: str) -> list[str]:
    """Who was written to, as the gateway says it: asked in its own namespace."""
    asked = [*inside(other), sys.executable, "-c", _ASKED, url]
    told = subprocess.run(
        asked, capture_output=True, check=True, env=os.environ | {"NO_PROXY": "*"}
    )
    return [to for to, _ in json.loads(told.stdout)]


def _waiting(house: House) -> int:
    return _count(house, "state in ('waiting', 'sending')")


def _count(house: House, where: str) -> int:
    row = house.store.sql.one(f"select count(*) from letters where kind = 'sms' and {where}")
    return int(row[0]) if row else 0


def _until(done: Callable[[], object], patience: float = 90.0) -> None:
    until = time.monotonic() + patience
    while not done() and time.monotonic() < until:
        time.sleep(0.05)


# Namespaces


@contextmanager
def _apart() -> Iterator[tuple[str, str]]:
    """Two namespaces that see each other and nothing else."""
    one, other = (f"chaos-{os.getpid()}-{side}" for side in "ab")
    with namespaces(one, other):
        ip("-n", one, "link", "add", "chaos-a", "type", "veth",
           "peer", "name", "chaos-b", "netns", other)  # fmt: skip
        for name, card, address in ((one, "chaos-a", _HERE), (other, "chaos-b", _THERE)):
            ip("-n", name, "addr", "add", address + _MASK, "dev", card)
            ip("-n", name, "link", "set", card, "up")
        yield one, other
