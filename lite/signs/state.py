"""How the store stands, for a scrape: a bounded number of rows, whatever was ever written."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from lite.clock import instant
from lite.identity import throttle
from lite.signs import copies
from lite.signs.tally import PARTS
from lite.store.backlog import MOST

if TYPE_CHECKING:
    from datetime import datetime

    from lite.app import House

_FUND_STATES = ("up", "partial", "down", "refused")


def asked(house: House) -> Iterator[Metric]:
    """Every family; of a store that does not answer only that it does not."""
    yield _build(house)
    up = GaugeMetricFamily("lite_store_up", "Whether the store answered this scrape.")
    yield up
    try:
        pending = len(house.store.pending())
        told = [] if pending else list(_standing(house))
    except Exception:  # a malformed file is no `StoreError`: `lite doctor` says more
        up.add_metric([], 0)
        return
    up.add_metric([], 1)
    yield GaugeMetricFamily(
        "lite_migrations_missing", "Migrations to apply (lite migrate).", value=pending
    )
    yield from told


def _standing(house: House) -> Iterator[Metric]:
    now = house.clock.now()
    yield from _letters(house, now)
    yield from _carried(house)
    yield from _funds(house)
    yield from _throttle(house, now)
    yield from _workers(house)
    free = shutil.disk_usage(house.settings.folder).free
    yield GaugeMetricFamily(
        "lite_disk_free_bytes", "Room left where the house keeps files.", value=free
    )
    yield from _copies(house)


def _copies(house: House) -> Iterator[Metric]:
    """Litestream itself does not tell that a copy could not be made."""
    store, folder = house.settings.store, house.settings.backup
    if folder and isinstance(store, Path):
        yield GaugeMetricFamily(
            "lite_backup_behind_seconds", "What was written since the newest copy (LITE_BACKUP).",
            value=copies.behind(store, Path(folder)),
        )  # fmt: skip


def _build(house: House) -> Metric:
    family = GaugeMetricFamily(
        "lite_build_info", "Release and engine; always 1.", labels=["version", "engine"]
    )
    engine = "postgresql" if isinstance(house.settings.store, str) else "sqlite"
    family.add_metric([version("lite"), engine], 1)
    return family


def _letters(house: House, now: datetime) -> Iterable[Metric]:
    labels = ["kind", "state"]
    many = GaugeMetricFamily(
        "lite_letters", f"Letters that have not left, or were given up; counted up to {MOST}.",
        labels=labels,
    )  # fmt: skip
    oldest = GaugeMetricFamily(
        "lite_letters_oldest_seconds", "Age of the oldest of them; 0 where there is none.",
        labels=labels,
    )  # fmt: skip
    for pile in house.store.backlog.piles():
        many.add_metric([pile.kind, pile.state], pile.number)
        age = (now - instant(pile.oldest)).total_seconds() if pile.oldest else 0.0
        oldest.add_metric([pile.kind, pile.state], max(0.0, age))
    shut = GaugeMetricFamily(
        "lite_lane_failures", "Failures in a row of a way out; 5 shut it.", labels=["lane"]
    )
    lanes = {(lane.kind, lane.route): lane.failures for lane in house.store.lanes.all()}
    for kind, route in (("sms", ""), *(("fund", fund) for fund in house.settings.funds)):
        shut.add_metric([route or kind], lanes.get((kind, route), 0))
    return many, oldest, shut


def _carried(house: House) -> Iterable[Metric]:
    """What workers counted, since the beginning."""
    families = {
        "letters": CounterMetricFamily(
            "lite_letters_tried", "Letters that were tried.", labels=["kind", "outcome"]
        ),
        "segments": CounterMetricFamily(
            "lite_sms_segments", "Segments that were sent.", labels=["kind"]
        ),
        "cost": CounterMetricFamily(
            "lite_sms_cost", "What they cost, as the gateway said.", labels=["kind", "currency"]
        ),
        "errors": CounterMetricFamily(
            "lite_worker_errors", "Errors that workers logged, by room.", labels=["room"]
        ),
    }
    for name, value in sorted(house.store.beats.tallies().items()):
        what, *labels = name.split("|")
        if family := families.get(what):  # a worker of a later release may count more
            family.add_metric(labels, value / PARTS if what == "cost" else value)
    return families.values()


def _funds(house: House) -> Iterable[Metric]:
    as_of = GaugeMetricFamily(
        "lite_fund_as_of_timestamp_seconds", "What is told of a fund is true as of.",
        labels=["fund"],
    )  # fmt: skip
    state = GaugeMetricFamily(
        "lite_fund_state", "1 for the state that a fund is in.", labels=["fund", "state"]
    )
    rows = {row.fund: row for row in house.store.people.funds()}
    for fund in house.settings.funds:
        row = rows.get(fund)
        if row and row.as_of:
            as_of.add_metric([fund], instant(row.as_of).timestamp())
        found = row.state if row else "never"
        for one in (*_FUND_STATES, "never"):
            state.add_metric([fund, one], float(one == found))
    return as_of, state


def _throttle(house: House, now: datetime) -> Iterable[Metric]:
    found, budget = throttle.guesses(house.store, now), house.settings.guess_budget
    return (
        GaugeMetricFamily(
            "lite_guesses", "Wrong codes typed on the web in 24 hours.", value=found.count
        ),
        GaugeMetricFamily(
            "lite_guesses_left", "What is left of the day's budget of them.",
            value=max(0, budget - found.count),
        ),
        GaugeMetricFamily(
            "lite_guessing", "1 if somebody was guessing codes within 24 hours.",
            value=float(found.noticed is not None),
        ),
    )  # fmt: skip


def _workers(house: House) -> Iterable[Metric]:
    last = house.store.beats.last()
    yield GaugeMetricFamily(
        "lite_worker_beat_timestamp_seconds", "When a worker last said that it lives; 0: never.",
        value=instant(last).timestamp() if last else 0.0,
    )  # fmt: skip
