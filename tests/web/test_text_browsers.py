"""Browsers of text alone, by their own keys: whole journeys, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cards import card_of
from paperwork import later
from terminal import BROWSERS, Terminal

from lite.app import House
from lite.numbers import with_check
from lite.papers.checking import check
from lite.text import T, say
from lite.web.page import NAMES

UNKNOWN = with_check("2987654321")


@pytest.fixture(params=BROWSERS)
def terminal(
    request: pytest.FixtureRequest, address: str, tmp_path: Path
) -> Iterator[Callable[[str], Terminal]]:
    """Opens a page in a browser of its own."""
    opened = []

    def opens(path: str) -> Terminal:
        home = tmp_path / f"home{len(opened)}"
        opened.append(Terminal(request.param, home, f"{address}/{path}"))
        return opened[-1]

    yield opens
    for one in opened:
        one.close()


@pytest.fixture(params=["fr", "ar"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def words(language: str) -> Callable[[str], str]:
    """A sentence of ours in the language of the page."""
    return lambda id: say(T(id), language)


def enters(browser: Terminal, words: Callable[[str], str], phone: str, code: str) -> None:
    browser.follows(words("Entrer avec un code")).sees(words("Entrer dans mon dossier"))
    browser.fills(words("Votre numéro de téléphone"), phone)
    browser.fills(words("Code reçu (6 chiffres)"), code)
    browser.follows(words("Entrer")).sees(words("Mes dossiers"))
    browser.anew(words("Quitter mon dossier"))


def takes(
    browser: Terminal, words: Callable[[str], str], card: dict[int, str], name: str
) -> bytes:
    """From the menu to the file of a ready paper, with a code of the card."""
    browser.follows(words("Attestations prêtes")).sees(words("Continuer"))
    before, _, after = words("Tapez le code {number} de votre carte").partition("{number}")
    asked = re.search(rf"{before}\W*(\d+)\W*{after}", browser.screen)
    assert asked, browser.screen
    browser.fills(after.strip(), card[int(asked[1])])
    browser.follows(words("Continuer")).anew(words("Voir et imprimer"))
    browser.follows(words("Voir et imprimer")).sees(name)
    return browser.saves(words("Télécharger le PDF"))


def test_the_state_of_my_dossier_from_the_code_to_the_door(
    terminal: Callable[[str], Terminal], language: str, words: Callable[[str], str],
    with_dossiers: Callable[[int], Any], new_code: Callable[[str], str],
) -> None:  # fmt: skip
    person = with_dossiers(3)
    number = person["dossiers"][0]["number"]
    browser = terminal(f"{language}/").sees(words("Mon dossier"))
    enters(browser, words, f"0{person['phone'][4:]}", new_code(person["phone"]))
    browser.follows(words("Mes dossiers")).sees(number)
    browser.follows(number).sees(number, words("Retour"))
    browser.follows(words("Quitter mon dossier")).sees(words("Vous êtes sorti"))
    browser.quits()  # each of them goes back to what it has in memory, until it is closed
    assert browser.kept([number, person["phone"][4:]]) == []


@pytest.mark.usefixtures("signed")
def test_an_attestation_is_in_hand(
    terminal: Callable[[str], Terminal], language: str, words: Callable[[str], str], house: House,
    with_dossiers: Callable[[int], Any], new_code: Callable[[str], str],
) -> None:  # fmt: skip
    person = with_dossiers(1)
    browser = terminal(f"{language}/").sees(words("Mon dossier"))
    enters(browser, words, person["phone"], new_code(person["phone"]))
    browser.follows(words("Attestation")).sees(words("Quelle attestation ?"))
    browser.follows(words("Immatriculation")).sees(words("Oui"))
    browser.follows(words("Oui")).sees(words("Un SMS vous dira quand elle est prête."))
    ((reference,),) = house.store.sql.all("select reference from requests")
    browser.sees(reference)
    house.outbox.run_once()
    later(house, minutes=5)
    browser.follows(words("Accueil")).sees(words("Pour tous"))
    browser.follows(words("Autres services")).sees(words("Mes demandes"))
    browser.follows(words("Mes demandes")).sees(reference)
    ready = T("Demande {state}, le {day}", state=T("prête"), day=house.clock.now())
    browser.sees(say(ready, language))
    browser.follows(words("Accueil")).sees(words("Pour tous"))
    browser.follows(words("Autres services")).sees(words("Mes demandes"))
    for seen in ("5 10", "5 19"):
        browser.follows(words("Suite")).sees(seen)
    paper = takes(browser, words, card_of(house, person["phone"]), person["name"])
    assert check(paper, house.paper_keys.public, house.clock.now().date()).state == "genuine"
    browser.follows(words("Quitter mon dossier")).sees(words("Vous êtes sorti"))
    browser.quits()
    assert browser.kept([person["name"], person["phone"][4:]]) == []


def test_a_call_back_is_asked_for_by_somebody_who_is_not_signed_in(
    terminal: Callable[[str], Terminal], language: str, words: Callable[[str], str], house: House
) -> None:
    browser = terminal(f"{language}/services/callback").sees(words("À quel sujet ?"))
    browser.fills(words("Votre numéro de téléphone ?"), "0612345678")
    browser.follows(words("Mes droits AMO")).follows(words("Matin (9h-12h)"))
    browser.follows(words("Continuer")).sees(words("Oui"))
    browser.follows(words("Oui")).sees(words("Référence : {reference}")[:6])
    ((reference,),) = house.store.sql.all("select reference from requests")
    browser.sees(reference)


def test_a_paper_is_checked_and_the_language_changed(
    terminal: Callable[[str], Terminal], language: str, words: Callable[[str], str]
) -> None:
    other = {"fr": "ar", "ar": "fr"}[language]
    browser = terminal(f"{other}/services/verify").sees(say(T("Continuer"), other))
    browser.follows(NAMES[language]).sees(words("Continuer"))
    browser.fills(words("Référence écrite sur l'attestation ?"), UNKNOWN)
    browser.follows(words("Continuer")).sees(UNKNOWN)
