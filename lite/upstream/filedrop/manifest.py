"""The manifest of a batch, whichever of the two formats it is in: what was sent, and how to check.

A batch is a folder. `datapackage.json` makes it a Data Package (datapackage.org), `manifest.json`
a Bulk Publish manifest (HL7 Bulk Data Access). Without either there is no batch yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from lite.upstream.answers import BatchRefused, Mode
from lite.upstream.filedrop import files
from lite.upstream.filedrop.values import strict_json

DATAPACKAGE, BULK = "datapackage.json", "manifest.json"
DELETED = "deleted"
LARGEST = 4 * 1024**2  # bytes of a manifest: some ten thousand files
_SHA256 = re.compile(r"sha256:([0-9a-f]{64})")
_WORDS = {str: "a text", int: "a whole number", list: "a list", dict: "an object", bool: "a truth"}

Unseal = Callable[[Iterable[bytes]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a batch, and what its manifest says of it. `bytes` None when it does not say."""

    path: str
    kind: str  # of the records in it, or DELETED
    form: Literal["csv", "ndjson"]
    rows: int
    bytes: int | None
    sha256: str
    columns: tuple[str, ...] = ()  # of CSV
    delimiter: str = ","
    unseal: Unseal | None = None  # of a sealed file


@dataclass(frozen=True, slots=True)
class Drop:
    """A batch as announced; nothing but its manifest has been read yet.

    `as_of` is the fund's own time of the data, aware, UTC. `digest`: sha256 of the manifest.
    """

    folder: Path
    manifest: str
    digest: str
    sequence: int
    mode: Mode
    as_of: datetime
    fund: str | None
    parts: tuple[Part, ...]

    @property
    def label(self) -> str:
        """What names the batch to its sender: its folder and manifest."""
        return f"{self.folder.name}/{self.manifest}"


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a manifest before they are believed: see `datapackage` and `bulk`."""

    sequence: int
    mode: Mode
    as_of: datetime
    fund: str | None
    parts: tuple[Part, ...]


Reader = Callable[[Mapping[str, Any]], Said]
Verify = Callable[[Path, str, bytes], None]


def names() -> tuple[str, str]:
    """The file names that make a folder a batch."""
    return DATAPACKAGE, BULK


def read(folder: Path, name: str, readers: Mapping[str, Reader], verify: Verify) -> Drop:
    """The batch that this manifest announces; BatchRefused with the place and the reason.

    `verify` sees the very bytes that are parsed here, before any of them is believed.
    """
    label = f"{folder.name}/{name}"
    try:
        body = files.whole(folder, name, LARGEST)
        verify(folder, name, body)
        said = readers[name](_object(body))
    except BatchRefused as error:
        told = error.reason.removeprefix(f"{name}: ")
        raise BatchRefused(f"{label}: {told}") from error
    if len({part.path for part in said.parts}) != len(said.parts):
        raise BatchRefused(f"{label}: names one file twice")
    digest = sha256(body).hexdigest()
    return Drop(folder, name, digest, said.sequence, said.mode, said.as_of, said.fund, said.parts)


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        held = strict_json(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BatchRefused("is not UTF-8") from error
    except ValueError as error:
        shown = body[:20].decode("latin-1").strip()
        raise BatchRefused(f"is not JSON ({error}); it begins with {shown!r}") from error
    if not isinstance(held, dict):
        raise BatchRefused("is not a JSON object")
    return held


def need(holder: Mapping[str, Any], name: str, wanted: type, where: str = "") -> Any:
    """A value that must be there, of its type (a `bool` is no number); BatchRefused."""
    found = holder.get(name)
    if type(found) is not wanted:
        at = f" of {where}" if where else ""
        raise BatchRefused(f"'{name}'{at} must be {_WORDS[wanted]}")
    return found


def maybe(holder: Mapping[str, Any], name: str, wanted: type, where: str = "") -> Any:
    """A value that may be missing, of its type when it is there; BatchRefused."""
    return None if holder.get(name) is None else need(holder, name, wanted, where)


def count(holder: Mapping[str, Any], name: str, where: str = "", least: int = 0) -> int:
    """A number that must be there and not be below `least`; BatchRefused."""
    found: int = need(holder, name, int, where)
    if not least <= found < 2**53:
        raise BatchRefused(f"'{name}' must be {least} or more, not {found}")
    return found


def digest(holder: Mapping[str, Any], name: str, where: str) -> str:
    """The 64 hexadecimal digits of a `sha256:…`; BatchRefused."""
    found = _SHA256.fullmatch(need(holder, name, str, where))
    if found is None:
        raise BatchRefused(f"'{name}' of {where} must be 'sha256:' and 64 hexadecimal digits")
    return found[1]


def mode(value: str, name: str) -> Mode:
    """`full` or `delta`; BatchRefused."""
    known: dict[str, Mode] = {"full": "full", "delta": "delta"}
    if value in known:
        return known[value]
    raise BatchRefused(f"'{name}' must be full (everything) or delta (what changed), not {value!r}")


def instant(holder: Mapping[str, Any], name: str) -> datetime:
    """A time with its offset, as UTC; BatchRefused."""
    text: str = need(holder, name, str)
    try:
        read = datetime.fromisoformat(text)
        if read.tzinfo is not None and len(text) >= 20:
            return read.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BatchRefused(f"'{name}' must be a time such as 2026-11-22T03:00:00Z, not {text!r}")
