"""What the fund says of requests: batches in `receipts/`, the later word before the earlier.

{"key": "…", "state": "ready", "since": "2026-11-22T03:00:00Z", "document": {"kind": …}}
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from lite.upstream.answers import (
    BatchRefused,
    Document,
    FundDown,
    Progress,
    Quarantined,
    RequestState,
)
from lite.upstream.filedrop import files, table, values
from lite.upstream.filedrop.columns import Column, Unreadable, of_object
from lite.upstream.filedrop.inbox import RECEIPTS, scan
from lite.upstream.filedrop.manifest import Drop, Verify, digest, maybe, need

_log = logging.getLogger("lite.upstream.filedrop")

LARGEST_FILE = 8 * 1024**2  # bytes of an attestation
_ever, _past = values.day(values.LAST_DAY), values.day(date.max.isoformat())


def _instant(value: str) -> datetime:
    read = datetime.fromisoformat(value)
    if read.tzinfo is None:
        raise ValueError("is not a time with its offset; write 2026-11-22T03:00:00Z")
    return read.astimezone(UTC)


COLUMNS = (
    Column("key", values.word), Column("state", values.one_of(*RequestState)),
    Column("since", _instant), Column("reason", values.reason, dict, None),
    Column("document", dict, dict, None),
)  # fmt: skip
_DOCUMENT = (
    Column("reference", values.word), Column("kind", values.word), Column("person", values.person),
    Column("issued_on", _past), Column("valid_until", _ever), Column("name", values.word),
    Column("name_ar", values.text, str, ""), Column("total", values.amount, int, None),
    Column("currency", values.currency, str, "MAD"), Column("facts", dict, dict),
)  # fmt: skip

_read_document = of_object(_DOCUMENT, "a document")


@dataclass(frozen=True, slots=True)
class Word:
    """The fund's word on one request, and the folder where its paper may lie."""

    progress: Progress
    document: Mapping[str, Any] | None
    folder: Path


def words(
    root: Path, verify: Verify, fund: str, wanted: Container[str],
    opened: Callable[[Drop], Drop] = lambda drop: drop,
) -> dict[str, Word]:  # fmt: skip
    """The last word on each request that is wanted; FundDown when the folder is out of reach.
    `opened` makes a sealed batch readable.

    A batch that cannot be trusted says nothing, and its requests stay pending; the log says why.
    """
    told: dict[str, Word] = {}
    if not (root / RECEIPTS).is_dir():
        return told if root.is_dir() else _down()
    found = scan(root / RECEIPTS, verify, fund)
    for refused in (*found.refused, *found.twice.values()):
        _log.warning("receipts refused", extra={"fund": fund, "why": refused.reason})
    for number, drop in sorted(found.drops.items()):
        if number in found.twice:
            continue
        try:
            told.update(_of_drop(opened(drop), wanted))
        except BatchRefused as refused:
            why = f"{RECEIPTS}/{drop.folder.name}/{refused.reason}"
            _log.warning("receipts refused", extra={"fund": fund, "why": why})
    return told


def _down() -> dict[str, Word]:
    raise FundDown(files.RETRY_AFTER)


def _of_drop(drop: Drop, wanted: Container[str]) -> dict[str, Word]:
    """The words of one batch, once all of it is read and found true."""
    kinds = {"receipt": table.Kind(COLUMNS, lambda found: (_word(drop, found),))}
    return {key: word for key, word in _read(drop, kinds) if key in wanted}


def _read(drop: Drop, kinds: Mapping[str, table.Kind]) -> Iterator[tuple[str, Word]]:
    for part in drop.parts:
        for row in table.read(drop.folder, part, kinds):
            if not isinstance(row, Quarantined):
                yield from row


def _word(drop: Drop, found: list[Any]) -> tuple[str, Word]:
    key, state, since, reason, document = found
    return key, Word(Progress(RequestState(state), since, reason), document, drop.folder)


def document(word: Word | None) -> Document | None:
    """The attestation of a ready request; None while there is none, or none that can be read."""
    if word is None or word.progress.state is not RequestState.READY or word.document is None:
        return None
    try:
        told = dict(word.document)
        paper = told.pop("file", None)
        facts = _read_document(told)
        body, media = (None, "") if paper is None else _file(word.folder, paper)
        return Document(*(*facts, body, media))
    except (Unreadable, BatchRefused) as error:
        _log.warning("document refused", extra={"why": str(error)})
        return None


def _file(folder: Path, told: Any) -> tuple[bytes, str]:
    """The bytes of a paper, its sha256 compared; BatchRefused."""
    if not isinstance(told, dict):
        raise BatchRefused("'file' must be an object")
    path, media = need(told, "path", str, "file"), maybe(told, "mediatype", str, "file")
    body = files.whole(folder, path, LARGEST_FILE)
    if sha256(body).hexdigest() != digest(told, "hash", "file"):
        raise BatchRefused(f"{path}: its sha256 is not the one in the receipt")
    return body, media or ""
