"""A person sees who read their file: each look and act at a counter, each use by a helper."""

from __future__ import annotations

import re
from datetime import timedelta

from agency import Agency, found
from cards import card_of
from cast import FR_SIX, FR_THIRTY, owner
from houses import START
from phone import Phone

from lite.app import House
from lite.clock import set_clock
from lite.desk.readers import MOST
from lite.identity import audit, cards

READERS = "*384*3939*5*15#"


def person_of(house: House, number: str) -> str:
    (person,) = house.store.people.of_phone(house.office.index(number))
    return person


def opens_the_list(house: House, phone: Phone) -> Phone:
    """Dial, and type the code of the card that is asked."""
    phone.dials(READERS).sees("de votre carte")
    challenge = cards.challenge(house.store, person_of(house, phone.number))
    assert challenge
    return phone.types(card_of(house, phone.number)[challenge.number])


def looks(house: House, who: str, act: str, why: str = "", number: str = FR_THIRTY) -> None:
    audit.append(
        house.store, house.vault, who, act, person_of(house, number), why, house.clock.now()
    )


def test_nobody_but_the_person_has_looked(house: House) -> None:
    phone = Phone(house, FR_THIRTY)
    phone.dials().choose("Mes droits AMO").drops()
    opens_the_list(house, phone).sees("Personne d'autre que vous n'a vu votre dossier.")


def test_a_clerk_who_looked_is_named_with_day_and_reason(house: House, agency: Agency) -> None:
    key = owner(FR_THIRTY).insured.keys["cnss"]
    found(agency, number=key, shown=False)
    told = opens_the_list(house, Phone(house, FR_THIRTY)).reads()
    assert "24/11/2026 10:00 Agent amina : Dossier ouvert, nom masqué" in told
    assert "(Inscrire un téléphone)" in told


def test_a_file_that_was_opened_and_shown_is_told_once(house: House, agency: Agency) -> None:
    found(agency, number=owner(FR_THIRTY).insured.keys["cnss"]).send("close")
    told = opens_the_list(house, Phone(house, FR_THIRTY)).reads()
    assert told.count("Agent amina") == 1
    assert "Identité affichée" in told


def test_the_latest_stand_first_and_not_all_of_them(house: House, agency: Agency) -> None:
    for day in range(MOST + 5):
        set_clock(house.settings.clock, START + timedelta(days=day))  # type: ignore[arg-type]
        looks(house, "said", "audit_read")
    told = opens_the_list(house, Phone(house, FR_THIRTY)).reads()
    days = re.findall(r"(\d\d)/(\d\d)/2026 10:00 Superviseur said", told)
    assert len(days) == MOST
    assert [f"{month}{day}" for day, month in days] == sorted(
        (f"{month}{day}" for day, month in days), reverse=True
    )
    assert days[0] == ("18", "12")


def test_what_persons_do_themselves_and_what_others_suffer_is_not_told(
    house: House, agency: Agency
) -> None:
    looks(house, audit.SYSTEM, "activated")
    looks(house, audit.SYSTEM, "change_asked")
    looks(house, "amina", "shown", number=FR_SIX)
    opens_the_list(house, Phone(house, FR_THIRTY)).sees("Personne d'autre que vous")


def test_an_export_on_the_machine_is_told(house: House) -> None:
    looks(house, audit.SYSTEM, "exported")
    opens_the_list(house, Phone(house, FR_THIRTY)).sees("Administrateur : Données exportées")


def test_a_helper_is_told_by_the_end_of_their_number(house: House) -> None:
    looks(house, f"helper:{house.office.index('+212611223344')}", "helper_acted", "rights")
    told = opens_the_list(house, Phone(house, FR_THIRTY)).reads()
    assert "Votre aidant : Il a vu vos droits AMO." in told


def test_without_a_code_of_the_card_nothing_is_told(house: House, agency: Agency) -> None:
    looks(house, "amina", "shown", "question")
    phone = Phone(house, FR_THIRTY).dials(READERS)
    phone.types("000000").sees_not("amina")
    assert "amina" not in "".join(phone.screens)


def test_an_sms_tells_the_latest_in_one_segment(house: House, agency: Agency) -> None:
    for _ in range(3):
        looks(house, "amina", "card_printed")
    phone = Phone(house, FR_THIRTY).texts("LECTEURS").gets("de votre carte")
    challenge = cards.challenge(house.store, person_of(house, FR_THIRTY))
    assert challenge
    phone.texts(card_of(house, FR_THIRTY)[challenge.number])
    phone.gets("Agent amina : Carte imprimée", "Suite : composez *384*3939*5*15#")
    assert len(phone.inbox[-1]) <= 160
