"""A fund that can copy files: batches come in as folders, requests go out the same way.

    filedrop:///srv/cnss?key=/etc/lite/cnss.pub.pem&sign=/etc/lite/lite.pem

By SFTP, a shared folder or a USB stick; `docs/filedrop.md` is what the fund's engineer reads.
`key`: the fund's Ed25519 public key; with it, what is not signed is refused. `sign`: Lite's own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from lite.upstream.answers import (
    REQUEST_TYPES,
    Batch,
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
from lite.upstream.filedrop import inbox, pages, receipts, signature
from lite.upstream.filedrop.files import RETRY_AFTER
from lite.upstream.filedrop.inbox import OUT, Cursor
from lite.upstream.filedrop.manifest import Drop
from lite.upstream.filedrop.memory import Error, Memory
from lite.upstream.filedrop.outbox import Outbox
from lite.upstream.records import PersonKey, Reason

__all__ = ["Filedrop", "fund"]

_OPTIONS = ("key", "sign")


def fund(name: str, url: str, now: Callable[[], datetime]) -> Filedrop:
    """The fund whose folder the URL names; ValueError with the remedy."""
    parts = urlsplit(url)
    if parts.netloc or not parts.path.startswith("/") or parts.path == "/":
        raise ValueError(f"{url} names no folder: write filedrop:///absolute/path (three slashes)")
    options = {option: values[-1] for option, values in parse_qs(parts.query).items()}
    if unknown := sorted(options.keys() - set(_OPTIONS)):
        raise ValueError(f"{url}: no option {unknown[0]!r}; known: {', '.join(_OPTIONS)}")
    return Filedrop(name, Path(unquote(parts.path)), now, options.get("key"), options.get("sign"))


class Filedrop:
    """The folder behind the port. It holds no file open, and nothing of one in memory."""

    def __init__(
        self,
        name: str,
        root: Path,
        now: Callable[[], datetime],
        key: str | None = None,
        sign: str | None = None,
        quiet: bool = False,
    ) -> None:
        """`key`, `sign`: files of keys. `quiet`: a pull writes nothing into the folder."""
        self.name = name
        self._root, self._now, self._quiet = root, now, quiet
        self._verify = signature.verifier(signature.public_key(Path(key)) if key else None)
        own = signature.private_key(Path(sign)) if sign else None
        self._memory = Memory(root / OUT / ".lite.db")
        self._outbox = Outbox(name, root, self._memory, own)

    def capabilities(self) -> Capabilities:
        return Capabilities(
            kind="filedrop",
            version="1",
            deltas="complete",
            tombstones=True,
            lookup=False,
            submit=True,
            cadence=RETRY_AFTER,
            files=True,
        )

    def pull(self, since: str | None, mode: Mode) -> Pull:
        """A delta is the next batch, whatever its own mode. A full pull is the newest full batch
        and all that came after it. An empty folder is an empty pull."""
        tally = pages.Tally()
        pull = Pull(
            self._pages(since, mode, tally, lambda rows: setattr(pull, "expected", rows)),
            read=lambda: tally.read,
        )
        return pull

    def lookup(self, person: PersonKey) -> Lookup:
        return Unavailable(RETRY_AFTER)

    def submit(self, request: Request) -> Submission:
        """A receipt once the request is on the folder's disk; its reference is the key."""
        if request.type not in REQUEST_TYPES:
            return Refused(Reason("unknown_type"))
        try:
            self._outbox.hold(request, self._now())
        except (OSError, Error):
            return Unreachable(RETRY_AFTER)
        return Receipt(request.key, held=False)

    def poll(self, held: Iterable[Receipt]) -> dict[str, Progress]:
        """Only what the fund itself said; the rest is pending."""
        self._publish()
        wanted = {receipt.reference for receipt in held}
        told = receipts.words(self._root, self._verify, self.name, wanted)
        return {key: word.progress for key, word in told.items()}

    def document(self, receipt: Receipt) -> Document | None:
        wanted = {receipt.reference}
        told = receipts.words(self._root, self._verify, self.name, wanted)
        return receipts.document(told.get(receipt.reference))

    def health(self) -> Health:
        """The skew is known only of a clock that runs ahead: its batches are of the future."""
        try:
            found = inbox.scan(self._root, self._verify, self.name)
            said = self._memory.said("last good")
        except (FundDown, OSError, Error):
            return Health(False, None, None)
        newest = max((drop.as_of for drop in found.drops.values()), default=None)
        skew = max(0.0, (newest - self._now()).total_seconds()) if newest else None
        return Health(True, skew, datetime.fromisoformat(said) if said else None)

    def _publish(self) -> None:
        with suppress(OSError, Error):  # they stay where they are, on the disk
            self._outbox.publish(self._now())

    def _pages(
        self, since: str | None, mode: Mode, tally: pages.Tally, expect: Callable[[int], None]
    ) -> Generator[Page, None, Batch]:
        if not self._quiet:
            self._publish()
        now = self._now()
        found = inbox.scan(self._root, self._verify, self.name)
        last = Cursor.read(since) if since and mode == "delta" else None
        drops = inbox.after(found, last) if last else inbox.everything(found)
        inbox.on_time(drops, last, now)
        expect(sum(part.rows for drop in drops for part in drop.parts))
        batch = yield from self._of(drops, last, now, found, tally)
        if drops and not batch.partial and not self._quiet:
            with suppress(OSError, Error):  # a folder that may only be read serves as well
                self._memory.say("last good", batch.as_of.isoformat())
        return batch

    def _of(
        self, drops: Sequence[Drop], last: Cursor | None, now: datetime, found: inbox.Found,
        tally: pages.Tally,
    ) -> Generator[Page, None, Batch]:  # fmt: skip
        if last is None and drops:
            return (yield from pages.of_chain(self.name, drops, now, tally))
        if drops:
            more = drops[0].sequence + 1 in found.drops
            return (yield from pages.of_one(self.name, drops[0], now, more, tally))
        if last is None:
            return Batch(f"{self.name}-nothing", now, None, complete=False, partial=True)
        name = f"{self.name}-{last.sequence}-{last.digest[:12]}"
        return Batch(name, last.as_of, str(last), complete=False)
