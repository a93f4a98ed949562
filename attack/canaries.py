"""S4: the facts of twenty people who lived at every door, looked for in all that is left behind."""

from __future__ import annotations

import logging
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path

from attack import flock
from attack.figures import Figure
from lite.app import House
from lite.identity import cards
from lite.signs import set_up_logs

Log = Callable[[], str]


@contextmanager
def logged() -> Iterator[Log]:
    """Everything that is written to the error stream and to the logs, as an operator has it."""
    kept, hook, stream = logging.getLogger().handlers[:], sys.excepthook, StringIO()
    with redirect_stderr(stream):
        set_up_logs(logging.DEBUG)
        try:
            yield stream.getvalue
        finally:
            logging.getLogger().handlers, sys.excepthook = kept, hook


def left_behind(house: House) -> dict[str, bytes]:
    """Name -> bytes: the store, its log, a backup, a dump, the people's keys, all that lies
    beside them. The fund's own file is the fund's."""
    folder = house.settings.folder
    backup = folder / "backup.db"
    backup.unlink(missing_ok=True)
    house.store.sql.run("vacuum into ?", str(backup))
    files = {
        file.name: file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and not file.name.startswith("fund.db")
    }
    return {**files, "dump": dumped(backup)}


def dumped(path: Path) -> bytes:
    """A store as SQL, as `.dump` gives it."""
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump()).encode()


def found(facts: tuple[str, ...], places: dict[str, bytes]) -> list[tuple[str, str]]:
    """(fact, place) for each that is there, in either case."""
    lower = {name: content.lower() for name, content in places.items()}
    return [
        (fact, name)
        for fact in facts
        for name, content in lower.items()
        if fact.lower().encode() in content
    ]


def codes_found(codes: list[str], places: dict[str, bytes]) -> list[str]:
    """Codes that stand in a dump or a log as a word of their own; six digits are bound to occur
    within longer words."""
    text = b" ".join(places[name] for name in ("dump", "log")).decode()
    words = set(re.findall(r"(?<![0-9A-Za-z+/=])[0-9]{6,8}(?![0-9A-Za-z+/=])", text))
    return [code for code in codes if code in words]


def lived(seen: flock.Seen) -> bool:
    """Whether they did live: each saw a dossier of theirs and its amount."""
    shown = " ".join(seen.transcripts)
    numbers = {number for bird in flock.birds() for number in bird.dossiers}
    return all(number in shown for number in numbers) and shown.count("1234,50 DH") >= flock.PEOPLE


def alive(house: House, seen: flock.Seen) -> int:
    """How many of the cards' codes that were typed on a keypad still open something."""
    return sum(
        isinstance(
            cards.prove(house.store, house.vault, person, code, house.clock.now()), cards.Proved
        )
        for person, code in seen.typed
    )


def run(house: House) -> list[Figure]:
    """In an empty house."""
    with logged() as log:
        seen = flock.live(house)
    places = {**left_behind(house), "log": log().encode()}
    facts = tuple(fact for bird in flock.birds() for fact in bird.facts)
    leaks, codes = found(facts, places), codes_found(seen.codes, places)
    dead = alive(house, seen)
    return [
        Figure("S4", f"canaries found in {len(places)} files, dumps and logs, of {len(facts)}",
               str(len(leaks)), "0",
               not leaks and len(facts) >= 200 and lived(seen)),
        Figure("S4", f"codes found there, of {len(seen.codes)}", str(len(codes)), "0", not codes),
        Figure("S4", f"codes of a card in {len(seen.transcripts)} lines of transcript still alive, "
               f"of {len(seen.typed)}", str(dead), "0", not dead),
    ]  # fmt: skip
