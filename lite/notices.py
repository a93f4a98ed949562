"""Planned stops and incidents: said with a day and an hour of return, and what to do meanwhile."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from lite.clock import instant, stamp
from lite.store import Store
from lite.store.places import NoticeRow

KINDS = ("planned", "incident")
# What people must be told, in both languages; a notice without one of these is refused.
SENTENCES = ("stops_fr", "stops_ar", "instead_fr", "instead_ar")


class Incomplete(ValueError):
    """A notice lacks what people must be told; the message names it."""


def announce(
    store: Store, fund: str, kind: str, starts_at: datetime, ends_at: datetime,
    sentences: Mapping[str, str], now: datetime,
) -> str:  # fmt: skip
    """Keep a notice; its id. Raises `Incomplete` rather than leave people without an answer."""
    if missing := [name for name in SENTENCES if not sentences.get(name, "").strip()]:
        raise Incomplete(f"The notice lacks {', '.join(missing)}: people must be told in both.")
    if kind not in KINDS or ends_at <= starts_at or ends_at <= now:
        raise Incomplete("The return must be after the start, and still to come.")
    id = secrets.token_hex(4)
    told = {name: sentences[name].strip() for name in SENTENCES}
    row = NoticeRow(
        id=id, fund=fund, kind=kind, starts_at=stamp(starts_at), ends_at=stamp(ends_at), **told,
        closed_at=None, created_at=stamp(now),
    )  # fmt: skip
    store.places.announce(row)
    return id


def current(store: Store, now: datetime) -> list[tuple[str, datetime, datetime, str]]:
    """(id, start, return, what stops in French) of the notices that are not over."""
    return [
        (row.id, instant(row.starts_at), instant(row.ends_at), row.stops_fr)
        for row in store.places.notices(stamp(now))
    ]


def close(store: Store, id: str, now: datetime) -> bool:
    """End a notice now; whether there was one to end."""
    return store.places.close_notice(id, stamp(now))
