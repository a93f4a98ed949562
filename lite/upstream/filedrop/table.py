"""The rows of one file, one at a time: what each becomes, or why it cannot.

What a file may hold is a table of kinds; the same reading serves records, deletions and receipts.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from lite.upstream.answers import BatchRefused, Quarantined
from lite.upstream.filedrop import files
from lite.upstream.filedrop.columns import Column, Unreadable, of_cells, of_object
from lite.upstream.filedrop.manifest import Part
from lite.upstream.filedrop.values import strict_json
from lite.upstream.writing import written

SHOWN = 300  # characters of a bad row that are kept for who looks into it


class Kind(NamedTuple):
    """What a row of a kind becomes: its columns, and what is made of their values.

    `whole`, where NDJSON has a form of its own for the kind: what is made of the object as it is.
    `told`: what is made of values that stand written as JSON already.
    """

    columns: tuple[Column, ...]
    make: Callable[[list[Any]], Sequence[Any]]
    whole: Callable[[Mapping[str, Any]], Sequence[Any]] | None = None
    told: Callable[[list[Any], str], Sequence[Any]] | None = None


Row: TypeAlias = Sequence[Any] | Quarantined


def read(folder: Path, part: Part, kinds: Mapping[str, Kind]) -> Iterator[Row]:
    """The rows of a file of a batch, in order; BatchRefused as soon as the file lies.

    The last row comes before the file's hash is known: the end is the iterator's, not the row's.
    """
    if part.kind not in kinds:
        raise BatchRefused(f"{part.path}: no kind {part.kind!r} is read here: {', '.join(kinds)}")
    chunks = files.checked(folder, part.path, part.bytes, part.sha256)
    if part.unseal:
        chunks = part.unseal(chunks)
    if part.path.endswith(".gz"):
        chunks = files.expanded(chunks, part.path)
    found = 0
    form = _csv if part.form == "csv" else _ndjson
    for found, row in enumerate(form(files.lines(chunks, part.path), part, kinds[part.kind]), 1):
        if found > part.rows:
            break
        yield row
    for _ in chunks:
        pass  # to the end, where the hash is compared: a false count must not hide a false file
    if found != part.rows:
        there = "more" if found > part.rows else found
        raise BatchRefused(f"{part.path}: {there} rows are there, the manifest says {part.rows}")


def _csv(told: Iterator[str], part: Part, kind: Kind) -> Iterator[Row]:
    _fit(kind.columns, part)
    read = of_cells(kind.columns, part.columns, written if kind.told else lambda _: "")
    made = kind.told or (lambda values, _: kind.make(values))
    lines = csv.reader(told, delimiter=part.delimiter, strict=True)
    try:
        _compare(next(lines, []), part)
        for cells in lines:
            if cells:
                try:
                    values, json = read(cells)
                    yield made(values, json)
                except Unreadable as error:
                    yield _bad(part, lines.line_num, error, cells)
    except csv.Error as error:
        raise BatchRefused(f"{part.path} line {lines.line_num}: {error}") from error


def _compare(header: Sequence[str], part: Part) -> None:
    """The header against the schema: the same names in the same order."""
    if tuple(header) != part.columns:
        raise BatchRefused(
            f"{part.path} line 1: the columns must be those of the manifest, "
            f"{','.join(part.columns)}; they are {','.join(header)[:200]!r}"
        )


def _fit(columns: Sequence[Column], part: Part) -> None:
    """The schema against what Lite knows: nothing missing, nothing more, nothing twice."""
    names = part.columns
    if twice := [name for name in names if names.count(name) > 1]:
        raise BatchRefused(f"{part.path}: the column '{twice[0]}' stands twice")
    known = {column.name for column in columns}
    if extra := [name for name in names if name not in known]:
        raise BatchRefused(
            f"{part.path}: Lite knows no column '{extra[0]}' of {part.kind}; leave it out"
        )
    if lacking := [one.name for one in columns if one.none is ... and one.name not in names]:
        raise BatchRefused(f"{part.path}: the column '{lacking[0]}' is missing")


def _ndjson(told: Iterator[str], part: Part, kind: Kind) -> Iterator[Row]:
    read = of_object(kind.columns, part.kind)
    for number, line in enumerate(told, 1):
        if line.isspace():
            continue
        try:
            row = _object(line)
            yield kind.whole(row) if kind.whole else kind.make(read(row))
        except Unreadable as error:
            yield _bad(part, number, error, line)


def _object(line: str) -> Mapping[str, Any]:
    try:
        held = strict_json(line)
    except ValueError as error:
        raise Unreadable(f"is not JSON ({error})") from error
    if not isinstance(held, dict):
        raise Unreadable("is not a JSON object")
    return held


def _bad(part: Part, number: int, error: Unreadable, raw: object) -> Quarantined:
    return Quarantined(f"{part.path} line {number}", str(error), str(raw)[:SHOWN])
