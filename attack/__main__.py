"""`make attack`: what each attack came to, beside its goal. Exit code 1 if a goal is missed."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from attack import (
    canaries,
    guessing,
    innocents,
    rotation,
    spraying,
    tampering,
    theft,
    timing,
    typos,
)
from attack.figures import Figure
from bench.tables import table
from bench.town import SECRET, callers, town
from lite import vault
from lite.app import House
from lite.clock import set_clock
from lite.config import Settings
from tools.hasty import hasty

_CROWD = 1_000
_PEOPLE = 2_000
_HEAD = ("", "what", "measured", "goal", "met")


@contextmanager
def _house() -> Iterator[House]:
    """A town of two thousand people, none of whom waits for a disk."""
    with town() as settings:
        clock = str(settings.folder / "clock")
        set_clock(clock, datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
        yield hasty(House(replace(settings, clock=clock)))


@contextmanager
def _empty() -> Iterator[House]:
    """A house where nobody lives yet, its keys apart; its gateway is out of reach."""
    Path("build").mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="attack-", dir="build") as folder:
        settings = Settings(
            database=f"sqlite:///{Path(folder).absolute()}/lite.db",
            key_file=f"{Path(folder).absolute()}/keys/lite.keys",
            webhook_secrets=(SECRET,), at_url="http://127.0.0.1:9", at_api_key="attack",
        )  # fmt: skip
        vault.create(Path(settings.key_file))
        house = House(settings)
        house.store.migrate()
        yield house


def _canaries() -> list[Figure]:
    with _empty() as house:
        return canaries.run(house)


def _theft() -> list[Figure]:
    with _empty() as house:
        return theft.run(house)


def _rotation() -> list[Figure]:
    with _empty() as house:
        return rotation.run(house, 10**6)


def _tampering() -> list[Figure]:
    with _empty() as small, _empty() as large:
        return tampering.run(small, large, 1_000, 10**6)


def _guessing() -> list[Figure]:
    with _house() as house:
        return guessing.run(house, callers()[0].phone)


def _spraying() -> list[Figure]:
    with _house() as house:
        return spraying.run(house)


def _innocents() -> list[Figure]:
    with _house() as house:
        phones = [one.phone for one in callers()[: _CROWD + 1]]
        return innocents.run(house, phones[1:], phones[0])


def _timing(days: int = 1) -> list[Figure]:
    """Everybody once a day; in five days, the ten thousand of the goal."""
    with _house() as house:
        free = hasty(House(replace(house.settings, guess_budget=10**9)))
        return timing.run(free, [one.phone for one in callers()[:_PEOPLE]], days)


PARTS: dict[str, Callable[[], list[Figure]]] = {
    "guessing": _guessing,
    "spraying": _spraying,
    "innocents": _innocents,
    "timing": _timing,
    "timing-full": lambda: _timing(5),
    "typos": typos.run,
    "canaries": _canaries,
    "theft": _theft,
    "rotation": _rotation,
    "tampering": _tampering,
}
_USUAL = [name for name in PARTS if name != "timing-full"]


def main() -> None:
    """Play the attacks asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m attack", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all but timing-full")
    logging.getLogger("lite").addHandler(logging.NullHandler())  # what is noticed is measured
    figures, since = [], monotonic()
    for name in parser.parse_args().parts or _USUAL:
        figures += PARTS[name]()
    rows = [(one.name, one.what, one.measured, one.goal, "yes" if one.met else "NO")
            for one in figures]  # fmt: skip
    print(table(_HEAD, rows))
    print(f"({monotonic() - since:.0f} s)")
    sys.exit(not all(one.met for one in figures))


main()
