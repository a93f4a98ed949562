"""Who opens the pages: somebody of the pretend fund, their SMS, their card."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lite.app import House
from lite.cli.people import person_of
from lite.fit import cost, fold
from lite.identity.cards import demo_codes
from lite.text import say, unpack
from lite.upstream import pretend
from lite.upstream.pretend_people import heads

_MOST = 9  # dossiers of an ordinary list


@dataclass(frozen=True)
class Person:
    """A phone, the codes of a paper card by number, and a house that texts."""

    house: House
    phone: str
    card: dict[int, str]

    def letters(self) -> list[str]:
        """Every SMS so far, once the worker has gone round: what is waited for has left."""
        for _ in range(2):  # a code that was asked for is written, then sent
            self.house.outbox.run_once()
        for fund in self.house.funds.values():
            self.house.intake.settle(fund)
        self.house.outbox.run_once()
        office = self.house.office
        rows = office.store.letters.written_to(office.index(self.phone), "")
        return [
            fold("\n".join(say(unpack(line), row.language) for line in
                           office.open(f"letters.sealed:{row.id}", row.sealed)["lines"]))
            for row in rows
        ]  # fmt: skip

    def code(self) -> str:
        """The access code of the last SMS."""
        found = [re.search(r"\b\d{6}\b", text) for text in self.letters()]
        codes = [one[0] for one in found if one]
        if not codes:
            raise RuntimeError("no SMS brought a code")
        return codes[-1]

    def segments(self) -> int:
        """How many segments all of them were."""
        return sum(cost(text).segments for text in self.letters())


def people(house: House) -> Sequence[Person]:
    """Those who speak French, whose phone is theirs alone and who have a few dossiers: in turns
    somebody else and a worker, whose salaries are declared."""
    known = house.store.people.of_phone
    rows = [
        row for row in pretend.people(house.clock.now())
        if row["language"] == "fr" and 2 <= len(row["dossiers"]) <= _MOST
        and len(known(house.office.index(row["phone"]))) == 1
    ]  # fmt: skip
    paid = {phone for one in heads() if one.job == "worker" for phone in one.insured.phones}
    workers = [row for row in rows if row["phone"] in paid]
    others = [row for row in rows if row["phone"] not in paid]
    return [_person(house, row) for pair in zip(others, workers, strict=False) for row in pair]


def _person(house: House, row: Mapping[str, Any]) -> Person:
    scheme, number = next(iter(row["keys"].items()))
    return Person(house, row["phone"], demo_codes(house.vault, person_of(house, scheme, number)))
