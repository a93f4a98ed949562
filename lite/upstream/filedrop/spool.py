"""Requests on their way out of a box: each a small batch of its own, sealed at once for the centre.

They wait on the box's disk, where the box itself cannot read them any more, and are copied to
every stick until the centre's receipt says that they came: a stick that is lost loses nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from lite.upstream.answers import Request
from lite.upstream.filedrop.addressed import Terms, extension
from lite.upstream.filedrop.inbox import OUT
from lite.upstream.filedrop.manifest import BULK
from lite.upstream.filedrop.outbox import COLUMNS, KIND
from lite.upstream.filedrop.write import Draft, Head, keep, sync
from lite.upstream.machines import Pair, Public


class Spool:
    """The requests of one fund, in a folder of the box. OSError where it cannot be written."""

    def __init__(self, folder: Path, fund: str) -> None:
        self._folder, self._fund = folder, fund

    def keep(self, request: Request, own: Pair, centre: Public, now: datetime) -> Path:
        """The request as a sealed batch; the same key twice is the same batch."""
        made = self._of(request.key)
        if not made.exists():
            more = extension(own.public, centre, Terms(now, None))
            # Its number says nothing: each of these batches stands for itself.
            head = Head(int(made.name[:12], 16) + 1, "delta", now, self._fund, more)
            with Draft(made, head, "ndjson", sign=own.sign, reader=centre.seal) as draft:
                draft.put(KIND, COLUMNS, _row(request, now))
        return made

    def carry(self, made: Path, stick: Path) -> None:
        """Copy a batch to the stick, unless it lies there; its manifest last."""
        there = stick / OUT / made.name
        if there.exists() or not stick.parent.is_dir():
            return
        part = there.with_name(f"{there.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for file in sorted(made.iterdir(), key=lambda file: file.name == BULK):
            keep(part / file.name, file.read_bytes())
        sync(part)
        part.rename(there)
        sync(there.parent)

    def waiting(self) -> Iterator[Path]:
        """Every batch whose request did not arrive yet, as far as the box knows."""
        if self._folder.is_dir():
            yield from (made for made in sorted(self._folder.iterdir()) if made.suffix != ".part")

    def arrived(self, key: str) -> None:
        """The centre has it: it is carried no more."""
        shutil.rmtree(self._of(key), ignore_errors=True)

    def _of(self, key: str) -> Path:
        return self._folder / sha256(f"{self._fund}/{key}".encode()).hexdigest()[:24]


def _row(request: Request, now: datetime) -> dict[str, object]:
    return {
        "key": request.key, "type": request.type, "insured": str(request.insured),
        "details": dict(request.details),
        "asked_at": request.asked_at or now.astimezone(UTC).isoformat(),
    }  # fmt: skip
