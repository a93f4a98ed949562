"""A fund that keeps a beneficiary registry of the SPDCI standard, whole behind the port.

    spdci+https://user:password@host/namespace/v1.0.0/?scheme=cnss&idtype=UIN&login=oauth2/token

Family allowances, pensions and other benefits: who is in a programme, what was granted, what was
paid. The standard has no requests to a fund, no papers, and no feed of changes: `submit` is false,
and every pull reads all. Options: `docs/decisions/0026-a-registry-of-beneficiaries.md`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator
from datetime import datetime, timedelta

from lite.upstream.answers import (
    Batch,
    Capabilities,
    Change,
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
    Submission,
    Unavailable,
    upsert,
)
from lite.upstream.fhir_pages import Losses
from lite.upstream.fhir_pages import Refused as NotTold
from lite.upstream.fhir_values import Unreadable
from lite.upstream.records import Insured, PersonKey, Reason, Record, person_of
from lite.upstream.spdci_messages import VERSION, Messages, Question, Told
from lite.upstream.spdci_messages import Found as Rows
from lite.upstream.spdci_records import Reading
from lite.upstream.wire import Wire, address

_CADENCE = 6 * 3600
_PAGE, _LARGEST_PAGE = 200, 2000
_MOST_PAGES, _OF_ONE = 1_000_000, 5
_STALE = 10  # pages of rows that all came before, and the next one will be no better
_DAY = timedelta(days=1)  # theirs may have begun
_RAW = 500  # characters of an unreadable row that are kept
# The standard leaves queryable attributes to each registry; this one is in every data object.
_EVERYONE, _EVER = "registration_date", "1900-01-01T00:00:00Z"
_NOBODY = "0"


def fund(name: str, url: str, now: Callable[[], datetime]) -> Registry:
    """The fund at this address; ValueError says which option is missing or wrong."""
    return Registry(name, url, now)


class Registry:
    """One fund. Nothing but a page of it is held, and the fingerprint of each record."""

    def __init__(self, name: str, url: str, now: Callable[[], datetime]) -> None:
        where = address(url)
        self.name, self._now, self._options = name, now, where.options
        if not self._options.get("patience", "0").isdecimal():
            raise ValueError("patience= is a whole number of seconds")
        size = self._options.get("page", str(_PAGE))
        if not size.isdecimal() or not 1 <= int(size) <= _LARGEST_PAGE:
            raise ValueError(f"page= is a number of records, at most {_LARGEST_PAGE}")
        self._size = int(size)
        self._wire = Wire(where)
        self._messages = Messages(self._wire, now)
        self._scheme = self._options.get("scheme", name)
        self._idtype = self._options.get("idtype", "UIN")
        self._last_good: datetime | None = None

    def capabilities(self) -> Capabilities:
        return Capabilities(
            kind="spdci", version=VERSION, deltas="none", tombstones=False, lookup=True,
            submit=False, cadence=_CADENCE, schemes=(self._scheme,),
        )  # fmt: skip

    def pull(self, since: str | None, mode: Mode) -> Pull:
        """Everybody, each time: the standard tells of no change that could be asked for."""
        return Pull(self._pages(since))

    def lookup(self, person: PersonKey) -> Lookup:
        now = self._now()
        if person.scheme != self._scheme:
            return NotFound(now)
        losses, found = Losses(), dict[tuple[str, str], Record]()
        try:
            for place, row in self._rows(self._one(person.value), losses, _OF_ONE):
                for record in self._read(place, row, losses):
                    if person_of(record) == person:
                        change = upsert(record)
                        found.setdefault((change.kind, change.key), record)
        except FundDown as down:
            return Unavailable(down.retry_after)
        except NotTold as refused:
            return Denied(refused.reason)
        if losses.count:
            return Unavailable(_CADENCE)  # what could not be read may be theirs
        return Found(tuple(found.values()), now) if found else NotFound(now)

    def submit(self, request: Request) -> Submission:
        return Refused(Reason("not_supported"))

    def poll(self, receipts: Iterable[Receipt]) -> dict[str, Progress]:
        return {}

    def document(self, receipt: Receipt) -> Document | None:
        return None

    def health(self) -> Health:
        """Asked for a number that nobody has: the whole way is tried, and nobody is told of."""
        try:
            self._messages.reached(self._one(_NOBODY))
        except NotTold as refused:
            return Health(refused.status == 200, None, self._last_good)
        except FundDown:
            return Health(False, None, self._last_good)
        return Health(True, None, self._last_good)

    def _one(self, number: str) -> Question:
        return Question("idtype-value", {"type": self._idtype, "value": number})

    def _everyone(self) -> Question:
        attribute = self._options.get("everyone", _EVERYONE)
        ever = {"attribute_name": attribute, "operator": "ge", "attribute_value": _EVER}
        return Question("predicate", [{"seq_num": 1, "expression1": ever}], attribute)

    def _rows(
        self, asked: Question, losses: Losses, most: int = _MOST_PAGES
    ) -> Iterator[tuple[int, Told]]:
        """Every row that a search finds, with its place. FundDown; NotTold at the first page.

        Pages are asked for until one is empty: they may be smaller than was asked, and a total
        may be that of one page.
        """
        place, last = 0, Rows((), None)
        for number in range(1, most + 1):
            page = self._page(asked, number, place, last.total, losses)
            if page is None or not page.rows:
                break
            if page.rows == last.rows:
                return losses.gap(f"[{place}…]", "the same page comes again and again")
            if last.total is not None and page.total is not None and page.total < last.total:
                losses.gap(f"[{place}…]", "its rows moved while they were read")
            yield from enumerate(page.rows, place)
            place, last = place + len(page.rows), page
        else:
            losses.gap(f"[{place}…]", "more pages than make sense")
        if last.total is not None and place < last.total:
            losses.gap(f"[{place}…]", "it counts more than it shows")

    def _page(
        self, asked: Question, number: int, place: int, total: int | None, losses: Losses
    ) -> Rows | None:
        """A page; None when it is refused. One after the end may be, and the first one raises."""
        try:
            return self._messages.search(asked, number, self._size)
        except NotTold as refused:
            if number == 1:
                raise
            if total is None or place < total:
                losses.gap(f"[{place}…]", refused.reason)
            return None

    def _read(self, place: int, row: Told, losses: Losses) -> list[Record]:
        options = self._options
        reading = Reading(
            self._scheme, self._idtype, options.get("currency", "MAD").upper(),
            (self._now() + _DAY).date().isoformat(), options.get("phones") == "deposited",
        )  # fmt: skip
        try:
            return list(reading.records(row))
        except Unreadable as error:
            losses.row(f"[{place}]", str(error), json.dumps(row, default=str)[:_RAW])
            return []

    def _pages(self, since: str | None) -> Generator[Page, None, Batch]:
        start, losses, sent = self._now(), Losses(), dict[tuple[str, str], str]()
        held: list[Change] = []
        stale = 0
        try:
            for place, row in self._rows(self._everyone(), losses):
                found = self._read(place, row, losses)
                new = self._fresh(found, place, sent, losses)
                held += new
                stale = stale + 1 if found and not new else 0
                if len(held) + len(losses.rows) >= _PAGE:
                    yield Page(tuple(held), losses.taken())
                    held = []
                if stale > _STALE * self._size:
                    losses.gap(f"[{place}…]", "its pages go round in circles")
                    break
        except NotTold as refused:
            raise self._wire.down(refused.reason) from None
        yield Page(tuple(held), losses.taken())
        if not losses.count:
            self._last_good = start
        return Batch(
            id=f"{self.name}-{start:%Y%m%dT%H%M%S%f}", as_of=start, cursor=since,
            complete=not losses.count, partial=losses.count > 0, isolated=not losses.gaps,
        )  # fmt: skip

    def _fresh(
        self, records: list[Record], place: int, sent: dict[tuple[str, str], str], losses: Losses
    ) -> list[Change]:
        """The records that were not sent yet. A person comes once for each of their programmes;
        two people, or two facts, under one number are told. A row that comes twice whole shows
        that the pages moved under us."""
        changes = [upsert(record) for record in records]
        marks = dict[tuple[str, str], str]()
        for one in changes:
            mark, key = _mark(one), (one.kind, one.key)
            if marks.setdefault(key, sent.get(key, mark)) != mark:
                losses.row(f"[{place}]", "another row bears the same number")
                return []
        new = list({(one.kind, one.key): one for one in changes if (one.kind, one.key) not in sent}
                   .values())  # fmt: skip
        if changes and not new and any(one.kind != "insured" for one in changes):
            losses.gap(f"[{place}]", "a row came twice: the pages moved")
        sent |= marks
        return new


def _mark(change: Change) -> str:
    """What two rows under one key must share: of a person, the day of birth."""
    record = change.record
    return record.birth if isinstance(record, Insured) else change.fingerprint
