"""Columns: how the values of a row are told apart, read and blamed, from CSV and from JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import getitem
from typing import Any, NamedTuple, NoReturn, TypeAlias

from lite.upstream.filedrop.values import strict_json

_REMEMBERED, _SHORT = 4_096, 300  # cells of a column, and characters of one
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
Cells: TypeAlias = Callable[[list[str]], tuple[list[Any], str]]
Object: TypeAlias = Callable[[Mapping[str, Any]], list[Any]]


class _Lacking(ValueError):
    """A value that is required is not there."""


class _Cells(dict[str, tuple[Any, str]]):
    """Of one column: cell -> its value, and how a record writes it. Most cells of an extract say
    what a cell above said: it is read once, and so many short ones are remembered."""

    def __init__(self, column: Column, write: Callable[[Any], str]) -> None:
        super().__init__()
        self._read, self._write, self._label = _cell(column), write, f'"{column.name}":'
        self._keeps = column.wanted is not dict  # which is not to be shared
        if column.none is not ...:
            self[""] = self._told(column.none)

    def _told(self, value: Any) -> tuple[Any, str]:
        return value, self._label + self._write(value)

    def __missing__(self, cell: str) -> tuple[Any, str]:
        if not cell:
            raise _Lacking
        told = self._told(self._read(cell))
        if self._keeps and len(cell) <= _SHORT and len(self) < _REMEMBERED:
            self[cell] = told
        return told


def of_cells(columns: Sequence[Column], names: Sequence[str], write: Callable[[Any], str]) -> Cells:
    """Reads the cells under a header into values in the order of the columns, and into the JSON
    object that they make; Unreadable.

    An empty cell is an absent value; a list or an object stands as JSON.
    """
    header, width = list(names), len(names)
    places = [header.index(one.name) if one.name in header else width for one in columns]
    straight = places == list(range(width))
    known = [_Cells(column, write) for column in columns]

    def read(cells: list[str]) -> tuple[list[Any], str]:
        if len(cells) != width:
            raise Unreadable(f"{len(cells)} cells stand under {width} columns")
        if cells == header:
            raise Unreadable("is the header again")
        if not straight:
            told = [*cells, ""]  # where the columns that are not there look
            cells = [told[place] for place in places]
        try:
            found = list(map(getitem, known, cells))
        except (ValueError, TypeError):
            plan = zip(cells, columns, strict=True)
            _blame(columns, [(cell or None, _cell(column)) for cell, column in plan])
        return [value for value, _ in found], f"{{{','.join([text for _, text in found])}}}"

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
            _blame(columns, [(told(name), value) for name, value, _ in plan])
        return _whole(columns, found)

    return read


def _whole(columns: Sequence[Column], found: list[Any]) -> list[Any]:
    if ... in found:
        raise Unreadable(f"'{columns[found.index(...)].name}' is missing")
    return found


def _blame(columns: Sequence[Column], values: Sequence[tuple[Any, Read]]) -> NoReturn:
    for column, (held, read) in zip(columns, values, strict=True):
        try:
            if held is not None:
                read(held)
        except (ValueError, TypeError) as error:
            raise Unreadable(f"'{column.name}' {error}") from error
    _whole(columns, [column.none if held is None else held
                     for column, (held, _) in zip(columns, values, strict=True)])  # fmt: skip
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
