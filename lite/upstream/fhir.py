"""A fund that speaks FHIR R4, whole behind the port; a dialect says what differs.

    fhir+https://user:password@host/fhir/?scheme=cnss&system=http://…&currency=MAD&ca=/path.pem

`scheme`: of the people's numbers (the fund's own name). `system`: of the identifier that holds
them. `phones=deposited`: the phones it tells were deposited in person. `ca`: whom to believe.
`timeout`: seconds for one whole answer (60).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lite.upstream import fhir_person, fhir_tasks
from lite.upstream.answers import (
    Batch,
    Capabilities,
    Denied,
    Document,
    Found,
    FundDown,
    Health,
    Lookup,
    Mode,
    NotFound,
    Page,
    Progress,
    Pull,
    Receipt,
    Refused,
    Request,
    RequestState,
    Submission,
    Unavailable,
    Unreachable,
)
from lite.upstream.fhir_census import Census
from lite.upstream.fhir_dialect import Dialect
from lite.upstream.fhir_feed import Feed
from lite.upstream.fhir_pages import Refused as NotTold
from lite.upstream.fhir_pages import complaint
from lite.upstream.fhir_standard import STANDARD
from lite.upstream.fhir_values import Resource
from lite.upstream.openimis import OPENIMIS
from lite.upstream.records import PersonKey, Reason
from lite.upstream.signed import Signed
from lite.upstream.wire import Wire, address

_CADENCE = 900
_A_DAY = timedelta(hours=23)  # a nightly pull must find the last one old enough
_OVERLAP = timedelta(minutes=5)  # two clocks are never the same
_MOVING = ("Coverage", "Claim", "ClaimResponse", "ExplanationOfBenefit")


def standard(name: str, url: str, now: Callable[[], datetime]) -> Fhir:
    """A fund that speaks FHIR R4 as published; ValueError when the address has no host."""
    return Fhir(name, url, now, STANDARD)


def openimis(name: str, url: str, now: Callable[[], datetime]) -> Fhir:
    """A fund that runs openIMIS; ValueError when the address has no host."""
    return Fhir(name, url, now, OPENIMIS)


@dataclass(frozen=True)
class Cursor:
    """What a pull leaves for the next: deltas since `at`; when all was last read, and how dear."""

    at: datetime
    whole: datetime
    asked: int

    def write(self) -> str:
        return json.dumps([self.at.isoformat(), self.whole.isoformat(), self.asked])

    @classmethod
    def read(cls, told: str | None) -> Cursor | None:
        """The cursor that `write` wrote; None for none, or for another adapter's."""
        try:
            at, whole, asked = json.loads(told or "")
            return cls(datetime.fromisoformat(at), datetime.fromisoformat(whole), int(asked))
        except (ValueError, TypeError):
            return None


