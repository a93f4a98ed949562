"""Behind the shipped nginx file: slow connections, restarts and migrations that nobody notices."""

from __future__ import annotations

import os

import pytest

from chaos import behind, rolling, slow

SLOW = bool(os.environ.get("LITE_SLOW"))
pytestmark = [
    pytest.mark.sqlite("each lives in a file of its own"),
    pytest.mark.skipif(bool(behind.missing()), reason=behind.missing()),
]


def test_slow_connections_keep_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slow, "_PROBES", 200 if SLOW else 20)
    others, _p99, neighbours = slow.run(1_000 if SLOW else 60)
    assert others.met, others
    assert neighbours.met, neighbours


def test_nobody_notices_a_restart_or_a_migration() -> None:
    failed, applied, _ = rolling.run(50 if SLOW else 2)
    assert failed.met, failed
    assert applied.met, applied
