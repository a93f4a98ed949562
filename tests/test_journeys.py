"""From the first key to the last SMS, days later: the house, the fund and a person with a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cast import FR_NONE, FR_SIX, FR_THIRTY, STRANGER
from phone import Phone
from visitor import Visitor
from worker import grants_wishes

from lite import errands
from lite.app import House
from lite.clock import set_clock
from lite.outbox import Outbox
from lite.upstream.pretend import switch


def passes(house: House, **how_long: float) -> None:
    """Time goes by: letters to the funds are carried, and the funds are asked."""
    set_clock(house.settings.clock, house.clock.now() + timedelta(**how_long))
    carrier = errands.carrier(house.store, house.vault, house.clock, house.funds)
    Outbox(house.store, house.clock, {"fund": carrier}).run_once()
    for fund in house.funds.values():
        house.intake.settle(fund)


def mood(house: House, word: str) -> None:
    """The fund is well, or down."""
    switch(house.settings.folder / "fund.db", word)


@pytest.fixture
def phone(house: House) -> Phone:
    return Phone(house, FR_THIRTY)


def order(phone: Phone, *choices: str) -> str:
    """Ask for an attestation, by USSD; its reference."""
    phone.dials().choose("Attestation", *choices, "Oui").sees("Demande reçue")
    reference = phone.finds(r"\b2\d{11}\b")
    phone.gets("demande d'attestation reçue", reference).drops().waits()
    return reference


def state(phone: Phone) -> str:
    """What the phone is told of its one request."""
    return phone.dials().choose("Autres services", "Mes demandes").reads()


def test_an_attestation_is_ordered_made_announced_and_checked(house: House, phone: Phone) -> None:
    reference = order(phone, "Salaires déclarés", "Trois derniers mois")
    assert phone.says("reçue, pas encore transmise") in state(phone)
    passes(house, seconds=1)
    assert phone.says("transmise à la caisse") in state(phone)
    passes(house, seconds=8)
    assert phone.says("en cours à la caisse") in state(phone)
    phone.gets_nothing()
    passes(house, seconds=20)
    phone.gets("votre attestation est prête", reference)
    assert phone.says("prête") in state(phone)
    checks_everywhere(house, reference)


def checks_everywhere(house: House, reference: str) -> None:
    """Whoever is handed the paper checks it, on any door."""
    checker = Phone(house, STRANGER)
    checker.dials(f"*384*3939*5*4*{reference}#")
    assert "Attestation vraie" in checker.reads()
    checker.texts(reference).gets("Attestation vraie", "Salaires")
    Visitor(house).opens(f"/fr/verify/{reference}").sees("Attestation vraie", "Salaires déclarés")


def test_what_was_announced_is_announced_once(house: House, phone: Phone) -> None:
    order(phone, "Immatriculation")
    for _ in range(5):
        passes(house, seconds=30)
    assert sum("prete" in text for text in phone.inbox) == 1


def test_a_refusal_is_announced_and_explained(house: House) -> None:
    phone = Phone(house, FR_NONE).speaks("fr")
    reference = order(phone, "Pension")
    passes(house, seconds=1)
    passes(house, seconds=30)
    phone.gets("demande refusée par la caisse", reference)
    told = state(phone)
    assert phone.says("refusée par la caisse") in told
    assert "La caisse ne vous verse pas de pension." in told
    phone.texts(reference).gets("ne vous verse pas de pension")


def test_a_request_waits_for_weeks_until_the_fund_is_back(house: House, phone: Phone) -> None:
    mood(house, "down")
    reference = order(phone, "Immatriculation")
    for _ in range(3):
        passes(house, days=7)
        assert phone.says("reçue, pas encore transmise") in state(phone)
    mood(house, "ok")
    passes(house, days=1)
    passes(house, seconds=30)
    phone.gets("votre attestation est prête", reference)


def test_a_request_that_was_taken_back_never_leaves(house: House, phone: Phone) -> None:
    order(phone, "Immatriculation")
    phone.dials().choose("Autres services", "Mes demandes", "Oui").sees("Demande annulée.")
    phone.waits()
    passes(house, seconds=1)
    passes(house, seconds=60)
    phone.gets_nothing()
    assert phone.says("annulée") in state(phone)


def test_what_is_settled_cannot_be_taken_back(house: House, phone: Phone) -> None:
    order(phone, "Immatriculation")
    passes(house, seconds=1)
    passes(house, seconds=30)
    phone.dials().choose("Autres services", "Mes demandes").sees_not("L'annuler ?")


def test_a_request_is_seen_on_every_door_wherever_it_was_made(house: House, phone: Phone) -> None:
    reference = order(phone, "Immatriculation")
    phone.texts(reference).gets(reference, "reçue, pas encore transmise")
    visitor = Visitor(house).signs_in(phone).opens("/fr/services/requests")
    visitor.sees(reference, "reçue, pas encore transmise").choose("Oui").sees("Demande annulée.")
    assert phone.says("annulée") in state(phone)


def test_a_code_asked_by_sms_opens_the_pages_with_the_wish_that_led_there(
    house: House, phone: Phone
) -> None:
    visitor = Visitor(house).opens("/fr/services/dossiers").sees("Entrer dans mon dossier")
    phone.waits()
    visitor.fills(phone=phone.number).presses("Recevoir un code par SMS")
    grants_wishes(house)
    phone.gets("code Lite")
    code = phone.news.split()[0]
    visitor.fills(phone=phone.number, code=code).presses("Entrer").sees("Quel dossier ?")


def test_a_stranger_is_called_back_once_a_day(house: House) -> None:
    phone = Phone(house, STRANGER).dials()
    phone.choose("Autres services", "Être rappelé", "Autre chose", "N'importe quand", "Oui")
    reference = phone.finds(r"\b3\d{11}\b")
    phone.gets("demande de rappel reçue", reference).drops()
    phone.dials().choose("Autres services", "Être rappelé").sees("déjà demandé", reference)
    phone.choose("La garder").sees("déjà demandé", reference)
    assert house.store.sql.one("select count(*) from requests") == (1,)


def asks_to_be_called(house: House) -> Phone:
    phone = Phone(house, STRANGER).dials()
    phone.choose("Autres services", "Être rappelé", "Autre chose", "N'importe quand", "Oui")
    return phone.drops()


def test_a_stranger_takes_a_call_back_back(house: House) -> None:
    asks_to_be_called(house).dials("*384*3939*5*2#").choose("L'annuler").sees("Demande annulée.")
    assert house.store.sql.one("select state from requests") == ("cancelled",)
    asks_to_be_called(house)


def test_a_request_that_has_left_is_not_said_to_be_called_back(house: House) -> None:
    phone = Phone(house, FR_SIX).dials("*384*3939*2*2*1#").drops()
    house.outbox.run_once()
    phone.dials("*384*3939*5*1#").choose("Oui").sees("Annulée ici, mais déjà partie")


def test_a_request_that_is_taken_back_while_its_fund_is_silent_never_leaves(
    house: House,
) -> None:
    """Not even where a try was out that moment, which puts the letter back afterwards."""
    phone = Phone(house, FR_SIX).dials("*384*3939*2*2*1#").drops()
    house.store.sql.run("update letters set state = 'sending', attempts = 1 where kind = 'fund'")
    phone.dials("*384*3939*5*1#").choose("Oui").sees("Annulée ici")
    house.store.sql.run("update letters set state = 'waiting' where kind = 'fund'")
    house.outbox.run_once()
    assert house.store.sql.one("select state from letters where kind = 'fund'") == ("expired",)
    assert house.store.sql.one("select state, receipt from requests") == ("cancelled", "")


def test_dialling_again_by_habit_takes_nothing_back(house: House) -> None:
    asks_to_be_called(house).dials("*384*3939*5*2*1*1*1#").sees("déjà demandé")
    assert house.store.sql.one("select state from requests") == ("queued",)


def test_the_call_back_of_another_phone_is_not_shown(house: House) -> None:
    asks_to_be_called(house)
    Phone(house, "+212655599999").dials("*384*3939*5*2#").sees_not("déjà demandé")


def test_the_same_attestation_twice_in_a_day_is_asked_about(house: House) -> None:
    phone = Phone(house, FR_THIRTY).dials("*384*3939*2#").choose("Immatriculation", "Oui")
    reference = phone.finds(r"\b2\d{11}\b")
    phone.drops().dials("*384*3939*2#").choose("Immatriculation")
    phone.sees(f"Déjà demandée ce jour, {reference}. Une autre ?")
    phone.choose("Non").sees("Rien n'a été envoyé.").drops()
    phone.dials("*384*3939*2#").choose("Immatriculation", "Oui").drops()
    assert house.store.sql.one("select count(*) from requests") == (2,)
    phone.dials("*384*3939*2#").choose("Pension").sees_not("Déjà demandée")


def test_a_bare_4_by_sms_sends_no_code(house: House) -> None:
    phone = Phone(house, FR_THIRTY).texts("4").gets("CODE")
    assert house.store.sql.one("select count(*) from codes") == (0,)
    phone.texts("CODE")
    assert house.store.sql.one("select count(*) from codes") == (1,)
