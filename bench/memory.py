"""Memory of one web process, its share of common pages included (P6)."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from itertools import islice

from attack.figures import Figure
from bench import served
from bench.client import drive
from bench.goals import goals
from bench.served import Served
from bench.tables import table
from bench.town import callers, sign_in
from bench.wire import Ask, constant, dossiers, menu, sms, ussd
from lite.app import House
from lite.config import Settings

_MOST, _GOAL = 60, 50  # what must be, what should
_EACH = 500
_PATIENCE = 60.0  # seconds; the requests are counted, not timed


def run(settings: Settings, quick: bool) -> str:
    """A table: MB at the start, and after 2,000 turns, messages and pages."""
    house, people = House(settings), callers()
    mixed = [ussd(people), sms(people), menu(), dossiers(sign_in(house, people[:_EACH]))]
    with served.lite(settings, log=subprocess.DEVNULL) as lite:
        ours = _measured(lite, mixed)
    with served.anchor("flask_constant") as flask:
        anchor = _measured(flask, [constant() for _ in mixed])
    rows = [
        ("Lite", *ours, f"{float(ours[1]) / float(anchor[1]):.2f}", "<= 60, goal 50"),
        ("Flask constant", *anchor, "1.00", ""),
    ]
    after = float(ours[1])
    return "\n\n".join([
        table(("memory of a web process", "at start", "after", "/ Flask", "P6 goal"), rows),
        goals([
            Figure("P6", "memory of a web process", ours[1], f"<= {most} MB", after <= most)
            for most in (_MOST, _GOAL)
        ]),
    ])  # fmt: skip


def _measured(server: Served, mixed: list[Iterator[Ask]]) -> tuple[str, str]:
    before = server.pss()
    heard = drive(server.port, [islice(asks, _EACH) for asks in mixed], _PATIENCE)
    if heard.wrong:
        raise AssertionError(heard.example)
    return f"{before:.1f}", f"{server.pss():.1f}"
