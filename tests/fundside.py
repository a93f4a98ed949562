"""The fund's side of a folder: the pretend fund, dropping batches and answering requests in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from lite.upstream.answers import Change, Mode, Receipt, Request, RequestState
from lite.upstream.filedrop import export, receipts
from lite.upstream.filedrop.write import Draft, Head
from lite.upstream.pretend import Pretend
from lite.upstream.records import PersonKey

RIPEN = 20


class FundSide:
    """A fund with a nightly job. `clock` holds the time; the job runs when it is told to."""

    def __init__(self, folder: Path, form: export.Form, clock: list[datetime]) -> None:
        self.root, self.form, self.clock = folder / "drop", form, clock
        self.root.mkdir()
        self.pretend = Pretend("cnss", folder / "fund.db", self.now, RIPEN, 0)
        self._cursor: str | None = None
        self._sequence = 0
        self._answers = 0
        self._asked: dict[str, Receipt] = {}
        self._said: dict[str, RequestState] = {}

    def now(self) -> datetime:
        return self.clock[0]

    def drop(self, mode: Mode, spoil: Callable[[Path], None] | None = None) -> Path:
        """The next batch; `spoil` may do as it likes with the files before the hashes are taken."""
        pull = self.pretend.pull(self._cursor, mode)
        changes = [change for page in pull for change in page.changes]
        self._cursor = pull.end.cursor
        self._sequence += 1
        folder = export.folder_of(self.root, self._sequence, self.now())
        head = Head(self._sequence, mode, self.now(), "cnss")
        export.write(folder, head, changes, self.form)
        if spoil:
            respoil(folder, spoil)
        return folder

    def answer(self) -> None:
        """Take what lies in `out`, and say what is new of everything that was asked."""
        for request in asked(self.root):
            receipt = self.pretend.submit(request)
            if isinstance(receipt, Receipt):
                self._asked[request.key] = receipt
        told = self.pretend.poll(self._asked.values())
        rows = [
            self._row(key, receipt)
            for key, receipt in self._asked.items()
            if self._said.get(key) != told[receipt.reference].state
        ]
        if rows:
            self._answers += 1
            self._write(rows)

    def _row(self, key: str, receipt: Receipt) -> dict[str, object]:
        progress = self.pretend.poll([receipt])[receipt.reference]
        self._said[key] = progress.state
        row: dict[str, object] = {
            "key": key,
            "state": progress.state,
            "since": progress.since.isoformat(),
        }
        if progress.reason:
            row["reason"] = {"code": progress.reason.code, "label": progress.reason.label}
        if paper := self.pretend.document(receipt):
            row["document"] = {
                "reference": paper.reference, "kind": paper.kind, "person": str(paper.person),
                "issued_on": paper.issued_on, "valid_until": paper.valid_until,
                "name": paper.name, "name_ar": paper.name_ar, "total": paper.total,
                "currency": paper.currency, "facts": dict(paper.facts),
            }  # fmt: skip
        return row

    def _write(self, rows: Iterable[dict[str, object]]) -> None:
        folder = self.root / "receipts" / f"{self._answers:06d}"
        at = self.now() + timedelta(microseconds=self._answers)
        with Draft(folder, Head(self._answers, "delta", at, "cnss"), self.form) as draft:
            for row in rows:
                draft.put("receipt", receipts.COLUMNS, row)


def asked(root: Path) -> Iterator[Request]:
    """The requests that lie in the folder, as a fund's engineer would read them."""
    for path in sorted(root.glob("out/requests-*/manifest.json")):
        for file in json.loads(path.read_text())["output"]:
            for line in (path.parent / file["url"]).read_text().splitlines():
                row = json.loads(line)
                insured = PersonKey.read(row["insured"])
                yield Request(row["key"], row["type"], insured, row["details"])


def respoil(folder: Path, spoil: Callable[[Path], None]) -> None:
    """Let somebody at the files of a batch, then make its manifest true of them again."""
    spoil(folder)
    told_again(folder)


def told_again(folder: Path) -> None:
    """The manifest with the sizes, hashes and nothing else of the files as they are now."""
    path = next(folder / name for name in ("datapackage.json", "manifest.json")
                if (folder / name).exists())  # fmt: skip
    told = json.loads(path.read_text())
    for file in [*told.get("resources", ()), *told.get("output", ()), *told.get("deleted", ())]:
        body = (folder / file.get("path", file.get("url"))).read_bytes()
        digest = f"sha256:{sha256(body).hexdigest()}"
        if "hash" in file:
            file |= {"hash": digest, "bytes": len(body)}
        else:
            file["extension"] |= {"hash": digest}
            file["fileSize"] = len(body)
    path.write_text(json.dumps(told))


def garbled(folder: Path) -> None:
    """One row in five cannot be read."""
    for path in folder.glob("*.*"):
        if path.suffix not in (".csv", ".ndjson"):
            continue
        lines = path.read_text().splitlines(keepends=True)
        first = 1 if path.suffix == ".csv" else 0
        for place in range(first, len(lines), 5):
            lines[place] = "?\n"
        path.write_text("".join(lines))


def records(changes: Iterable[Change]) -> dict[tuple[str, str], str]:
    """What a pull told, as far as it can be compared."""
    return {(change.kind, change.key): change.fingerprint for change in changes}
