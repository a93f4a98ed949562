"""How long somebody must wait after failures. A success resets; a new code does not."""

from __future__ import annotations

from datetime import datetime, timedelta

from lite.clock import instant, stamp
from lite.store import Store

# Seconds to wait after the n-th failure in 24 hours (NIST SP 800-63B-4: growing waits).
WAITS = (0, 0, 30, 60, 120, 300, 900, 1800, 3600)
MOST = 10
DAY = timedelta(hours=24)


def locked_until(store: Store, subject: str, now: datetime) -> datetime | None:
    """Until when this subject may not try again; None if it may try now."""
    failures = store.access.failures(subject, stamp(now - DAY))
    if not failures:
        return None
    if len(failures) >= MOST:
        return instant(failures[-MOST]) + DAY
    until = instant(failures[-1]) + timedelta(seconds=WAITS[len(failures) - 1])
    return until if until > now else None


def fail(store: Store, subject: str, now: datetime) -> None:
    """Count one failure."""
    store.access.fail(subject, stamp(now))
