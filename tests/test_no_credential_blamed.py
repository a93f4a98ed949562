"""A fault of ours is never called a wrong code: every statement of every door fails in its turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from callbacks import callback
from cards import card_of
from cast import FR_SIX, FR_THIRTY
from phone import Phone
from visitor import Visitor
from worker import grants_wishes

from lite.app import House
from lite.clock import set_clock
from lite.identity import cards, staff
from lite.store import StoreError
from lite.text import LANGUAGES, T, say

# What blames the person: none of it may be said when it is we who failed.
BLAMES = (
    "Ce code est faux. Vérifiez son numéro. Illisible : tapez 2",
    "Ce code est faux. Vérifiez-le et tapez-le de nouveau.",
    "Ce code a déjà servi ou est trop vieux. Demandez-en un autre.",
    "Ce code a été demandé sur un autre écran. Demandez-en un ici.",
    "Il faut une carte de codes. Demandez-la à l'agence.",
    "Nom, mot de passe ou code faux. Attendez le prochain code et recommencez.",
    "Aucun code n'est attendu de ce téléphone.",
    "Numéro non inscrit",
)
PAID = "1030787185"
KINDS = ("one", "all", "run", "each")


class Fault:
    """Lets `after` statements pass, then the store is gone."""

    def __init__(self, house: House, after: int) -> None:
        self.house, self.left, self.struck = house, after, False

    @contextmanager
    def strikes(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            for kind in KINDS:
                patch.setattr(self.house.store.sql, kind, self._counted(kind))
            yield

    def _counted(self, kind: str) -> Callable[..., Any]:
        real = getattr(self.house.store.sql, kind)

        def call(*given: Any) -> Any:
            self.left -= 1
            if self.left < 0:
                self.struck = True
                raise StoreError("gone")
            return real(*given)

        return call


def blamed(said: str) -> list[str]:
    words = [say(T(one), language) for one in BLAMES for language in LANGUAGES]
    return [one for one in words if one in said]


def right_code(house: House, number: str) -> str:
    (person,) = house.store.people.of_phone(house.office.index(number))
    asked = cards.challenge(house.store, person)
    assert asked
    return card_of(house, number)[asked.number]


# What is done while the store fails, and how its answer is read afterwards.
Act = tuple[Callable[[], object], Callable[[], str]]


def card_code(house: House) -> Act:
    """The right code of the card, typed on the phone."""
    phone = Phone(house, FR_THIRTY).dials("*384*3939*00#").choose("Mes dossiers", PAID)
    phone.sees("Montant ?")
    code = right_code(house, FR_THIRTY)
    return lambda: phone.presses(code), lambda: phone.screen


def own_file(house: House) -> Act:
    """An enrolled phone dials: it is known, or we are down; it is never a stranger's."""
    phone = Phone(house, FR_SIX)
    return lambda: phone.dials("*384*3939*00#"), lambda: phone.screen


def own_rights(house: House) -> Act:
    phone = Phone(house, FR_SIX)
    return lambda: phone.dials("*384*3939*3#"), lambda: phone.screen


def by_sms(house: House) -> Act:
    """A keyword that only an enrolled phone may send; the gateway may be asked to come again."""
    phone = Phone(house, FR_SIX).waits()
    id = f"m{len(phone.inbox)}-{house.clock.now()}"
    fields = {"id": id, "from": FR_SIX, "text": "DROITS", "to": "3939"}
    return lambda: callback(house, "sms", fields), lambda: phone.news


def access_code(house: House) -> Act:
    """The right code of an SMS, typed on the page."""
    now = house.clock.now()
    set_clock(Path(house.settings.clock), now + timedelta(hours=25))  # so many codes a day
    visitor = Visitor(house).opens("/fr/sign-in")
    phone = Phone(house, FR_SIX).waits()
    visitor.fills(phone=FR_SIX).presses("Recevoir un code par SMS")
    grants_wishes(house)
    (code,) = re.findall(r"(?<!\d)\d{6}(?= :)", phone.news)
    visitor.fills(phone=FR_SIX, code=code)
    return lambda: visitor.presses("Entrer"), lambda: visitor.page.text


def password(house: House) -> Callable[[], str]:
    """A clerk's own password at the counter."""
    name, word = "khadija", "le thé est sur la table"
    if house.store.staff.get(name) is None:
        staff.add(house.store, house.vault, name, "clerk", word, house.clock.now())
    client = house.web.test_client()

    def enter() -> str:
        fields = {"name": name, "password": word, "code": "000000"}
        return str(client.post("/counter/sign-in", data=fields).get_data(as_text=True))

    return enter


DOORS = {one.__name__: one for one in (card_code, own_file, own_rights, by_sms, access_code)}


@pytest.mark.parametrize("door", DOORS)
def test_no_code_is_blamed_for_a_fault_of_ours(house: House, door: str) -> None:
    act = DOORS[door]
    struck = True
    after = turns = 0
    while struck:
        do, read = act(house)
        fault = Fault(house, after)
        with fault.strikes():
            do()
        said = read()
        assert blamed(said) == [], f"{door}, statement {after}:\n{said}"
        struck, turns, after = fault.struck, turns + 1, after + 1
        assert after < 400, "the fault never stopped to strike"
    assert turns > 3, "nothing of the store was asked"


@pytest.mark.parametrize("after", range(3))
def test_a_clerk_is_not_told_that_the_password_is_wrong(house: House, after: int) -> None:
    enter = password(house)
    fault = Fault(house, after)
    with fault.strikes():
        said = enter()
    assert fault.struck
    assert blamed(said) == []


def test_the_table_can_fail(house: House) -> None:
    phone = Phone(house, FR_THIRTY).dials().choose("Mes dossiers", PAID).presses("000000")
    assert blamed(phone.screen)
