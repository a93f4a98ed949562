"""A clerk notes that somebody wants to be served at a relay point without a network."""

from __future__ import annotations

from agency import CNSS, Agency, found

from lite.upstream.machines import make

NAME = "tafraout"


def open_box(agency: Agency) -> None:
    public = make(agency.clock_file.parent / "x.box").public
    agency.office.store.boxes.add(NAME, str(public), 30, "")


def test_the_text_is_read_and_the_agreement_noted(agency: Agency) -> None:
    open_box(agency)
    browser = found(agency)
    assert f"Servir aussi à {NAME}" in browser.text
    assert "effacée après 30 jours" in browser.text and "بعد 30 يوما" in browser.text
    browser.send("box", box=NAME, spoken="ar", agreed="1")
    assert "la prochaine clé USB apportera son dossier" in browser.text
    person = agency.person(f"cnss:{CNSS}")
    assert agency.office.store.boxes.of_person(person) == [NAME]
    assert ("amina", "box_agreed", f"box={NAME} consent=2026-11 ar") in agency.acts()


def test_without_agreement_nothing_is_noted(agency: Agency) -> None:
    open_box(agency)
    browser = found(agency)
    for wrong in ({}, {"agreed": "1", "box": "other"}, {"agreed": "1", "version": "1999-01"},
                  {"agreed": "1", "spoken": "xx"}):  # fmt: skip
        browser.open("file")
        browser.send("box", **{"box": NAME, "spoken": "fr", **wrong})
        assert "sans son accord, rien n'est copié" in browser.text
    assert agency.office.store.boxes.of_person(agency.person(f"cnss:{CNSS}")) == []


def test_it_ends_when_the_person_wants_it(agency: Agency) -> None:
    open_box(agency)
    browser = found(agency)
    browser.send("box", box=NAME, spoken="fr", agreed="1")
    assert f"Ne plus servir à {NAME}" in browser.text
    browser.send("box-end", box=NAME)
    assert agency.office.store.boxes.of_person(agency.person(f"cnss:{CNSS}")) == []
    assert ("amina", "box_ended", f"box={NAME}") in agency.acts()


def test_where_there_are_no_boxes_nothing_is_said_of_them(agency: Agency) -> None:
    assert "Point relais sans réseau" not in found(agency).text


def test_an_erased_person_is_on_no_list(agency: Agency) -> None:
    from lite.retention import erase

    open_box(agency)
    found(agency).send("box", box=NAME, spoken="fr", agreed="1")
    office, person = agency.office, agency.person(f"cnss:{CNSS}")
    erase(office.store, office.vault, person, agency.now)
    assert office.store.boxes.count(NAME) == 0
