"""The batches that lie in the folder, and which of them comes next.

A cursor is the sequence, time and digest of the last batch learned. What is older stays where it
is: emptying the folder is its owner's business.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lite.upstream.answers import BatchRefused, FundDown
from lite.upstream.filedrop import bulk, datapackage, manifest
from lite.upstream.filedrop.files import RETRY_AFTER
from lite.upstream.filedrop.manifest import BULK, DATAPACKAGE, Drop, Verify

OUT, RECEIPTS = "out", "receipts"
AHEAD = timedelta(minutes=5)  # how far a fund's clock may run before ours
_READERS = {DATAPACKAGE: datapackage.read, BULK: bulk.read}


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last batch learned."""

    sequence: int
    as_of: datetime
    digest: str

    @classmethod
    def of(cls, drop: Drop) -> Cursor:
        return cls(drop.sequence, drop.as_of, drop.digest)

    @classmethod
    def read(cls, text: str) -> Cursor:
        """What `str()` wrote. BatchRefused when it was not one of this adapter."""
        try:
            held = json.loads(text)
            return cls(held["sequence"], datetime.fromisoformat(held["as_of"]), held["digest"])
        except (ValueError, KeyError, TypeError) as error:
            raise BatchRefused(
                "the last pull was not of this folder; run `lite pull --full`"
            ) from error

    def __str__(self) -> str:
        held = {"sequence": self.sequence, "as_of": self.as_of.isoformat(), "digest": self.digest}
        return json.dumps(held)


@dataclass(frozen=True, slots=True)
class Found:
    """What lies there: the batches by sequence, those of which there are two, and why others are
    none. A copy of a batch is the same batch."""

    drops: dict[int, Drop]
    twice: dict[int, BatchRefused]
    refused: tuple[BatchRefused, ...]

    def chosen(self, sequence: int) -> Drop | None:
        """The batch of this number, if it came; BatchRefused when two say they are."""
        if sequence in self.twice:
            raise self.twice[sequence]
        return self.drops.get(sequence)


def scan(root: Path, verify: Verify, fund: str) -> Found:
    """Every batch of the folder and of the folders in it; FundDown when it cannot be reached."""
    drops: dict[int, Drop] = {}
    twice: dict[int, BatchRefused] = {}
    refused: list[BatchRefused] = []
    for folder, name in _manifests(root):
        try:
            drop = manifest.read(folder, name, _READERS, verify)
            _belongs(drop, fund)
        except BatchRefused as error:
            refused.append(error)
            continue
        other, number = drops.setdefault(drop.sequence, drop), drop.sequence
        if other.digest != drop.digest:
            twice[number] = BatchRefused(f"{other.label} and {drop.label} are both batch {number}")
    return Found(drops, twice, tuple(refused))


def _manifests(root: Path) -> list[tuple[Path, str]]:
    """Folders with the name of their manifest; a folder without one is on its way."""
    found = []
    for folder in (root, *_folders(root)):
        names = set(_listed(folder, needed=folder == root))
        found += [(folder, name) for name in manifest.names() if name in names]
    return found


def _folders(root: Path) -> list[Path]:
    inside = [root / name for name in sorted(_listed(root, needed=True))]
    ours = {OUT, RECEIPTS}
    return [
        path
        for path in inside
        if path.name not in ours
        and not path.name.startswith(".")
        and not path.name.endswith(".part")
        and path.is_dir()
        and not path.is_symlink()
    ]


def _listed(folder: Path, needed: bool) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except OSError as error:
        if needed:
            raise FundDown(RETRY_AFTER) from error
        return []


def _belongs(drop: Drop, fund: str) -> None:
    if drop.fund not in (None, fund):
        raise BatchRefused(f"{drop.label}: is of the fund {drop.fund!r}, this folder is of {fund}")


def after(found: Found, last: Cursor) -> Sequence[Drop]:
    """The batch after the last, none when there is none yet; BatchRefused when it is missing."""
    coming = found.chosen(last.sequence + 1)
    if coming is not None:
        return (coming,)
    if found.refused:
        raise found.refused[0]
    later = sorted(sequence for sequence in found.drops if sequence > last.sequence)
    if later:
        raise BatchRefused(
            f"batch {last.sequence + 1} is missing: {found.drops[later[0]].label} is batch "
            f"{later[0]}. Send the missing one, or a full batch and run `lite pull --full`"
        )
    return ()


def everything(found: Found) -> Sequence[Drop]:
    """The newest full batch and what came after it without a gap; none when nothing was sent."""
    full = [drop.sequence for drop in found.drops.values() if drop.mode == "full"]
    if not full:
        if found.refused:
            raise found.refused[0]
        if found.drops:
            first = found.drops[min(found.drops)]
            raise BatchRefused(f"{first.label}: the first batch must be full, not a delta")
        return ()
    chain: list[Drop] = []
    coming = found.chosen(max(full))
    while coming is not None:
        chain.append(coming)
        coming = found.chosen(coming.sequence + 1)
    return chain


def on_time(drops: Sequence[Drop], last: Cursor | None, now: datetime) -> None:
    """BatchRefused unless each batch is later than the one before, and none is of the future."""
    before = last.as_of if last else datetime.min.replace(tzinfo=UTC)
    for drop in drops:
        if drop.as_of <= before:
            raise BatchRefused(
                f"{drop.label}: its time, {drop.as_of.isoformat()}, is not later than that of the "
                f"batch before, {before.isoformat()}"
            )
        if drop.as_of > now + AHEAD:
            raise BatchRefused(
                f"{drop.label}: its time, {drop.as_of.isoformat()}, is in the future (here it is "
                f"{now.isoformat()}); set the clock of the fund's machine right"
            )
        before = drop.as_of
