"""The pages of a search: what can be read is read, and what cannot is told, row by row.

A page that fails is asked for again in halves until the row that breaks it is alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from lite.upstream.answers import Quarantined
from lite.upstream.fhir_dialect import Dialect
from lite.upstream.fhir_values import Resource, at, rows, text
from lite.upstream.signed import Signed
from lite.upstream.wire import Reply

# So many rows that fail with none between them that can be read are not rows: it is the server.
_HOPELESS = 20
_MOST_PAGES = 1_000_000  # a feed that goes round in circles ends somewhere


class Refused(Exception):
    """The fund answered that it will not tell; `status` says how."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


@dataclass
class Losses:
    """What a reading lost: single rows, and whole stretches nobody could ask for."""

    rows: list[Quarantined] = field(default_factory=list)
    gaps: int = 0
    count: int = 0  # of rows, those already taken too

    def row(self, where: str, reason: str, raw: str = "") -> None:
        self.count += 1
        self.rows.append(Quarantined(where, reason, raw))

    def gap(self, where: str, reason: str) -> None:
        self.gaps += 1
        self.row(where, reason)

    def taken(self) -> tuple[Quarantined, ...]:
        """The rows since the last time."""
        found, self.rows = tuple(self.rows), []
        return found


class _Capped(Exception):
    """The server's pages are of another size than was asked: begin again with it."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


def search(
    wire: Signed, dialect: Dialect, kind: str, query: Mapping[str, str], losses: Losses
) -> Iterator[tuple[int, Resource]]:
    """Every resource that a search finds, with its place; a row may come twice, never be half.

    FundDown when the fund stops answering; Refused when it will not search for this kind.
    """
    read = _linked if dialect.pages == "links" else _counted
    for place, entry in read(wire, dialect, kind, query, losses):
        resource = entry.get("resource")
        if not isinstance(resource, Mapping):
            losses.row(f"{kind}[{place}]", "an entry without a resource")
        elif resource.get("resourceType") == "OperationOutcome":
            if error := complaint(resource):
                losses.gap(f"{kind}[{place}]", error)
        elif resource.get("resourceType") == kind:
            yield place, resource


def complaint(resource: object) -> str:
    """What an OperationOutcome complains of, empty when it is none, or only informs. Its details
    are the fund's own words, and may hold somebody's data: only the code is told."""
    if at(resource, "resourceType") != "OperationOutcome":
        return ""
    found = [row for row in rows(at(resource, "issue"))
             if text(row.get("severity")) not in ("information", "success")]  # fmt: skip
    return f"an error: {text(found[0].get('code')) or 'no code'}" if found else ""


def bundle(wire: Signed, kind: str, reply: Reply) -> Resource | None:
    """The bundle that a search was answered with, None when a row broke it (a server error, or
    an error where a bundle is due). FundDown or Refused for everything else."""
    if reply.status == 500 or (reply.status == 200 and complaint(reply.body)):
        return None
    if reply.status != 200:
        raise Refused(reply.status, f"{kind}: refused with {reply.status}")
    if reply.body.get("resourceType") != "Bundle":
        raise wire.down(f"{kind}: its answer is no bundle")
    return reply.body


def link(found: Resource, relation: str) -> str:
    """The address of a link of a bundle, empty when there is none."""
    held = (row for row in rows(found.get("link")) if row.get("relation") == relation)
    return next((row["url"] for row in held if isinstance(row.get("url"), str)), "")


def _linked(
    wire: Signed, dialect: Dialect, kind: str, query: Mapping[str, str], losses: Losses
) -> Iterator[tuple[int, Resource]]:
    """Pages by their `next` links, on the same host; the rest is lost where one fails."""
    path: str = f"{kind}?{urlencode({**query, '_count': str(dialect.page_size)})}"
    asked: set[str] = set()
    place, total = 0, ""
    while path and path not in asked:
        asked.add(path)
        found = bundle(wire, kind, wire.get(wire.below(path)))
        if found is None:
            losses.gap(f"{kind}[{place}…]", "a page that cannot be read")
            return
        for entry in rows(found.get("entry")):
            yield place, entry
            place += 1
        path, total = link(found, "next"), text(found.get("total"))
    if path:
        losses.gap(f"{kind}[{place}…]", "its pages go round in circles")
    elif total.isdecimal() and int(total) > place:
        losses.gap(f"{kind}[{place}…]", "it counts more than it shows")


def _counted(
    wire: Signed, dialect: Dialect, kind: str, query: Mapping[str, str], losses: Losses
) -> Iterator[tuple[int, Resource]]:
    """Pages by their number: links are not followed, the server's own size of a page is."""
    size, before = dialect.page_size, len(losses.rows)
    while True:
        try:
            yield from _Counted(wire, dialect, kind, query, losses, size).all()
            return
        except _Capped as capped:
            size = capped.size
            losses.count -= len(losses.rows[before:])
            del losses.rows[before:]  # they come again


