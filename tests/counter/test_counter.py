"""A clerk's day: open a file, enrol a phone, print a card, declare losses, in two languages."""

from __future__ import annotations

import re

import pytest
from agency import CIN, CNSS, KHADIJA, NEW, Agency, found

from lite.identity import audit, cards, enrolment
from lite.identity.enrolment import Activated
from lite.upstream.pretend_people import heads

OWN_PHONE = KHADIJA.phones[0]


def texts(agency: Agency, phone: str) -> list[str]:
    """The first sentence of each message that waits for a phone."""
    rows = agency.office.store.letters.written_to(agency.office.index(phone), "")
    contents = [agency.office.open(f"letters.sealed:{row.id}", row.sealed) for row in rows]
    return [content["lines"][0]["id"] for content in contents]


# A clerk's day


def test_from_the_sign_in_to_the_activated_phone(agency: Agency) -> None:
    browser = agency.browser("amina")
    assert "session ouverte jusqu'à 10:15" in browser.text
    browser.send("find", scheme="cnss", number=f" {CNSS[:3]} {CNSS[3:]}", reason="enrol")
    assert "K*** B***" in browser.text
    assert KHADIJA.name not in browser.html and CNSS not in browser.html
    browser.send("show")
    assert KHADIJA.name in browser.text and "11/02/1976" in browser.text
    browser.open("enrol")
    assert 'lang="ar-MA" dir="rtl"' in browser.html, "her own language is Arabic"
    browser.send("enrol", **NEW)
    code = re.search(r"\b(\d{4} \d{4})\b", browser.text)
    assert code and "25/11/2026" in browser.text
    assert "0612345678" not in browser.html
    person = agency.person(f"cnss:{CNSS}")
    outcome = enrolment.activate(
        agency.office.store, agency.office.vault, "+212612345678", code[1], agency.now
    )
    assert outcome == Activated(person)
    assert any("nouveau téléphone" in text for text in texts(agency, OWN_PHONE))
    assert texts(agency, "+212612345678") == []
    browser.open("file")
    assert "06******01" in browser.text and "06******78" in browser.text
    browser.send("close")
    assert "Ouvrir un dossier" in browser.text
    browser.send("leave")
    assert "Mot de passe" in browser.text
    assert [act for _, act, _ in agency.acts()][2:] == [
        "signed_in", "found", "shown", "enrolled", "activated", "closed", "signed_out",
    ]  # fmt: skip
    assert audit.verify(agency.office.store, agency.office.vault) == []


def test_a_code_by_post_lives_three_weeks(agency: Agency) -> None:
    browser = found(agency)
    browser.open("enrol?consent=fr")
    browser.send("enrol", **NEW, delivery="post")
    assert "15/12/2026" in browser.text and "Imprimez cette page" in browser.text
    assert ("amina", "enrolled", "consent=2026-11 fr post") in agency.acts()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"phone": "bonjour"}, "pas un numéro"),
        ({"phone": "0522345678", "again": "0522345678"}, "numéro de portable"),
        ({"again": "0612345679"}, "ne sont pas les mêmes"),
        ({"seen": None}, "pièce d'identité"),
        ({"agreed": None}, "sans son accord"),
        ({"consent": "en"}, "sans son accord"),
        ({"version": "2020-01"}, "sans son accord"),
    ],
)
def test_what_keeps_a_number_from_being_deposited(
    agency: Agency, change: dict[str, str | None], says: str
) -> None:
    browser = found(agency)
    browser.open("enrol")
    fields = {**NEW, **browser.hidden(), **change}
    browser.post("enrol", **{name: value for name, value in fields.items() if value is not None})
    assert browser.page.status_code == 422
    assert says in browser.text
    assert agency.office.store.enrolments.of_person(agency.person(f"cnss:{CNSS}")) == []


def test_a_card_is_printed_for_the_person_on_the_desk(agency: Agency) -> None:
    browser = found(agency)
    browser.send("card")
    assert agency.printed == [] and "Voyez d'abord" in browser.text
    browser.send("card", seen="1")
    assert browser.page.mimetype == "application/pdf"
    assert browser.page.headers["Cache-Control"] == "no-store"
    assert agency.printed == [agency.person(f"cnss:{CNSS}")]
    assert ("amina", "card_printed", "") in agency.acts()


def test_a_lost_card_is_dead_at_once(agency: Agency) -> None:
    store, person = agency.office.store, agency.person(f"cnss:{CNSS}")
    cards.issue(store, agency.office.vault, person, agency.now)
    browser = found(agency, shown=False)
    assert "Codes qui restent : 40" in browser.text
    browser.send("card-lost")
    assert "La carte est annulée" in browser.text and "restent : 0" in browser.text
    assert cards.challenge(store, person) is None
    assert any("carte à codes est annulée" in text for text in texts(agency, OWN_PHONE))
    browser.send("card-lost")
    assert "pas de carte en service" in browser.text


def test_a_lost_phone_is_dead_at_once(agency: Agency) -> None:
    browser = found(agency, shown=False)
    index = agency.office.index(OWN_PHONE)
    assert index in browser.html
    browser.send("phone-lost", phone=index)
    assert "n'ouvre plus ce dossier" in browser.text and "Aucun téléphone inscrit" in browser.text
    assert agency.office.store.people.of_phone(index) == []


def test_only_a_phone_of_the_open_file_can_be_lost_there(agency: Agency) -> None:
    other = agency.office.index(heads()[2].insured.phones[0])
    found(agency).send("phone-lost", phone=other)
    assert agency.office.store.people.of_phone(other) != []


def test_a_supervisor_sees_who_saw(agency: Agency) -> None:
    found(agency)
    browser = found(agency, "said")
    browser.open("log")
    assert "amina" in browser.text and "Identité affichée" in browser.text
    assert agency.acts()[-1] == ("said", "audit_read", "")


def test_a_person_is_found_by_each_of_their_numbers(agency: Agency) -> None:
    browser = agency.browser("amina")
    browser.send("find", scheme="cin", number=CIN.lower(), reason="question")
    assert "K*** B***" in browser.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"scheme": "cnss", "number": "999999999", "reason": "enrol"}, "Personne n'est connu"),
        ({"scheme": "cnss", "number": "", "reason": "enrol"}, "pas complet"),
        ({"scheme": "rib", "number": CNSS, "reason": "enrol"}, "pas complet"),
        ({"scheme": "cnss", "number": CNSS, "reason": ""}, "Choisissez pourquoi"),
        ({"scheme": "cnss", "number": CNSS, "reason": "curiosity"}, "Choisissez pourquoi"),
    ],
)
def test_no_file_without_a_number_and_a_reason(
    agency: Agency, fields: dict[str, str], says: str
) -> None:
    browser = agency.browser("amina")
    browser.send("find", **fields)
    assert says in browser.text and browser.page.status_code == 422
    assert "found" not in [act for _, act, _ in agency.acts()]


# Both languages


def test_every_page_has_its_arabic_twin(agency: Agency) -> None:
    browser = found(agency, "said")
    for path in ("file", "enrol", "log"):
        browser.open(f"{path}?lang=ar")
        assert '<html lang="ar-MA" dir="rtl">' in browser.html
    browser.open("file")
    assert 'dir="rtl">' in browser.html[:60], "the language is remembered"
    assert '<html lang="fr" dir="ltr">' in agency.browser().html