class Fhir:
    """One fund. What its dialect cannot do is said in `capabilities` and refused when asked."""

    def __init__(self, name: str, url: str, now: Callable[[], datetime], dialect: Dialect) -> None:
        where = address(url)
        self.name, self._now, self._dialect = name, now, dialect
        self._wire = Signed(Wire(where), dialect.login)
        self._scheme = where.options.get("scheme") or dialect.scheme or name
        self._currency = where.options.get("currency", "MAD").upper()
        self._last_good: datetime | None = None

    def capabilities(self) -> Capabilities:
        return Capabilities(
            kind=self._dialect.kind, version="R4", deltas="hint", tombstones=False, lookup=True,
            submit=self._dialect.submit, cadence=_CADENCE, schemes=(self._scheme,),
        )  # fmt: skip

    def pull(self, since: str | None, mode: Mode) -> Pull:
        """A delta is a hint, so all is read at least once a day, and always where that is cheap."""
        cursor = Cursor.read(since) if mode == "delta" else None
        if cursor and (self._now() - cursor.whole > _A_DAY or self._cheap(cursor)):
            cursor = None
        return Pull(self._pages(cursor, since))

    def lookup(self, person: PersonKey) -> Lookup:
        now = self._now()
        if person.scheme != self._scheme:
            return NotFound(now)
        feed = self._feed(alone=True)
        try:
            found = fhir_person.learn(feed, person)
            records = tuple(fhir_person.records(feed, found)) if found else ()
        except FundDown as down:
            return Unavailable(down.retry_after)
        except NotTold as refused:
            return Denied(refused.reason)
        if feed.losses.count:
            return Unavailable(_CADENCE)  # what could not be read may be theirs
        return Found(records, now) if records else NotFound(now)

    def submit(self, request: Request) -> Submission:
        if not self._dialect.submit:
            return Refused(Reason("not_supported"))
        try:
            return fhir_tasks.submit(self._wire, request, self._known(request.insured), self._now())
        except FundDown as down:
            return Unreachable(down.retry_after)

    def poll(self, receipts: Iterable[Receipt]) -> dict[str, Progress]:
        if not self._dialect.submit:
            return {}
        found = ((each, fhir_tasks.task(self._wire, each)) for each in receipts)
        told = ((each, self._progress(task)) for each, task in found if task)
        return {each.reference: progress for each, progress in told if progress}

    def _progress(self, task: Resource) -> Progress | None:
        told = fhir_tasks.progress(task, self._now())
        if told is None or told.state is not RequestState.READY:
            return told
        gone = fhir_tasks.paper_gone(self._wire, task)
        return Progress(RequestState.REJECTED, told.since, gone) if gone else told

    def document(self, receipt: Receipt) -> Document | None:
        task = fhir_tasks.task(self._wire, receipt) if self._dialect.submit else None
        return fhir_tasks.document(self._wire, receipt, task, self._known) if task else None

    def health(self) -> Health:
        try:
            reply = self._wire.get(self._dialect.health)
        except FundDown:
            return Health(False, None, self._last_good)
        well = reply.status == 200 and not complaint(reply.body)
        return Health(well, reply.skew if well else None, self._last_good)

    def _known(self, person: PersonKey) -> fhir_person.Known | None:
        """A person as the fund knows them now; None for nobody, FundDown when it may be so."""
        feed = self._feed(alone=True)
        try:
            found = fhir_person.find(feed, person, self._scheme)
        except NotTold as refused:
            raise self._wire.down(refused.reason) from None
        if found is None and feed.losses.count:
            raise self._wire.down("a person that cannot be read")
        return found

    def _cheap(self, cursor: Cursor) -> bool:
        return cursor.asked <= self._dialect.whole_below

    def _feed(self, since: datetime | None = None, alone: bool = False) -> Feed:
        form = self._dialect.instant
        hint = {"_lastUpdated": f"ge{since.astimezone(UTC):{form}}"} if since else {}
        return Feed(
            wire=self._wire, dialect=self._dialect,
            census=Census(self._scheme, self._dialect.family_covered),
            today=self._now().date().isoformat(), currency=self._currency,
            queries=dict.fromkeys(_MOVING, hint), halves=since is not None,
            alone=alone,
        )  # fmt: skip

    def _pages(self, cursor: Cursor | None, since: str | None) -> Generator[Page, None, Batch]:
        start, asked = self._now(), self._wire.asked
        feed = self._feed(cursor.at - _OVERLAP if cursor else None)
        yield from feed.pages()
        lost, gaps = feed.losses.count - feed.strangers, feed.losses.gaps
        if not lost:
            self._last_good = start
        left = Cursor(start, cursor.whole if cursor else start,
                      cursor.asked if cursor else self._wire.asked - asked)  # fmt: skip
        return Batch(
            id=f"{self.name}-{start:%Y%m%dT%H%M%S%f}", as_of=start,
            cursor=since if gaps else left.write(),
            complete=cursor is None and not feed.losses.count, partial=lost > 0,
            isolated=cursor is None and not gaps,
        )  # fmt: skip
