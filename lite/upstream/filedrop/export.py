"""A batch made of what another source tells: an example for a fund, or a copy to carry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lite.upstream.answers import Change
from lite.upstream.filedrop import kinds, rows
from lite.upstream.filedrop.manifest import DELETED
from lite.upstream.filedrop.write import Draft, Head
from lite.upstream.writing import to_json

__all__ = ["Change", "Form", "folder_of", "write"]

Form = Literal["csv", "ndjson"]


def write(
    folder: Path, head: Head, changes: Iterable[Change], form: Form, packed: bool = False,
    sign: Ed25519PrivateKey | None = None,
) -> None:  # fmt: skip
    """Write a batch into a folder of its own, which must not exist; it appears when it is whole.

    CSV makes a Data Package, NDJSON a Bulk Publish manifest; `packed` gzips the files.
    """
    columns = rows.columns(date.max.replace(year=9998))
    with Draft(folder, head, form, packed, sign) as draft:
        draft.open(DELETED, kinds.GONE)  # a Data Package names one file at least
        for change in changes:
            if change.record is not None:
                draft.put(change.kind, columns[change.kind], to_json(change.record))
            elif form == "csv":
                row = {"kind": change.kind, "key": change.key}
                draft.put(DELETED, kinds.GONE, row)
            else:
                draft.put(DELETED, kinds.GONE, kinds.deletion(change.kind, change.key))


def folder_of(root: Path, sequence: int, at: datetime) -> Path:
    """How a batch's folder is called: its day and its number."""
    return root / f"{at.astimezone(UTC):%Y-%m-%d}-{sequence:06d}"
