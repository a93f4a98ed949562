"""A person comes to an agency without a phone that we know, and leaves with one: on real doors.

The clerk enrols a phone and prints a card, the person activates the phone, sees an amount after one
code of the card, loses the phone. From then on whoever found it, and whoever knows everything that
was ever typed, gets in nowhere.
"""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from cards import card_of
from cast import FR_NONE, FR_THIRTY, STRANGER, owner
from counter.agency import Browser
from phone import Phone
from pypdf import PdfReader
from visitor import Visitor

from lite.app import House
from lite.cli.demo import clerk_link
from lite.clock import set_clock
from lite.identity import audit
from lite.identity.enrolment import SILENCE
from lite.identity.staff import everybody

NEW, DAY = "+212612345678", timedelta(days=1)
PAID = "1030787185"  # a dossier of this person with an amount
DIAL = "*384*3939*8#"
OPEN, WAITING = "Lite CNSS-CNOPS", "Numéro non inscrit"
DONE = "C'est fait : ce téléphone ouvre maintenant votre dossier."
CARD_WRONG = "Ce code est faux. Vérifiez son numéro. Illisible : tapez 2"
STALE = "Ce code a déjà servi ou est trop vieux. Demandez-en un autre à l'agence."
WRONG = "Ce code est faux. Vérifiez-le et recommencez."


@pytest.fixture
def clerk(house: House) -> Browser:
    """The clerk of the demo, with the file of the person open."""
    browser = Browser(house.web.test_client())
    browser.open(f"enter/{clerk_link(house)}")
    assert "guichet, session ouverte" in browser.text
    scheme, _, number = str(owner(FR_THIRTY).key).partition(":")
    browser.send("find", scheme=scheme, number=number, reason="enrol")
    browser.send("show")
    assert owner(FR_THIRTY).insured.name in browser.text
    return browser


def enrols(clerk: Browser, phone: str = NEW) -> str:
    """The clerk deposits a number; the activation code on the page."""
    clerk.open("enrol?consent=fr")
    clerk.send("enrol", phone=phone, again=phone, agreed="1", seen="1")
    assert DIAL in clerk.text
    found = re.search(r"\b(\d{4}) (\d{4})\b", clerk.text)
    assert found
    return found[1] + found[2]


def prints(clerk: Browser) -> dict[str, str]:
    """The clerk prints a card; its codes by number, as they stand on the paper."""
    clerk.open("file")
    clerk.send("card", seen="1")
    assert clerk.page.mimetype == "application/pdf"
    (page,) = PdfReader(io.BytesIO(clerk.page.get_data())).pages
    rows = [line.split() for line in page.extract_text().splitlines()]
    codes = {row[0]: "".join(row[1:]) for row in rows if len(row) == 3 and "".join(row).isdecimal()}
    assert len(codes) == 40
    clerk.open("file")
    return codes


def loses(clerk: Browser, house: House, phone: str = NEW) -> None:
    clerk.open("file")
    clerk.send("phone-lost", phone=house.office.index(phone))
    assert "n'ouvre plus ce dossier" in clerk.text


def activated(house: House, code: str, number: str = NEW) -> Phone:
    phone = Phone(house, number).dials(DIAL).types(code)
    return phone.sees(DONE)


def asked(phone: Phone) -> str:
    """The number of the code that the screen asks for."""
    return str(re.findall(r"\bcode (\d{1,2}) de votre carte", phone.screen)[0])


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


def test_each_start_of_the_demo_lets_the_same_clerk_in_once(house: House) -> None:
    links = [clerk_link(house) for _ in range(2)]
    for link in links:
        first, second = (Browser(house.web.test_client()) for _ in range(2))
        first.open(f"enter/{link}")
        second.open(f"enter/{link}")
        assert "guichet, session ouverte" in first.text
        assert "session ouverte" not in second.text
    assert [name for name, _, _ in everybody(house.store)] == ["guichet"]


def test_from_the_counter_to_the_amount_and_then_the_loss(house: House, clerk: Browser) -> None:
    code, card = enrols(clerk), prints(clerk)
    Phone(house, FR_THIRTY).gets("un nouveau téléphone est inscrit")
    phone = Phone(house, NEW).dials().sees(WAITING, "8 Activer ce téléphone")
    phone.sees_not("Mes dossiers")
    phone.presses("8").types(code).sees(DONE)
    assert phone.open
    phone.presses("00").sees(OPEN).sees_not("Activer").choose("Mes dossiers", PAID)
    phone.sees("Montant", "de votre carte").types(card[asked(phone)])
    assert re.search(r"\d+,\d\d", phone.reads())
    loses(clerk, house)
    Phone(house, NEW).dials().sees(WAITING).sees_not("Mes dossiers", "Activer")
    Phone(house, FR_THIRTY).gets("un de vos téléphones est déclaré perdu").dials().sees(OPEN)
    assert audit.verify(house.store, house.vault) == []


