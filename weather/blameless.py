"""R22: people with the right codes, while the store, the keys or the fund fail under them."""

from __future__ import annotations

import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from attack.figures import Figure
from lite.app import House
from lite.store import StoreError
from lite.upstream import pretend
from lite.vault import Tampered
from weather import folk
from weather.progress import Progress

# isort: split
from cast import FR_THIRTY
from phone import Phone
from test_no_credential_blamed import BLAMES, PAID, Act, Fault, right_code
from test_no_credential_blamed import DOORS as USUAL

from lite.text import LANGUAGES, T, say
from tools.hasty import hasty

_FRESH = 250  # turns in one house: letters and sessions pile up
_DEEP = 90  # statements of a long turn
_WORDS = tuple(say(T(one), language) for one in BLAMES for language in LANGUAGES)


def card_code(house: House) -> Act:
    """The right code of the card, though the fund is silent and its silence is told first."""
    phone = Phone(house, FR_THIRTY).dials("*384*3939*00#").choose("Mes dossiers", PAID)
    while phone.more:
        phone.presses("7")
    phone.sees("Montant ?")
    code = right_code(house, FR_THIRTY)
    return lambda: phone.presses(code), lambda: phone.screen


DOORS = {**USUAL, "card_code": card_code}


def run(quick: bool, turns: int = 0, minutes: float = 60.0) -> list[Figure]:
    """Split over two processes; no longer than so many minutes."""
    turns, until = turns or (1_000 if quick else 100_000), monotonic() + 60 * minutes
    if quick:
        return _figures(turns, [_part("one", turns, until)])
    with ProcessPoolExecutor(2) as pool:
        parts = pool.map(_part, ("one", "two"), [turns // 2] * 2, [until] * 2)
        return _figures(turns, list(parts))


def _figures(turns: int, parts: list[Counter[str]]) -> list[Figure]:
    found: Counter[str] = sum(parts, Counter())
    done, struck = found["turns"], found["store"] + found["vault"]
    what = f"{done:,} of {turns:,} turns with right codes under a fault ({struck:,} struck):"
    blames = "".join(f" {name}" for name in found if name.startswith("blamed: "))
    crashes = "".join(f" {name}" for name in found if name.startswith("crash: "))
    good = done >= turns and struck > 0
    return [
        Figure("R22", f"{what} codes called wrong", f"{found['blamed']} of {done:,}{blames}",
               f"0 of {turns:,}", good and not found["blamed"]),
        Figure("R22", "turns that ended in a crash", f"{found['crashed']}{crashes}", "0",
               not found["crashed"]),
    ]  # fmt: skip


def _part(name: str, turns: int, until: float) -> Counter[str]:
    logging.disable(logging.CRITICAL)
    chance, found = Random(f"blame {name}"), Counter[str]()
    with folk.folder(memory=True) as folder, Progress(f"R22 {name}", turns) as progress:
        filled = folder / "filled"
        filled.mkdir()
        house = folk.village(filled)
        house.store.sql.close()
        for start in range(0, turns, _FRESH):
            if monotonic() > until:
                break
            found += _lived(filled, folder / "house", min(_FRESH, turns - start), chance)
            progress.to(start + _FRESH)
    logging.disable(logging.NOTSET)
    return found


def _lived(filled: Path, folder: Path, turns: int, chance: Random) -> Counter[str]:
    """So many turns in a copy of the house, the fund down all the while."""
    shutil.copytree(filled, folder)
    house, found = hasty(folk.house(folder)), Counter[str]()
    pretend.switch(folder / "fund.db", "down")
    try:
        for _ in range(turns):
            _turn(house, chance, found)
            found["turns"] += 1
    finally:
        house.store.sql.close()
        shutil.rmtree(folder)
    return found


def _turn(house: House, chance: Random, found: Counter[str]) -> None:
    name = chance.choice(list(DOORS))
    do, read = DOORS[name](house)
    kind = chance.choice(list(FAULTS))
    fault, strikes = FAULTS[kind](house, int(_DEEP ** chance.random()) - 1)
    try:
        with strikes:
            do()
        said = read()
    except Exception as error:
        found["crashed"] += 1
        found[f"crash: {name} {kind} {type(error).__name__} {str(error)[:80]!r}"] += 1
        return
    found[kind] += fault.struck
    if any(one in said for one in _WORDS):
        found["blamed"] += 1
        found[f"blamed: {name} {kind}"] += 1


def _store(house: House, after: int) -> tuple[Any, AbstractContextManager[None]]:
    fault = Fault(house, after)
    return fault, fault.strikes()


class _Keys:
    """Lets `after` values pass through the vault, then no key opens or seals anything."""

    def __init__(self, house: House, after: int) -> None:
        self.vault, self.left, self.struck = house.vault, after // 3, False

    @contextmanager
    def strikes(self) -> Iterator[None]:
        for name, error in (("open", Tampered("gone")), ("seal", StoreError("gone"))):
            setattr(self.vault, name, self._counted(getattr(self.vault, name), error))
        try:
            yield
        finally:
            del self.vault.open, self.vault.seal

    def _counted(self, real: Callable[..., Any], error: Exception) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                self.struck = True
                raise error
            return real(*given)

        return call


def _vault(house: House, after: int) -> tuple[Any, AbstractContextManager[None]]:
    fault = _Keys(house, after)
    return fault, fault.strikes()


FAULTS = {"store": _store, "vault": _vault}
