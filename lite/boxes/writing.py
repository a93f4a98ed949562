"""From the centre to a box: what is known of the people who agreed to be served there.

    FOLDER/NAME/<fund>/000012/           their records, a full batch
    FOLDER/NAME/<fund>/receipts/000012/  what became of what was asked there

Every file is sealed for the box, every manifest signed by the centre.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from lite.boxes.answers import answers
from lite.clock import instant, stamp
from lite.identity import audit, phones
from lite.store import Store
from lite.store.boxes import BoxRow
from lite.upstream.filedrop import receipts, rows
from lite.upstream.filedrop.addressed import Terms, extension
from lite.upstream.filedrop.inbox import RECEIPTS
from lite.upstream.filedrop.write import Draft, Head
from lite.upstream.machines import Pair, Public
from lite.upstream.records import KINDS
from lite.vault import Vault

_AT_ONCE = 500


@dataclass(frozen=True)
class Written:
    """A stick that was written: its number, until when it may be kept, the people on it, records
    by fund."""

    sequence: int
    expires: datetime
    people: int
    records: dict[str, int]


@dataclass(frozen=True)
class _Stick:
    store: Store
    vault: Vault
    box: BoxRow
    own: Pair
    sequence: int
    now: datetime

    @property
    def reader(self) -> Public:
        return Public.read(self.box.public)

    @property
    def expires(self) -> datetime:
        return self.now + timedelta(days=self.box.days)

    def draft(self, folder: Path, fund: str, as_of: datetime, expires: datetime | None) -> Draft:
        """A batch of one fund for this box, signed and sealed."""
        reader = self.reader
        more = extension(self.own.public, reader, Terms(self.now, expires))
        head = Head(self.sequence, "full", as_of, fund, more)
        named = folder / f"{self.sequence:06d}"
        return Draft(named, head, "ndjson", sign=self.own.sign, reader=reader.seal)


def write(
    store: Store, vault: Vault, own: Pair, box: BoxRow, folder: Path, now: datetime
) -> Written:
    """Write the next stick of a box: of every fund that was heard whole, the people who agreed.
    A few hundred people are in memory at once. OSError when the stick cannot be written; what lay
    there before is then still whole."""
    with store.transaction():
        sequence = store.boxes.next(box.name, stamp(now))
    stick = _Stick(store, vault, box, own, sequence, now)
    records = {
        fund: _fund(stick, folder / box.name / fund, fund, as_of)
        for fund, as_of in _funds(store).items()
    }
    number = store.boxes.count(box.name)
    with store.transaction():
        detail = f"box={box.name} batch={sequence} people={number:,}"
        audit.append(store, vault, audit.SYSTEM, "box_written", "", detail, now)
    return Written(sequence, stick.expires, number, records)


def _funds(store: Store) -> dict[str, datetime]:
    """Funds that told everything at least once -> how old the oldest word of theirs may be."""
    dates: dict[str, list[str]] = {}
    for row in store.people.funds():
        if row.as_of:
            dates.setdefault(row.name, []).append(row.as_of)
    return {fund: instant(min(told)) for fund, told in dates.items()}


def _fund(stick: _Stick, root: Path, fund: str, as_of: datetime) -> int:
    """One fund's people and answers, then the older batches go; how many records."""
    columns, number = rows.columns(date.max.replace(year=9998)), 0
    with stick.draft(root, fund, as_of, stick.expires) as draft:
        for kind in KINDS:
            draft.open(kind, columns[kind])
        for person in _people(stick):
            for kind, record in _records(stick, person, fund):
                draft.put(kind, columns[kind], record)
                number += 1
    with stick.draft(root / RECEIPTS, fund, stick.now, None) as draft:
        draft.open("receipt", receipts.COLUMNS)
        for answer in answers(stick.store, stick.vault, stick.box.name, fund):
            draft.put("receipt", receipts.COLUMNS, answer)
    for folder in (root, root / RECEIPTS):
        _clear(folder, stick.sequence)
    return number


def _clear(folder: Path, but: int) -> None:
    """Take away what was written before, whole or cut short: a stick holds one batch."""
    for old in folder.iterdir():
        name = old.name.removesuffix(".part")
        if name.isdecimal() and int(name) != but:
            shutil.rmtree(old, ignore_errors=True)


def _people(stick: _Stick) -> Iterator[str]:
    after = ""
    while page := stick.store.boxes.served(stick.box.name, after, _AT_ONCE):
        yield from page
        after = page[-1]


def _records(stick: _Stick, person: str, fund: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in KINDS:
        for row in stick.store.people.records(person, kind):
            if row.name == fund:
                place = f"records.sealed:{row.fund}/{kind}/{row.key}"
                told = json.loads(stick.vault.open(place, row.sealed))
                if kind == "insured":
                    told["phones"] = _phones(stick, person)
                yield kind, told


def _phones(stick: _Stick, person: str) -> list[str]:
    """Those that speak for the person here, wherever they were deposited; none that was lost."""
    return [one.phone for one in phones.held(stick.store, stick.vault, person)]
