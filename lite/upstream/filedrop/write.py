"""Writing a batch: files that are whole and on the disk before anybody can see them.

    with Draft(folder / "2026-11-22", head, "csv") as draft:
        draft.put("dossier", columns, row)

The folder is called `….part` while it is written, and renamed when its manifest is in it.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from lite.upstream.answers import Mode
from lite.upstream.filedrop import sealing, signature
from lite.upstream.filedrop.columns import Column
from lite.upstream.filedrop.manifest import BULK, DATAPACKAGE, DELETED

_TYPES = {str: "string", int: "integer", list: "array", dict: "object"}


@dataclass(frozen=True, slots=True)
class Head:
    """What a manifest says of the batch as a whole."""

    sequence: int
    mode: Mode
    as_of: datetime
    fund: str
    more: Mapping[str, Any] = field(default_factory=dict)  # of the extension of a Bulk Publish one


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the batch, as its manifest lists it."""

    path: str
    kind: str
    columns: tuple[Column, ...]
    rows: int
    bytes: int
    sha256: str


class _Hashing(io.RawIOBase):
    """A file that counts and hashes what goes into it."""

    def __init__(self, file: io.RawIOBase) -> None:
        self._file, self.hash, self.size = file, sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        taken = self._file.write(data) or 0
        self.hash.update(data[:taken])
        self.size += taken
        return taken


class _File:
    """One file on its way, gzipped if its name says so."""

    def __init__(
        self, folder: Path, name: str, kind: str, columns: tuple[Column, ...],
        reader: X25519PublicKey | None,
    ) -> None:  # fmt: skip
        self._name, self._kind, self._columns, self._rows = name, kind, columns, 0
        self._raw = (folder / name).open("xb", buffering=0)
        self._hashing = _Hashing(self._raw)
        self._buffer = io.BufferedWriter(self._hashing, 1 << 18)
        self._out: Any = self._buffer
        if reader:
            self._out = sealing.Sealer(self._buffer, reader)
        elif name.endswith(".gz"):
            self._out = gzip.GzipFile("", "wb", 6, self._buffer, 0)
        self._table = csv.writer(self, lineterminator="\n") if ".csv" in name else None
        if self._table:
            self._table.writerow([column.name for column in columns])

    def put(self, row: Mapping[str, Any]) -> None:
        """One row more, in the names of the wire."""
        self._rows += 1
        if self._table:
            self._table.writerow([_cell(row.get(column.name)) for column in self._columns])
        else:
            self.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")

    def write(self, text: str) -> None:
        self._out.write(text.encode())

    def close(self) -> Written:
        """What the manifest says of the file, which now is on the disk."""
        if self._out is not self._buffer:
            self._out.close()  # the end of the gzip stream, the last sealed piece
        self._buffer.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        size, digest = self._hashing.size, self._hashing.hash.hexdigest()
        return Written(self._name, self._kind, self._columns, self._rows, size, digest)


class Draft:
    """A batch being written; it appears when the block ends well, and leaves no trace else."""

    def __init__(
        self, folder: Path, head: Head, form: Literal["csv", "ndjson"], packed: bool = False,
        sign: Ed25519PrivateKey | None = None, reader: X25519PublicKey | None = None,
    ) -> None:  # fmt: skip
        """`reader`: the only one who can open the files, which then are not packed."""
        self._folder, self._part = folder, folder.with_name(f"{folder.name}.part")
        self._head, self._form, self._sign = head, form, sign
        self._reader = reader
        ending = sealing.ENDING if reader else ".gz" if packed else ""
        self._ending = f".{form}{ending}"
        self._files: dict[str, _File] = {}

    def __enter__(self) -> Draft:
        shutil.rmtree(self._part, ignore_errors=True)  # what a run before left behind
        self._part.mkdir(parents=True)
        return self

    def put(self, kind: str, columns: tuple[Column, ...], row: Mapping[str, Any]) -> None:
        """One row more in the file of its kind; `columns` are those of the kind."""
        self.open(kind, columns).put(row)

    def open(self, kind: str, columns: tuple[Column, ...]) -> _File:
        """The file of a kind, which the batch holds from now on even if no row comes."""
        if kind not in self._files:
            name = f"{kind}{self._ending}"
            self._files[kind] = _File(self._part, name, kind, columns, self._reader)
        return self._files[kind]

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        written = [file.close() for file in self._files.values()]
        if kind is not None:
            shutil.rmtree(self._part, ignore_errors=True)
            return
        name, told = _manifest(self._head, self._form, written)
        body = json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"
        if self._sign:
            keep(self._part / (name + signature.ENDING), self._sign.sign(body))
        keep(self._part / name, body)
        sync(self._part)
        self._part.rename(self._folder)
        sync(self._folder.parent)


def keep(path: Path, body: bytes) -> None:
    """A small file, on the disk when this returns."""
    with path.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """What stands in a folder is on the disk when this returns."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _manifest(head: Head, form: str, written: Sequence[Written]) -> tuple[str, dict[str, Any]]:
    if form == "csv":
        return DATAPACKAGE, _datapackage(head, written)
    return BULK, _bulk(head, written)


def _datapackage(head: Head, written: Sequence[Written]) -> dict[str, Any]:
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": head.fund,
        "created": _instant(head.as_of),
        "lite:fund": head.fund,
        "lite:sequence": head.sequence,
        "lite:mode": head.mode,
        "resources": [_resource(file) for file in written],
    }


def _resource(file: Written) -> dict[str, Any]:
    fields = [
        {"name": column.name, "type": _TYPES[column.wanted]}
        | ({"constraints": {"required": True}} if column.none is ... else {})
        for column in file.columns
    ]
    return {
        "name": file.kind, "type": "table", "path": file.path, "format": "csv",
        "mediatype": "text/csv", "encoding": "utf-8", "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}", "rows": file.rows, "schema": {"fields": fields},
    }  # fmt: skip


def _bulk(head: Head, written: Sequence[Written]) -> dict[str, Any]:
    time = _instant(head.as_of)
    listed = [
        ({} if file.kind == DELETED else {"type": file.kind})
        | {"url": file.path, "count": file.rows, "fileSize": file.bytes}
        | {"extension": {"hash": f"sha256:{file.sha256}"}}
        for file in written
    ]
    return {
        "transactionTime": time,
        **({"epochStartTime": time} if head.mode == "full" else {}),
        "requiresAccessToken": False,
        "extension": {"fund": head.fund, "sequence": head.sequence, "mode": head.mode,
                      **head.more},
        "output": [one for one in listed if "type" in one],
        "deleted": [one for one in listed if "type" not in one],
        "error": [],
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _cell(value: Any) -> str:
    if value is None or value == [] or value == {}:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else str(value)
