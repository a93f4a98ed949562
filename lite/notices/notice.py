"""What a notice is, and how it lies in the store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lite.clock import instant, stamp
from lite.store.notices import NoticeRow, VersionRow

KINDS = ("planned", "incident")
LANGUAGES = ("fr", "ar")
ALL = "all"
# What people are told, in this order, and the most characters in French and in Arabic: with the
# hours around them they make an SMS of four segments at most, six in Arabic.
WORDS: Mapping[str, tuple[int, int]] = {
    "stops": (90, 60),
    "works": (120, 80),
    "agency": (120, 80),
    "post": (120, 80),
    "contact": (60, 40),
    "hours": (60, 40),
    "pending": (110, 80),
}
INSTEAD = (120, 80)

Both = Mapping[str, str]  # language -> words


@dataclass(frozen=True)
class Notice:
    """A stop, with its words in both languages. `fund` is empty for Lite itself; `services` are
    the functions that stop, or `all`; `instead` says for each what to do meanwhile, under `all`
    for those that have none of their own. `version` counts from 1; `at` is when it was written,
    `own` says that nobody wrote it: a fund stopped answering."""

    id: str
    fund: str
    kind: str
    services: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    next_at: datetime | None
    words: Mapping[str, Both]
    instead: Mapping[str, Both]
    at: datetime
    created_at: datetime
    version: int = 1
    own: bool = False
    closed_at: datetime | None = None
    before: tuple[datetime, ...] = field(default=())

    def begun(self, now: datetime) -> bool:
        """Whether it has started."""
        return self.starts_at <= now

    def over(self, now: datetime) -> bool:
        """Whether nobody needs to be told any more: it was ended, or a planned one came to the
        hour of its return."""
        if self.closed_at:
            return True
        return self.kind == "planned" and self.ends_at is not None and self.ends_at <= now

    def stops(self, service: str) -> bool:
        """Whether this function is among those that stop."""
        return ALL in self.services or service in self.services

    @property
    def hour(self) -> datetime:
        """The hour that it promises: of the return, else of the next news."""
        hour = self.ends_at or self.next_at
        assert hour is not None
        return hour


def read(row: NoticeRow, before: tuple[datetime, ...] = ()) -> Notice:
    """A notice as it stands in the store; `before` are the hours that it promised earlier."""
    said = row.said
    told = json.loads(said.words) if said.words else _of_an_earlier_release(row)
    return Notice(
        id=row.id, fund=row.fund, kind=row.kind, services=tuple(said.services.split()),
        starts_at=instant(said.starts_at),
        ends_at=instant(said.ends_at) if said.ends_at else None,
        next_at=instant(said.next_at) if said.next_at else None,
        words=told["words"], instead=told["instead"],
        at=instant(said.at), created_at=instant(row.created_at), version=said.version,
        own=said.origin == "watch",
        closed_at=instant(row.closed_at) if row.closed_at else None, before=before,
    )  # fmt: skip


def _of_an_earlier_release(row: NoticeRow) -> dict[str, dict[str, Both]]:
    return {
        "words": {"stops": {"fr": row.stops_fr, "ar": row.stops_ar}},
        "instead": {ALL: {"fr": row.instead_fr, "ar": row.instead_ar}},
    }


def row_of(notice: Notice) -> NoticeRow:
    """The same for the store."""
    stops, instead = notice.words["stops"], next(iter(notice.instead.values()))
    return NoticeRow(
        id=notice.id, fund=notice.fund, kind=notice.kind, created_at=stamp(notice.created_at),
        closed_at=stamp(notice.closed_at) if notice.closed_at else None,
        stops_fr=stops["fr"], stops_ar=stops["ar"],
        instead_fr=instead["fr"], instead_ar=instead["ar"], said=version_of(notice),
    )  # fmt: skip


def version_of(notice: Notice) -> VersionRow:
    """What it says now, for the store."""
    words = {"words": notice.words, "instead": notice.instead}
    return VersionRow(
        notice=notice.id, version=notice.version, at=stamp(notice.at),
        origin="watch" if notice.own else "operator", starts_at=stamp(notice.starts_at),
        ends_at=stamp(notice.ends_at) if notice.ends_at else None,
        next_at=stamp(notice.next_at) if notice.next_at else None,
        services=" ".join(notice.services),
        words=json.dumps(words, ensure_ascii=False, sort_keys=True),
    )  # fmt: skip
