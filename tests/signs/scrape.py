"""What Prometheus would read."""

from __future__ import annotations

from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.callbacks import send

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scrape(house: Any) -> str:
    answer = send(house.wsgi, "/metrics", b"", method="GET")
    assert answer.status == 200
    return answer.body


def samples(text: str) -> Samples:
    """Every sample by its name and labels; the reader fails on what Prometheus would refuse."""
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


def value(house: Any, name: str, **labels: str) -> float:
    """One sample; 0 where it never was."""
    return samples(scrape(house)).get((name, tuple(sorted(labels.items()))), 0.0)
