"""Agencies and relay points from a CSV file: `lite agencies FILE.csv`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from lite.store import Store
from lite.store.places import Agency
from lite.words import folded, keypad

COLUMNS = (
    "town_fr", "town_ar", "name_fr", "name_ar", "kind", "fund",
    "address_fr", "address_ar", "hours_fr", "hours_ar", "phone",
)  # fmt: skip
KINDS = ("agency", "relay")


class BadFile(ValueError):
    """The file cannot be imported; the message names the line and what to change."""


def import_agencies(store: Store, path: Path, demo: bool = False) -> int:
    """Replace the whole list by the file's; how many. Nothing changes if a line is wrong."""
    rows = list(_rows(path, demo))
    if not rows:
        raise BadFile(f"{path} has no agency: the list stays as it was.")
    store.places.replace_agencies(rows)
    return len(rows)


def _rows(path: Path, demo: bool) -> Iterator[Agency]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(f"{path} is not UTF-8. Save it as « CSV UTF-8 ».") from None
    lines = csv.DictReader(text.splitlines(), delimiter=_delimiter(text))
    missing = [column for column in COLUMNS if column not in (lines.fieldnames or ())]
    if missing:
        raise BadFile(f"{path}: column {missing[0]} is missing. Needed: {', '.join(COLUMNS)}.")
    for number, line in enumerate(lines, start=2):
        values = {column: (line[column] or "").strip() for column in COLUMNS}
        empty = [column for column in COLUMNS if not values[column]]
        if empty or values["kind"] not in KINDS:
            wrong = f"{empty[0]} is empty" if empty else "kind must be agency or relay"
            raise BadFile(f"{path}, line {number}: {wrong}.")
        yield _agency(values, demo)


def _delimiter(text: str) -> str:
    first = text.splitlines()[0] if text else ""
    return ";" if first.count(";") > first.count(",") else ","


def _agency(values: dict[str, str], demo: bool) -> Agency:
    french, arabic = folded(values["town_fr"]), folded(values["town_ar"])
    bare = [arabic.removeprefix("ال")] if arabic.startswith("ال") else []
    last = [folded(values["town_fr"].split()[-1])] if " " in values["town_fr"] else []
    return Agency(
        **values, demo=int(demo), folded="|".join([french, arabic, *bare, *last]),
        keypad="|".join([keypad(values["town_fr"]), *(keypad(word) for word in last)]),
    )  # fmt: skip
