"""R10: the PostgreSQL server is killed and started again under load. What was answered is kept, and
nobody waits much longer than the server itself is away."""

from __future__ import annotations

from dataclasses import replace

from attack.figures import Figure
from bench import engines
from bench.town import town
from lite.app import House
from lite.store import moving
from tools.cluster import Cluster, missing

_GAP = 1.0


def run(restarts: int) -> list[Figure]:
    """So many `pg_ctl restart -m immediate`, while four people phone."""
    if why := missing():
        return [Figure("R10", why, "not tried", "tried", False)]
    cluster = Cluster(durable=True)
    try:
        with town() as settings:
            there = replace(settings, database=cluster.create())
            moving.move(House(settings).store, House(there).store, int)
            found = engines.killed(cluster, there, restarts)
    finally:
        cluster.stop()
    return [
        Figure("R10", f"{restarts} restarts: answered and lost",
               f"{found.lost} of {found.answered:,}", "0", found.lost == 0),
        Figure("R10", f"longest gap ({found.away:.2f} s of it the server's own;"
               f" {found.sorry} told to come back)",
               f"{found.gap:.2f} s", "<= 1 s", found.gap <= _GAP),
    ]  # fmt: skip
