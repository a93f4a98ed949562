"""What the demo's list of agencies and relay points promises to the screens that show it."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pytest

FILE = Path(__file__).parents[1] / "lite" / "demo" / "agencies.csv"
COLUMNS = [
    "town_fr", "town_ar", "name_fr", "name_ar", "kind", "fund",
    "address_fr", "address_ar", "hours_fr", "hours_ar", "phone",
]  # fmt: skip
HOURS = {
    "Lun-ven 8:30-16:30": "الإثنين - الجمعة 8:30-16:30",
    "Lun-sam 9:00-18:00": "الإثنين - السبت 9:00-18:00",
}
# Letters of Arabic itself: a Persian kaf or yeh looks the same, and no search would find it.
ARABIC = re.compile(r"[ء-غف-ي0-9،:\- ]+")
FRENCH = re.compile(r"[A-Za-zÀ-ÿ0-9',:\- ]+")


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def folded(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


def names_by_town(rows: list[dict[str, str]]) -> dict[str, set[tuple[str, str]]]:
    towns: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        towns[folded(row["town_fr"])].add((row["town_fr"], row["town_ar"]))
    return towns


def test_the_file_is_plain_utf8_with_the_promised_columns() -> None:
    content = FILE.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.decode("utf-8").splitlines()[0] == ",".join(COLUMNS)


def test_every_field_is_filled_and_trimmed(rows: list[dict[str, str]]) -> None:
    assert all(list(row) == COLUMNS for row in rows)
    assert all(value and value == value.strip() for row in rows for value in row.values())


def test_at_least_300_towns_each_written_one_way_in_each_language(
    rows: list[dict[str, str]],
) -> None:
    towns = names_by_town(rows)
    assert len(towns) >= 300
    assert {town: ways for town, ways in towns.items() if len(ways) > 1} == {}
    arabic = Counter(ar for ways in towns.values() for _, ar in ways)
    assert [name for name, times in arabic.items() if times > 1] == []


def test_large_cities_have_three_to_six_points(
    rows: list[dict[str, str]],
) -> None:
    points = Counter(row["town_fr"] for row in rows)
    for city in ("Casablanca", "Rabat", "Fès", "Marrakech", "Tanger", "Agadir", "Oujda"):
        assert 3 <= points[city] <= 6, city
    assert max(points.values()) <= 6


def test_kinds_and_funds_are_known(rows: list[dict[str, str]]) -> None:
    assert {row["kind"] for row in rows} == {"agency", "relay"}
    assert {row["fund"] for row in rows} == {"cnss", "cnops", "both"}


def test_texts_are_short_and_in_their_own_alphabet(rows: list[dict[str, str]]) -> None:
    for row in rows:
        for column in ("town", "name", "address", "hours"):
            assert FRENCH.fullmatch(row[f"{column}_fr"]), row
            assert ARABIC.fullmatch(row[f"{column}_ar"]), row
        assert max(len(row["address_fr"]), len(row["address_ar"])) <= 40, row
        assert max(len(row["name_fr"]), len(row["name_ar"])) <= 45, row


def test_french_is_composed(rows: list[dict[str, str]]) -> None:
    for row in rows:
        assert all(unicodedata.is_normalized("NFC", value) for value in row.values()), row


def test_hours_say_the_same_in_both_languages(rows: list[dict[str, str]]) -> None:
    assert {(row["hours_fr"], row["hours_ar"]) for row in rows} <= set(HOURS.items())


def test_phones_are_fictitious_and_each_point_has_its_own(rows: list[dict[str, str]]) -> None:
    phones = [row["phone"] for row in rows]
    assert all(re.fullmatch(r"050000\d{4}", phone) for phone in phones)
    assert len(set(phones)) == len(phones)


def test_points_of_one_town_have_different_names(rows: list[dict[str, str]]) -> None:
    for language in ("fr", "ar"):
        names = Counter((row["town_fr"], row[f"name_{language}"]) for row in rows)
        assert [name for name, times in names.items() if times > 1] == []
