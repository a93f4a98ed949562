"""Planned stops and incidents, each version of them; how each fund answered, in spans of time."""

from __future__ import annotations

from typing import Any, NamedTuple

from lite.store.engine import Sql
from lite.store.people import fund_of


class VersionRow(NamedTuple):
    """What a notice says since `at`. `ends_at` is the expected return, `next_at` the hour of the
    next news; `services` keys with spaces between, or `all`; `words` JSON of both languages;
    `origin` is `operator`, or `watch` for a notice that raised itself."""

    notice: str
    version: int
    at: str
    origin: str
    starts_at: str
    ends_at: str | None
    next_at: str | None
    services: str
    words: str


class NoticeRow(NamedTuple):
    """A notice, with what it says now. The four sentences are those of an earlier release."""

    id: str
    fund: str
    kind: str
    created_at: str
    closed_at: str | None
    stops_fr: str
    stops_ar: str
    instead_fr: str
    instead_ar: str
    said: VersionRow


class Waiting(NamedTuple):
    """A person who waits for something at a fund, and the request by which they can be told."""

    person: str
    reference: str
    phone: str
    language: str
    sealed: str


class WatchRow(NamedTuple):
    """How a fund answers: `up` or `down` since when, and how many looks in a row said otherwise."""

    fund: str
    state: str
    against: int
    since: str
    looked_at: str


class SpanRow(NamedTuple):
    """A time during which a fund was always found `up`, or always `down`."""

    fund: str
    begins_at: str
    ends_at: str
    state: str


_VERSION = ", ".join(VersionRow._fields)
_COLUMNS = (
    "n.id, n.fund, n.kind, n.created_at, n.closed_at, n.stops_fr, n.stops_ar, n.instead_fr,"
    f" n.instead_ar, {', '.join(f'v.{name}' for name in VersionRow._fields)}"
)
_NOW = (
    f"select {_COLUMNS} from notices n join notice_versions v on v.notice = n.id and v.version ="
    " (select max(version) from notice_versions w where w.notice = n.id)"
)
# Whoever waits for a word of the fund, by a phone that still speaks for them and takes messages.
_WAITING = (
    " from requests r where r.person > ? and (? = '' or r.fund = ?)"
    " and (r.state in ('queued', 'sent', 'acknowledged')"
    " or r.state = 'accepted' and r.kind <> 'callback')"
    " and exists (select 1 from current_phones p where p.phone = r.phone and p.person = r.person)"
    " and not exists (select 1 from callers c where c.phone = r.phone"
    " and (c.quiet = 1 or c.blocked = 1))"
)