@dataclass
class _Counted:
    """One reading from the first page on, with one size of a page."""

    wire: Signed
    dialect: Dialect
    kind: str
    query: Mapping[str, str]
    losses: Losses
    size: int
    ended: bool = False
    failed: int = 0  # rows in a row
    last: object = None

    def all(self) -> Iterator[tuple[int, Resource]]:
        for number in range(_MOST_PAGES):
            yield from self._page(number * self.size, self.size)
            if self.ended:
                return

    def _page(self, start: int, size: int) -> Iterator[tuple[int, Resource]]:
        reply = self.wire.get(self._path(start, size))
        if reply.status == 404 and start:
            self.ended = True  # past the end
            return
        found = bundle(self.wire, self.kind, reply)
        if found is None:
            yield from self._halves(start, size)
            return
        entries = list(rows(found.get("entry")))
        self._judge(found, entries, start, size)
        self.failed = 0
        yield from enumerate(entries, start)

    def _path(self, start: int, size: int) -> str:
        query = {**self.query, "_count": str(size)}
        if start:
            query["page-offset"] = str(start // size + 1)
        return f"{self.kind}{'/' if self.dialect.slash else ''}?{urlencode(query, safe=':')}"

    def _judge(self, found: Resource, entries: list[Resource], start: int, size: int) -> None:
        """Whether this page is the last, or of another size than was asked."""
        told = text(found.get("total"))
        total = int(told) if told.isdecimal() else None
        if total is not None and total < start + len(entries):
            total = None  # a total that is less than what came is none
        more = link(found, "next") != "" or (total is not None and start + len(entries) < total)
        if entries and entries == self.last:
            self.losses.gap(f"{self.kind}[{start}…]", "the same page comes again and again")
            more = False
        elif entries and len(entries) != size:
            untold = total is None and start == 0  # the last page, or the most it ever shows
            if more or untold or len(entries) > size:
                raise _Capped(len(entries))
        self.last = entries if size == self.size else None
        self.ended = not entries or (not more and (total is not None or len(entries) < size))

    def _halves(self, start: int, size: int) -> Iterator[tuple[int, Resource]]:
        """A page that fails, in parts; a row that fails alone is set aside. Parts divide a page
        evenly, for a page is asked for by its number."""
        if size == 1:
            self.losses.row(f"{self.kind}[{start}]", "a row that the fund itself cannot read")
            self.failed += 1
            if self.failed >= _HOPELESS:
                raise Refused(500, f"{self.kind}: the fund fails at every row")
            return
        part = size // next(p for p in (2, 3, 5, 7, 11, 13, size) if size % p == 0)
        for begin in range(start, start + size, part):
            yield from self._page(begin, part)
            if self.ended:
                return


def one(wire: Signed, dialect: Dialect, kind: str, name: str) -> Resource | None:
    """The resource of that name, None when the fund gives none."""
    reply = wire.get(f"{kind}/{quote(name, safe='')}{'/' if dialect.slash else ''}")
    found = reply.body if reply.status == 200 else {}
    return found if found.get("resourceType") == kind else None


def answering(
    wire: Signed, dialect: Dialect, kind: str, claim: Iterable[str], losses: Losses
) -> Iterator[Resource]:
    """What may answer a claim: the resource of the same name where they share it, else a search."""
    for name in sorted(claim):
        if dialect.uuid_type:
            found = one(wire, dialect, kind, name)
            yield from [found] if found else []
        else:
            about = "claim" if kind == "ExplanationOfBenefit" else "request"
            query = {about: f"Claim/{name}"}
            yield from (row for _, row in search(wire, dialect, kind, query, losses))
