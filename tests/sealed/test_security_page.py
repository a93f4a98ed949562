"""What docs/security.md says of tests, attacks and files is so."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path("docs/security.md").read_text()
WORDS = re.findall(r"`([^`\n]+)`", PAGE)


def test_every_test_that_it_names_exists() -> None:
    written = "\n".join(file.read_text() for file in Path("tests").rglob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)", written, re.MULTILINE))
    named = {word for word in WORDS if word.startswith("test_")}
    assert len(named) > 60
    assert named - there == set()


def test_each_point_that_is_met_names_a_test_or_a_file() -> None:
    """A claim stands on something that can fail; what is not met says so."""
    points = [line for line in PAGE.splitlines() if "| met" in line]
    assert len(points) > 25
    stands = re.compile(r"`(test_|lite/)|attack:|there are none")
    bare = [line for line in points if not stands.search(line)]
    assert bare == []


def test_every_attack_that_it_names_can_be_played() -> None:
    named = set(re.findall(r"`(\w+)`", " ".join(re.findall(r"attack: ((?:`\w+`,? ?)+)", PAGE))))
    parts = Path("attack/__main__.py").read_text()
    assert named and all(f'"{name}":' in parts for name in named)


def test_every_file_that_it_names_is_there() -> None:
    named = {word for word in WORDS if re.fullmatch(r"[\w/.-]+\.(py|md)", word)}
    assert named and all(Path(name).exists() for name in named)


def test_it_tells_the_periods_as_they_are() -> None:
    from lite.config import Settings

    assert Settings().keep == {
        "talks": 2, "sessions": 1, "codes": 2, "texts": 30, "delivery": 395, "requests": 395,
        "cards": 30, "audit": 1826,
    }, "docs/security.md and README.md have a table of them"  # fmt: skip
