"""Columns: how the values of a row are told apart, read and blamed, from CSV and from JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn, TypeAlias

from lite.upstream.filedrop.values import strict_json

_TYPES = {str: "text", int: "a whole number", list: "a list", dict: "an object"}


class Unreadable(ValueError):
    """One row that cannot become a record; the message says which value and why."""


class Column(NamedTuple):
    """One value of a record: its name on the wire, how it is read, what stands for none."""

    name: str
    read: Callable[[Any], Any]
    wanted: type = str
    none: Any = ...  # `...`: the value is required


Read: TypeAlias = Callable[[Any], Any]
Cells: TypeAlias = Callable[[list[str]], list[Any]]
Object: TypeAlias = Callable[[Mapping[str, Any]], list[Any]]


def of_cells(columns: Sequence[Column], names: Sequence[str]) -> Cells:
    """Reads the cells under a header into values in the order of the columns; Unreadable.

    An empty cell is an absent value; a list or an object stands as JSON.
    """
    header, width = list(names), len(names)
    plan = [
        (header.index(column.name) if column.name in header else width, _cell(column), column.none)
        for column in columns
    ]

    def read(cells: list[str]) -> list[Any]:
        if len(cells) != width:
            raise Unreadable(f"{len(cells)} cells stand under {width} columns")
        if cells == header:
            raise Unreadable("is the header again")
        cells.append("")  # where the columns that are not there look
        try:
            found = [
                none if not (cell := cells[place]) else value(cell) for place, value, none in plan
            ]
        except (ValueError, TypeError):
            _blame(columns, ((cells[place] or None, value) for place, value, _ in plan))
        return _whole(columns, found)

    return read


def of_object(columns: Sequence[Column], what: str) -> Object:
    """Reads a JSON object into values in the order of the columns; Unreadable.

    null is an absent value; a name that no column has is refused. `what` says of what it is.
    """
    known = {column.name for column in columns}
    plan = [(column.name, _typed(column), column.none) for column in columns]

    def read(row: Mapping[str, Any]) -> list[Any]:
        if not row.keys() <= known:
            raise Unreadable(f"Lite knows no {min(row.keys() - known)!r} of {what}")
        told = row.get
        try:
            found = [
                none if (held := told(name)) is None else value(held) for name, value, none in plan
            ]
        except (ValueError, TypeError):
            _blame(columns, ((told(name), value) for name, value, _ in plan))
        return _whole(columns, found)

    return read


def _whole(columns: Sequence[Column], found: list[Any]) -> list[Any]:
    if ... in found:
        raise Unreadable(f"'{columns[found.index(...)].name}' is missing")
    return found


def _blame(columns: Sequence[Column], values: Iterator[tuple[Any, Read]]) -> NoReturn:
    for column, (held, read) in zip(columns, values, strict=True):
        try:
            if held is not None:
                read(held)
        except (ValueError, TypeError) as error:
            raise Unreadable(f"'{column.name}' {error}") from error
    raise AssertionError("one of the values was wrong a moment ago")


def _typed(column: Column) -> Read:
    """A value of JSON, if it is of the type that the column wants (a `bool` is no number)."""
    wanted, read = column.wanted, column.read

    def typed(held: Any) -> Any:
        if type(held) is not wanted:
            raise ValueError(f"must be {_TYPES[wanted]}")
        return read(held)

    return typed


def _cell(column: Column) -> Read:
    if column.wanted in (str, int):
        return column.read
    read = _typed(column)

    def parsed(cell: str) -> Any:
        try:
            held = strict_json(cell)
        except ValueError as error:
            raise ValueError(f"is not JSON ({error})") from error
        return read(held)

    return parsed
