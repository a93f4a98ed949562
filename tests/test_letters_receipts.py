"""What a receipt number proves, and to whom a refusal is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from cast import FR_SIX as SALIMA
from phone import Phone

from lite.app import House
from lite.clock import set_clock
from lite.upstream import pretend

STRANGER = "+212699999999"


def asked(house: House) -> str:
    return str(house.store.sql.all("select reference from requests")[-1][0])


def after(house: House, **delta: float) -> None:
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(**delta))


def fund(house: House, mood: str) -> None:
    pretend.switch(house.settings.upstream.partition("//")[2].partition("?")[0], mood)


@pytest.fixture
def reference(house: House) -> str:
    Phone(house, SALIMA).dials().choose("Attestation", "Immatriculation", "Oui").drops()
    return asked(house)


def test_a_reference_proves_what_was_announced_and_when(house: House, reference: str) -> None:
    fund(house, "down")
    house.outbox.run_once()
    after(house, days=21)
    checker = Phone(house, STRANGER).dials(f"*384*3939*5*4*{reference}#")
    checker.sees("Demande d'attestation", "Annoncé à Lite le 24/11/2026 à 10:00")
    checker.sees("Pas encore transmis à la caisse.")
    checker.sees_not("Immatriculation")


def test_it_is_a_deposit_when_the_fund_has_recorded_one(house: House, reference: str) -> None:
    fund(house, "down")
    house.outbox.run_once()
    after(house, days=21)
    fund(house, "ok")
    house.outbox.run_once()
    checker = Phone(house, STRANGER).dials(f"*384*3939*5*4*{reference}#")
    checker.sees("Annoncé à Lite le 24/11/2026", "Dépôt enregistré par la caisse le 15/12/2026")


def test_what_was_taken_back_says_so(house: House, reference: str) -> None:
    Phone(house, SALIMA).dials("*384*3939*5*1*1#").drops()
    Phone(house, STRANGER).dials(f"*384*3939*5*4*{reference}#").sees("Annulé depuis.")


def test_what_was_erased_is_unknown(house: House, reference: str) -> None:
    house.store.sql.run("delete from requests")
    Phone(house, STRANGER).dials(f"*384*3939*5*4*{reference}#").sees("inconnue")


def test_a_refusal_is_told_to_the_person_in_words(house: House) -> None:
    """By an SMS that says no more than that; the reason to whoever asks with the reference."""
    phone = Phone(house, SALIMA)
    phone.dials().choose("Attestation", "Immatriculation", "Oui").drops().waits()
    house.store.sql.run("update letters set state = 'accepted' where kind <> 'fund'")
    sealed = house.store.sql.one("select id, sealed from letters where kind = 'fund'")
    assert sealed
    content = house.office.open(f"letters.sealed:{sealed[0]}", sealed[1])
    house.store.sql.run(
        "update letters set sealed = ? where id = ?",
        house.office.seal(f"letters.sealed:{sealed[0]}", content | {"type": "no such thing"}),
        sealed[0],
    )
    phone.reads()
    house.outbox.run_once()
    phone.gets("Lite : demande refusée par la caisse.", asked(house))
    phone.dials("*384*3939*5*1#").sees("refusée par la caisse", "Demandez la raison à l'agence")


def test_equal_requests_are_told_apart(house: House) -> None:
    phone = Phone(house, SALIMA)
    for minutes in (0, 0, 75):
        after(house, minutes=minutes)
        phone.dials().choose("Attestation", "Pension", "Oui").drops().waits()
    phone.dials("*384*3939*5*1#").sees("Pension 24/11/2026 11:15")
    shown = "\n".join(phone.options.values())
    while phone.more:
        phone.presses("7")
        shown += "\n" + "\n".join(phone.options.values())
    for (reference,) in house.store.sql.all("select reference from requests order by asked_at")[:2]:
        assert f"Pension {reference}" in shown


def test_a_stranger_may_complain_once_for_each_thing(house: House) -> None:
    phone = Phone(house, STRANGER)
    for words, told in (("Trop long", "Réclamation reçue."), ("Trop long", "Nous avons déjà"),
                        ("Mal reçu", "Réclamation reçue.")):  # fmt: skip
        phone.dials("*384*3939*5*21#").choose("L'accueil").types(words).choose("Oui").sees(told)
        phone.drops().waits()
    assert house.store.sql.one("select count(*) from requests") == (2,)