def test_after_the_loss_nobody_gets_in(house: House, clerk: Browser) -> None:
    """The finder has the phone; a spy has every code that was typed, and a phone of their own."""
    code, card = enrols(clerk), prints(clerk)
    phone = activated(house, code).dials("*384*3939*4#")
    access = phone.finds(r"\b\d{6}\b")
    loses(clerk, house)
    for number in (NEW, STRANGER):
        thief = Phone(house, number).dials(f"{DIAL[:-1]}*{code}#").sees_not(DONE)
        thief.dials("*384*3939*1#").sees_not("Quel dossier ?").drops()
        thief.texts("DOSSIER").gets("Ce téléphone n'est pas inscrit.")
        assert thief.says(DONE) not in thief.texts(f"ACTIVER {code}").gets().news
        visitor = Visitor(house).opens("/fr/sign-in").fills(phone=number, code=access)
        visitor.presses("Entrer").sees_not("Quitter mon dossier")
        visitor.opens("/fr/services/dossiers").sees("Entrer dans mon dossier")
        for typed in list(card.values())[:2]:
            Phone(house, number).dials(f"{DIAL[:-1]}*{typed}#").sees_not(DONE)
    for number in (NEW, STRANGER):
        assert house.store.people.of_phone(house.office.index(number)) == []
    for fund in house.funds.values():
        house.intake.pull(fund, full=True)
    Phone(house, NEW).dials().sees(WAITING)


def test_the_code_is_refused_from_any_other_phone(house: House, clerk: Browser) -> None:
    code = enrols(clerk)
    thief = Phone(house, STRANGER).dials(DIAL).sees("Pour vous inscrire, allez à l'agence")
    thief.texts(f"ACTIVER {code}").gets("Aucun code n'est attendu de ce téléphone.")
    Phone(house, FR_THIRTY).dials(DIAL).sees("Aucun code n'est attendu")
    Visitor(house).opens("/fr/services/activate").sees("Un téléphone s'active lui-même")
    activated(house, code).dials().sees(OPEN)


@pytest.mark.parametrize(("language", "word"), [("fr", "ACTIVER"), ("ar", "تفعيل")])
def test_a_phone_is_activated_by_sms_in_one_message_or_two(
    house: House, clerk: Browser, language: str, word: str
) -> None:
    for number, words in ((NEW, 1), ("+212612345679", 2)):
        code = enrols(clerk, number)
        phone = Phone(house, number).speaks(language).drops()
        if words == 1:
            phone.texts(f"{word} {code[:4]} {code[4:]}").gets(DONE)
        else:
            phone.texts(word).gets("Tapez les 8 chiffres de votre code").texts(code).gets(DONE)
        phone.dials().sees(OPEN)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_each_thing_that_goes_wrong_has_a_true_sentence(
    house: House, clerk: Browser, language: str
) -> None:
    code = enrols(clerk)
    phone = Phone(house, NEW).speaks(language).drops()
    phone.dials(DIAL).types("1234").sees("Recopiez tous les chiffres du code.")
    phone.types(other(code)).sees(WRONG).types(other(code)).sees("Besoin d'aide ?")
    phone.dials(DIAL).types(other(code)).sees(WRONG)
    assert "24/11/2026" in phone.dials(DIAL).types(code).reads(), "locked, and says until when"
    set_clock(house.settings.clock, house.clock.now() + DAY)
    phone.dials().sees_not("Activer ce téléphone")
    assert phone.says(STALE) in phone.dials(DIAL).types(code).reads()


def test_two_people_may_share_the_phone(house: House, clerk: Browser) -> None:
    """The second one activates a phone that is open already."""
    code = enrols(clerk, STRANGER)
    activated(house, code, STRANGER)
    clerk.send("close")
    scheme, number = next(iter(owner(FR_NONE).insured.keys.items()))
    clerk.send("find", scheme=scheme, number=number, reason="enrol")
    clerk.send("show")
    second = enrols(clerk, STRANGER)
    phone = Phone(house, STRANGER).dials().choose("Activer ce téléphone").types(second).sees(DONE)
    phone.dials().choose("Mes dossiers").sees("Pour qui ?")


# A number that was silent for a year


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_silent_number_is_confirmed_by_the_card(house: House, language: str) -> None:
    codes = {str(number): code for number, code in card_of(house, FR_THIRTY).items()}
    phone = Phone(house, FR_THIRTY).speaks(language).drops()
    set_clock(house.settings.clock, house.clock.now() + SILENCE + DAY)
    phone.dials().sees("Numéro à confirmer").sees_not("Mes dossiers")
    told = phone.dials("*384*3939*1#").reads()
    assert DIAL in told
    phone.texts("DOSSIER").gets(DIAL)
    phone.dials().choose("Activer ce téléphone")
    number = re.findall(r"\d+", phone.lines[0])[0]
    phone.types(other(codes[number])).sees(CARD_WRONG).presses("2")
    (other_number,) = re.findall(r"\d+", phone.reads())
    assert other_number != number
    phone.dials().sees("Numéro à confirmer")
    phone.dials(DIAL).types(codes[other_number]).sees(DONE).presses("00").sees(OPEN)


def test_the_next_owner_of_a_number_gets_in_nowhere(house: House) -> None:
    """Messages, calls and codes for the web: to be heard again and again is no proof."""
    set_clock(house.settings.clock, house.clock.now() + SILENCE + DAY)
    phone = Phone(house, FR_THIRTY)
    for word in ("AR", "ETAT", "STOP", "DOSSIER", "CODE"):
        phone.texts(word)
        assert not re.search(r"(?<!\d)\d{6}(?!\d) : code", phone.news)
        set_clock(house.settings.clock, house.clock.now() + DAY)
    phone.speaks("fr").dials().sees("Numéro à confirmer")
    phone.dials("*384*3939*4#").sees_not("Votre code")
