"""A box fed by a stick: what the centre wrote for this machine comes in, what is asked here goes
out with it.

    stick:///media/usb/tafraout?key=/var/lib/lite/lite.keys.box&centre=lite-box-1-…

The folder is the box's own on the stick, with one folder a fund in it. `key`: this machine's keys;
`centre`: the public ones of the centre. `docs/agency-box.md` is what the clerk reads. A stick
that is away is no fault: what is known stays, with its date, and requests wait.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from lite.upstream.answers import (
    REQUEST_TYPES,
    Batch,
    BatchRefused,
    Capabilities,
    Document,
    FundDown,
    Health,
    Lookup,
    Mode,
    Page,
    Progress,
    Pull,
    Receipt,
    Refused,
    Request,
    Submission,
    Unavailable,
    Unreachable,
)
from lite.upstream.filedrop import inbox, pages, receipts
from lite.upstream.filedrop.addressed import Addressed
from lite.upstream.filedrop.inbox import AHEAD, Cursor
from lite.upstream.filedrop.manifest import Drop
from lite.upstream.filedrop.spool import Spool
from lite.upstream.machines import Pair, Public, load
from lite.upstream.records import PersonKey, Reason

CADENCE = 60
_OPTIONS = ("centre", "key")


def fund(name: str, url: str, now: Callable[[], datetime]) -> Stick:
    """The fund whose folder on the stick the URL names; ValueError with the remedy."""
    parts = urlsplit(url)
    if parts.netloc or not parts.path.startswith("/") or parts.path == "/":
        raise ValueError(f"{url} names no folder: write stick:///media/usb/name?… (three slashes)")
    options = {option: values[-1] for option, values in parse_qs(parts.query).items()}
    if tuple(sorted(options)) != _OPTIONS:
        raise ValueError(f"{url}: write both key= and centre=, and nothing else (`lite box key`)")
    key = Path(options["key"])
    spool = Spool(key.with_name(f"{key.name}.out") / name, name)
    centre = Public.read(options["centre"])
    return Stick(name, Path(unquote(parts.path)) / name, now, load(key), centre, spool)


class Stick:
    """The folder behind the port. It holds nothing open, so the stick may go at any moment."""

    def __init__(
        self, name: str, folder: Path, now: Callable[[], datetime], own: Pair, centre: Public,
        spool: Spool,
    ) -> None:  # fmt: skip
        self.name = name
        self._folder, self._now, self._own, self._centre = folder, now, own, centre
        self._spool = spool

    def capabilities(self) -> Capabilities:
        return Capabilities(
            kind="stick", version="1", deltas="complete", tombstones=True, lookup=False,
            submit=True, cadence=CADENCE, whole=True,
        )  # fmt: skip

    def pull(self, since: str | None, mode: Mode) -> Pull:
        """The newest batch, if it is newer than the last: each is everything. Nothing without."""
        return Pull(self._pages(Cursor.read(since) if since else None))

    def lookup(self, person: PersonKey) -> Lookup:
        return Unavailable(CADENCE)

    def submit(self, request: Request) -> Submission:
        """A receipt once the request is sealed on this machine's disk; it leaves with the next
        stick, and with each one after that until the centre says that it came."""
        if request.type not in REQUEST_TYPES:
            return Refused(Reason("unknown_type"))
        try:
            made = self._spool.keep(request, self._own, self._centre, self._now())
        except OSError:
            return Unreachable(CADENCE)
        with suppress(OSError):
            self._spool.carry(made, self._folder)
        return Receipt(request.key, held=False)

    def poll(self, held: Iterable[Receipt]) -> dict[str, Progress]:
        """What the centre said of requests, from the stick that is here; the rest is pending."""
        told = self._words({receipt.reference for receipt in held})
        with suppress(OSError):
            for key in told:
                self._spool.arrived(key)
            for made in self._spool.waiting():
                self._spool.carry(made, self._folder)
        return {key: word.progress for key, word in told.items()}

    def document(self, receipt: Receipt) -> Document | None:
        told = self._words({receipt.reference})
        return receipts.document(told.get(receipt.reference))

    def health(self) -> Health:
        """A stick that is away is as it should be."""
        return Health(True, None, None)

    def _words(self, wanted: set[str]) -> dict[str, receipts.Word]:
        check = Addressed(self._centre, self._own)
        with suppress(FundDown):
            return receipts.words(self._folder, check, self.name, wanted, check.opened)
        return {}

    def _pages(self, last: Cursor | None) -> Generator[Page, None, Batch]:
        now, check = self._now(), Addressed(self._centre, self._own)
        try:
            drop = self._newest(last, check)
        except FundDown:
            drop = None
        if drop is None:
            return Batch(f"{self.name}-nothing", now, None, complete=False, partial=True)
        written, expires = check.terms[drop.digest]
        _timely(drop, written, expires, now)
        try:
            batch = yield from pages.of_chain(
                self.name, [check.opened(drop)], now, pages.Tally()
            )
        except FundDown as error:
            raise BatchRefused("the stick went while it was read; put it in again") from error
        return replace(batch, expires=expires)

    def _newest(self, last: Cursor | None, check: Addressed) -> Drop | None:
        """The newest full batch; None if there is none, or nothing newer than the last."""
        found = inbox.scan(self._folder, check, self.name)
        numbers = [drop.sequence for drop in found.drops.values() if drop.mode == "full"]
        newest = found.chosen(max(numbers)) if numbers else None
        if newest is None or (last and newest.digest == last.digest):
            if found.refused:
                raise found.refused[0]
            return None
        if last and newest.sequence <= last.sequence:
            raise BatchRefused(
                f"{newest.label}: an old stick, its batch is number {newest.sequence} and number "
                f"{last.sequence} came already; ask the centre for the newest"
            )
        return newest


def _timely(drop: Drop, written: datetime, expires: datetime | None, now: datetime) -> None:
    """BatchRefused unless it was written in the past and may still be kept."""
    if expires is None:
        raise BatchRefused(f"{drop.label}: does not say until when it may be kept")
    if max(written, drop.as_of) > now + AHEAD:
        raise BatchRefused(
            f"{drop.label}: was written on {written.isoformat()}, in the future (here it is "
            f"{now.isoformat()}); set the clock of this machine right"
        )
    if expires <= now:
        raise BatchRefused(
            f"{drop.label}: expired on {expires.isoformat()}; ask the centre for the newest"
        )
