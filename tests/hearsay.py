"""What a fund told, straight into a store: for tests that need a person and no fund."""

from __future__ import annotations

from collections.abc import Iterable

from lite.store import Store
from lite.store.plan import Plan, Version


def person(store: Store, key: str, name: str, since: str) -> None:
    """Somebody whom a scheme numbers so."""
    store.staging.write("cnss", 0, Plan(people=[(name, since)], keys={key: name}), "", since)


def record(
    store: Store, fund: str, kind: str, key: str, name: str, sealed: str, at: str = ""
) -> None:
    """A record that readers see at once."""
    row = store.funds.get(fund)
    if row is None:
        store.people.missed(fund, "up", "", at)
    born = row.generation if row else 0
    version = Version(fund, kind, key, born, name, "", None, None, sealed)
    store.staging.write(fund, born, Plan(versions=[version]), "", at)


def phones(store: Store, fund: str, name: str, deposited: Iterable[str], now: str) -> None:
    """The phones (blind indexes) that a fund holds for a person, and no others."""
    wanted = list(deposited)
    held = store.staging.phones(fund, [name]).get(name, set())
    plan = Plan(
        phones=[(phone, name) for phone in wanted if phone not in held],
        silenced=[(phone, name) for phone in held.difference(wanted)],
    )
    store.staging.write(fund, 0, plan, "", now)
