"""The notices that hang out: announced, revised, ended."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from lite.clock import instant, stamp
from lite.notices.draft import Draft, check
from lite.notices.notice import LANGUAGES, Both, Notice, read, row_of, version_of
from lite.store import Store


def announce(
    store: Store, draft: Draft, now: datetime, known: Collection[str], funds: Collection[str]
) -> Notice:
    """Hang out a notice: every door shows it from now on. Raises `Incomplete` with all that it
    lacks rather than leave people without an answer."""
    check(draft, now, known, funds)
    assert draft.starts_at is not None
    notice = Notice(
        id=secrets.token_hex(4), fund=draft.fund, kind=draft.kind, services=draft.services,
        starts_at=draft.starts_at, ends_at=draft.ends_at, next_at=draft.next_at,
        words={name: _trimmed(both) for name, both in draft.words.items()},
        instead={key: _trimmed(both) for key, both in draft.instead.items()},
        at=now, created_at=now,
    )  # fmt: skip
    hang(store, notice)
    return notice


def hang(store: Store, notice: Notice) -> None:
    """Keep a notice that is whole."""
    store.notices.add(row_of(notice))


def revise(
    store: Store, id: str, draft: Draft, now: datetime, known: Collection[str],
    funds: Collection[str],
) -> Notice | None:  # fmt: skip
    """Say something else, as whole as the first time; what was said before stays to be read. None
    if no such notice is open, or another revision came first. Raises `Incomplete`."""
    old = get(store, id)
    if old is None or old.closed_at:
        return None
    check(draft, now, known, funds, old)
    assert draft.starts_at is not None
    notice = replace(
        old, services=draft.services, starts_at=draft.starts_at, ends_at=draft.ends_at,
        next_at=draft.next_at, words={name: _trimmed(both) for name, both in draft.words.items()},
        instead={key: _trimmed(both) for key, both in draft.instead.items()},
    )  # fmt: skip
    return again(store, notice, now)


def again(store: Store, notice: Notice, now: datetime) -> Notice | None:
    """Keep the next version of a notice; None if another one came first."""
    new = replace(notice, version=notice.version + 1, at=now)
    return new if store.notices.revise(version_of(new)) else None


def close(store: Store, id: str, now: datetime) -> bool:
    """End a notice now; whether there was one to end."""
    return store.notices.close(id, stamp(now))


def get(store: Store, id: str) -> Notice | None:
    """A notice, with the hours that it promised before."""
    row = store.notices.get(id)
    return read(row, _before(store, id)) if row else None


def versions(store: Store, id: str) -> list[Notice]:
    """A notice as it was each time that it was written."""
    row = store.notices.get(id)
    if row is None:
        return []
    return [read(row._replace(said=said)) for said in store.notices.versions(id)]


def open_now(store: Store, now: datetime) -> list[Notice]:
    """What people must be told now: what has begun first, then what is to come."""
    found = [read(row) for row in store.notices.open()]
    found = [
        replace(one, before=_before(store, one.id)) if one.version > 1 else one
        for one in found
        if not one.over(now)
    ]
    return sorted(found, key=lambda one: (not one.begun(now), one.starts_at, one.id))


def overdue(store: Store, now: datetime) -> Iterator[str]:
    """What an operator must do of the notices whose promised hour is past: a broken promise."""
    for one in open_now(store, now):
        if one.hour <= now:
            told = f"notice {one.id} of {one.fund or 'Lite'}: its hour is past"
            yield f"{told}. Run `lite notice revise {one.id}`, or `close`"


def _before(store: Store, id: str) -> tuple[datetime, ...]:
    """The returns that were promised and are no longer; of the hours of news nobody keeps count."""
    hours = [row.ends_at for row in store.notices.versions(id)]
    kept = [one for one, following in pairwise(hours) if one != following]
    return tuple(instant(one) for one in kept if one)


def _trimmed(both: Both) -> Both:
    return {language: both[language].strip() for language in LANGUAGES}
