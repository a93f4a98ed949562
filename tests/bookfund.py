"""A fund in memory whose book a test writes: what it tells next, and how it goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lite.upstream import port


def insured(number: int, *phones: str, cin: str = "", scheme: str = "cnss") -> port.Insured:
    """A head of a family who has a number, and phones perhaps."""
    keys = {scheme: f"{number:09d}"} | ({"cin": cin} if cin else {})
    return port.Insured(keys, f"f{number}", "head", f"Nom {number}", "1980-01-01", phones)


def dossier(number: int, of: int, status: str = "received", scheme: str = "cnss") -> port.Dossier:
    """A dossier of a person."""
    return port.Dossier(
        f"{number:010d}", port.PersonKey(scheme, f"{of:09d}"), "reimbursement", "2026-11-01",
        port.DossierStatus(status), "2026-11-02",
    )  # fmt: skip


def right(of: int, until: str | None, status: str = "open") -> port.Right:
    """A right of a person."""
    key = port.PersonKey("cnss", f"{of:09d}")
    return port.Right(key, "amo", port.RightStatus(status), "2026-01-01", until)


@dataclass
class BookFund:
    """`told` is all it knows. `rows` are sent instead, if given: changes in an order of one's own;
    `before_page` is called with the number of each page."""

    now: Callable[[], datetime]
    name: str = "book"
    told: list[port.Record] = field(default_factory=list)
    rows: Sequence[port.Change] | None = None
    page: int = 100
    files: bool = True
    as_of: datetime | None = None
    bad: int = 0
    complete: bool = True
    partial: bool = False
    isolated: bool = False
    submits: bool = False
    before_page: Callable[[int], object] = lambda number: None
    modes: list[str] = field(default_factory=list)
    deltas: str = "none"
    cursor: str | None = None

    def capabilities(self) -> port.Capabilities:
        return port.Capabilities(
            "book", "1", self.deltas, False, False, self.submits, 60, files=self.files  # type: ignore[arg-type]
        )  # fmt: skip

    def pull(self, since: str | None, mode: port.Mode) -> port.Pull:
        self.modes.append(mode)
        rows = self.rows if self.rows is not None else [port.upsert(one) for one in self.told]
        return port.Pull(self._pages(list(rows)), len(rows))

    def _pages(self, rows: list[port.Change]) -> Generator[port.Page, None, port.Batch]:
        as_of = self.as_of or self.now()
        bad = (port.Quarantined(f"line {number}", "bad", "") for number in range(self.bad))
        yield port.Page((), tuple(bad))
        for start in range(0, len(rows), self.page):
            self.before_page(start // self.page)
            yield port.Page(tuple(rows[start : start + self.page]))
        return port.Batch(
            f"batch-{as_of:%H%M%S%f}", as_of, self.cursor, complete=self.complete,
            partial=self.partial, isolated=self.isolated,
        )  # fmt: skip


def town(people: int, status: str = "received", of: int = 2) -> list[port.Record]:
    """So many people, each with some dossiers."""
    records: list[port.Record] = [insured(one, f"+2126{one:08d}") for one in range(people)]
    records += [
        dossier(one * 10 + which, one, status) for one in range(people) for which in range(of)
    ]
    return records


