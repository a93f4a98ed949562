"""A real Firefox ESR, with and without script: whole journeys, and what is left on its disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cards import card_of
from firefox import Firefox
from paperwork import later

from lite.app import House
from lite.papers.checking import check
from lite.text import T, say

pytestmark = pytest.mark.browser


@pytest.fixture
def firefox(address: str, tmp_path: Path) -> Iterator[Callable[[bool], Firefox]]:
    opened = []

    def opens(script: bool) -> Firefox:
        opened.append(Firefox(tmp_path / f"fox{len(opened)}", address, script=script))
        return opened[-1]

    yield opens
    for one in opened:
        one.ends()


def enters(fox: Firefox, language: str, phone: str, code: str) -> None:
    """From the menu, over the sign-in."""
    fox.goes(f"/{language}/").follows(say(T("Entrer avec un code"), language))
    fox.sees(say(T("Code reçu (6 chiffres)"), language))
    fox.fills("#phone", phone).fills("#code", code).presses("form .g")
    fox.sees(say(T("Quitter mon dossier"), language))


def leaves(fox: Firefox, language: str, private: list[str]) -> None:
    """Out by the door: Back shows nothing of it, nor does the disk."""
    fox.presses("form[action$='/leave'] button").sees(say(T("Vous êtes sorti"), language))
    for _ in range(4):
        assert not any(one in fox.back().page for one in private)
    fox.close()
    assert fox.kept(["Lite"]) != [], "the search would find what is there"
    assert fox.kept(private) == []


@pytest.mark.parametrize(("language", "script"), [("fr", True), ("ar", False)])
def test_the_state_of_my_dossier_from_the_code_to_the_door(
    firefox: Callable[[bool], Firefox], with_dossiers: Callable[[int], Any],
    new_code: Callable[[str], str], language: str, script: bool,
) -> None:  # fmt: skip
    person, fox = with_dossiers(3), firefox(script)
    number = person["dossiers"][0]["number"]
    enters(fox, language, f"0{person['phone'][4:]}", new_code(person["phone"]))
    fox.follows(say(T("Mes dossiers"), language)).sees(number)
    fox.follows(number).sees(number, say(T("Retour"), language))
    leaves(fox, language, [number, person["phone"][4:], person["name"]])


@pytest.mark.usefixtures("signed")
@pytest.mark.parametrize(("language", "script"), [("fr", False), ("ar", True)])
def test_an_attestation_is_ordered_made_and_in_hand(
    firefox: Callable[[bool], Firefox], with_dossiers: Callable[[int], Any], house: House,
    new_code: Callable[[str], str], language: str, script: bool,
) -> None:  # fmt: skip
    def words(id: str) -> str:
        return say(T(id), language)

    person, fox = with_dossiers(1), firefox(script)
    enters(fox, language, person["phone"], new_code(person["phone"]))
    fox.follows(words("Attestation")).sees(words("Quelle attestation ?"))
    fox.follows(words("Immatriculation")).sees(words("Confirmer ?"))
    fox.follows(words("Oui")).sees(words("Un SMS vous dira quand elle est prête."))
    house.outbox.run_once()
    later(house, minutes=5)
    fox.follows(words("Attestations prêtes")).sees(words("Continuer"))
    asked = re.search(r"\d+", fox.label("card"))
    assert asked
    fox.fills("#card", card_of(house, person["phone"])[int(asked[0])])
    fox.follows(words("Continuer")).sees(words("Voir et imprimer"))
    fox.follows(words("Voir et imprimer")).sees(person["name"])
    paper = fox.follows(words("Télécharger le PDF")).download()
    assert check(paper, house.paper_keys.public, house.clock.now().date()).state == "genuine"
    leaves(fox, language, [person["name"], person["phone"][4:]])
