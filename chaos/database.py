"""R10: the PostgreSQL server is killed and started again under load. What was answered is kept, and
nobody waits much longer than the server itself is away."""

from __future__ import annotations

import time
from itertools import pairwise

from attack.figures import Figure
from chaos.callers import Crowd
from chaos.history import History, judge
from chaos.home import environment, home
from chaos.kill import keep
from chaos.processes import running, web
from chaos.progress import shown
from lite.app import House
from tools.cluster import Cluster, missing

_GAP = 1.0
_WEBS = 2
# Wishes answered for each restart: fewer are no load.
_LEAST = 20


def run(restarts: int) -> list[Figure]:
    """So many `pg_ctl restart -m immediate`, while people phone and text two web processes."""
    if why := missing():
        return [Figure("R10", why, "not tried", "tried", False)]
    cluster = Cluster(durable=True)
    try:
        with home(database=cluster.create()) as house:
            cluster.checkpoint()  # what filled the store is no part of the first recovery
            return _killed(cluster, house, restarts)
    finally:
        cluster.stop()


def _killed(cluster: Cluster, house: House, restarts: int) -> list[Figure]:
    webs = [web(environment(house.settings)) for _ in range(_WEBS)]
    history, away = History(house.settings.folder / "history.jsonl"), list[float]()
    crowd = Crowd([one.port for one in webs], history)
    with running(*webs), crowd.calling():
        for _ in shown("restarts", range(restarts), restarts):
            time.sleep(0.7)
            away.append(cluster.restart())  # in this thread: the server ends with its starter
        time.sleep(1)
    keep(history.path)
    return _figures(restarts, crowd, history, max(away), house)


def _figures(
    restarts: int, crowd: Crowd, history: History, away: float, house: House
) -> list[Figure]:
    found = judge(history.read(), house)
    answered = sorted(done.at for done in history.read() if done.told)
    gap = max(after - before for before, after in pairwise(answered))
    wrong = found.lost + found.halves + found.doubled
    return [
        Figure("R10", f"{restarts} restarts: answered and lost, half-done, or done twice"
               f" ({found.silent} kept but nobody told)",
               f"{found.lost}, {found.halves}, {found.doubled} of {found.acknowledged:,}",
               "0, 0, 0", wrong == 0 and found.acknowledged >= _LEAST * restarts),
        Figure("R10", f"longest gap ({away:.2f} s of it the server's own;"
               f" {crowd.refused} told to come back)", f"{gap:.2f} s", "<= 1 s", gap <= _GAP),
    ]  # fmt: skip
