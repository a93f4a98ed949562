"""Forgetting: what is too old, and whoever asks to be forgotten.

Lite's copy alone: what the fund keeps by law stays at the fund, and is not learned again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from lite.clock import stamp
from lite.identity import audit
from lite.store import Store
from lite.vault import Vault


def purge(store: Store, vault: Vault, days: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Delete what is older than its period. Table -> rows. `days`: period -> its length.

    Whoever was erased and came back, with a restored backup, is erased again.
    """
    before = {keep: stamp(now - timedelta(days=number)) for keep, number in days.items()}
    removed = store.retention.purge(before)
    back = [_again(store, vault, key, now) for key in vault.owners.all_erased()]
    removed["people erased again"] = sum(back)
    removed["audit"] = audit.cut(store, vault, now - timedelta(days=days["audit"]), now)
    rows = f"rows={sum(removed.values()):,}"
    audit.append(store, vault, audit.SYSTEM, "purged", "", rows, now)
    store.retention.scrub()
    return {table: number for table, number in removed.items() if number}


def _again(store: Store, vault: Vault, key: str, now: datetime) -> bool:
    person = store.people.of_key(key)
    if person:
        erase(store, vault, person, now)
    return person is not None


def erase(store: Store, vault: Vault, person: str, now: datetime) -> int:
    """Destroy a person's key, then their rows; how many. The key first: if this is cut short, the
    rows are unreadable already, and the next purge ends the work."""
    vault.owners.erase(person, store.erasure.keys(person), stamp(now))
    with store.transaction():
        rows = store.erasure.wipe(person)
        audit.append(store, vault, audit.SYSTEM, "erased", person, f"rows={rows:,}", now)
    store.retention.scrub()
    return rows