class Notices:
    """A notice is never changed: it gets another version, and one end."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, row: NoticeRow) -> None:
        """Keep a notice with its first version; an earlier release finds its own columns filled."""
        said = row.said
        with self._sql.transaction():
            self._sql.run(
                "insert into notices (id, fund, kind, starts_at, ends_at, stops_fr, stops_ar,"
                " instead_fr, instead_ar, closed_at, created_at)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                *(row.id, row.fund, row.kind, said.starts_at, said.ends_at or said.next_at),
                *(row.stops_fr, row.stops_ar, row.instead_fr, row.instead_ar),
                *(row.closed_at, row.created_at),
            )
            self.revise(said)

    def revise(self, said: VersionRow) -> bool:
        """Add a version; false when somebody else added one of this number."""
        marks = ", ".join("?" * len(said))
        return self._sql.run(
            f"insert into notice_versions ({_VERSION}) values ({marks}) on conflict do nothing",
            *said,
        ) == 1

    def close(self, id: str, now: str) -> bool:
        """End a notice; whether it was open."""
        return self._sql.run(
            "update notices set closed_at = ? where id = ? and closed_at is null", now, id
        ) == 1

    def get(self, id: str) -> NoticeRow | None:
        row = self._sql.one(f"{_NOW} where n.id = ?", id)
        return _notice(row) if row else None

    def open(self) -> list[NoticeRow]:
        """The notices that nobody ended, the nearest first."""
        rows = self._sql.all(f"{_NOW} where n.closed_at is null order by v.starts_at, n.id")
        return [_notice(row) for row in rows]

    def closed(self, since: str) -> list[NoticeRow]:
        """The notices that ended since then."""
        rows = self._sql.all(f"{_NOW} where n.closed_at >= ? order by v.starts_at, n.id", since)
        return [_notice(row) for row in rows]

    def versions(self, id: str) -> list[VersionRow]:
        """All that a notice ever said, in order."""
        rows = self._sql.all(
            f"select {_VERSION} from notice_versions where notice = ? order by version", id
        )
        return [VersionRow(*row) for row in rows]

    # Whom it concerns

    def funds_of(self, person: str) -> set[str]:
        """The funds that tell of a person."""
        rows = self._sql.all(
            "select distinct fund from current_records where person = ? and kind = 'insured'",
            person,
        )
        return {fund_of(row[0]) for row in rows}

    def waiting(
        self, fund: str, what: str, day: str, after: str, earlier: str, most: int
    ) -> list[Waiting]:
        """People, by id from `after` on, who wait for something at a fund (any, if it is empty),
        and were told neither `what` nor anything that `day`; with `earlier`, only those who were
        told something whose name begins so. By the latest of their requests."""
        picked = self._sql.all(
            f"select r.person, max(r.asked_at){_WAITING}"
            " and not exists (select 1 from told t where t.person = r.person"
            " and (t.what = ? or t.day = ?))"
            " and (? = '' or exists (select 1 from told e where e.person = r.person"
            " and e.what like ?))"
            " group by r.person order by r.person limit ?",
            *(after, fund, fund, what, day, earlier, f"{earlier}%", most),
        )
        return [self._latest(person, asked) for person, asked in picked]

    def _latest(self, person: str, asked: str) -> Waiting:
        row = self._sql.one(
            "select person, reference, phone, language, sealed from requests"
            " where person = ? and asked_at = ? order by reference",
            *(person, asked),
        )
        assert row is not None
        return Waiting(*row)

    # How funds answer

    def watched(self) -> list[WatchRow]:
        """How each fund answers."""
        rows = self._sql.all(
            "select fund, state, against, since, looked_at from fund_watch order by fund"
        )
        return [WatchRow(*row) for row in rows]

    def claim_look(self, fund: str, now: str, before: str) -> bool:
        """Be the one who judges a fund now: false if somebody did after `before`. Others wait for
        the transaction. A fund that nobody looked at is taken to be up."""
        return self._sql.run(
            "insert into fund_watch (fund, state, against, since, looked_at)"
            " values (?, 'up', 0, ?, ?) on conflict (fund) do update set"
            " looked_at = excluded.looked_at where fund_watch.looked_at <= ?",
            *(fund, now, now, before),
        ) == 1

    def watch(self, row: WatchRow) -> None:
        """Keep what a look made of a fund."""
        self._sql.run(
            "update fund_watch set state = ?, against = ?, since = ? where fund = ?",
            *(row.state, row.against, row.since, row.fund),
        )

    def extend(self, fund: str, state: str, last: str, now: str) -> str:
        """A fund is found in a state: the span that reached `last` or later goes on if it is of
        this state, and ends here if it is of the other; else one begins. When it began."""
        row = self._sql.one(
            "select begins_at, state from fund_spans where fund = ? and ends_at >= ?"
            " order by begins_at desc limit 1",
            *(fund, last),
        )
        if row:
            self._sql.run(
                "update fund_spans set ends_at = ? where fund = ? and begins_at = ?",
                *(now, fund, row[0]),
            )
        if row and row[1] == state:
            return str(row[0])
        self._sql.run(
            "insert into fund_spans (fund, begins_at, ends_at, state) values (?, ?, ?, ?)"
            " on conflict do nothing",
            *(fund, now, now, state),
        )
        return now

    def spans(self, since: str) -> list[SpanRow]:
        """What was seen of the funds since then."""
        rows = self._sql.all(
            "select fund, begins_at, ends_at, state from fund_spans where ends_at > ?"
            " order by fund, begins_at",
            since,
        )
        return [SpanRow(*row) for row in rows]

    def stopped(self, since: str) -> list[tuple[str, str, str | None]]:
        """(fund, start, end or None) of the planned stops that reach beyond `since`."""
        rows = self._sql.all(
            f"{_NOW} where n.kind = 'planned' and (n.closed_at is null or n.closed_at > ?)", since
        )
        found = [_notice(row) for row in rows]
        return [(one.fund, one.said.starts_at, one.closed_at or one.said.ends_at) for one in found]


def _notice(row: tuple[Any, ...]) -> NoticeRow:
    return NoticeRow._make((*row[:9], VersionRow(*row[9:])))
