"""Fakes that people report: kept once, counted for the operator and for everybody."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lite.clock import local, stamp
from lite.store.contacts import FraudRow

if TYPE_CHECKING:
    from lite.desk.service import Desk

# One phone tells of so many a day; all passers-by of the web together of so many.
A_DAY, A_DAY_ON_THE_WEB = 5, 200


def report(desk: Desk, kind: str, caller: str) -> bool:
    """Keep what somebody saw, once for each turn: `caller` as they typed it, sealed. False when
    this phone, or the whole web without signing in, told enough today."""
    store, once = desk.office.store, desk.office.vault.hash("once", desk.once)
    most = A_DAY if desk.index else A_DAY_ON_THE_WEB
    if store.contacts.reported_from(desk.index, stamp(desk.now - timedelta(days=1))) >= most:
        return False
    sealed = desk.office.seal(f"reports_of_fraud.sealed:{once}", caller)
    store.contacts.report(FraudRow(once, desk.index, kind, sealed, stamp(desk.now)))
    return True


def this_month(desk: Desk) -> int:
    """How many were reported since the first of the month in Casablanca. Those of passers-by on
    the web are left out: anybody could make this number grow."""
    first = local(desk.now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return desk.office.store.contacts.reported_by_phone(stamp(first))
