"""A helper does what a mandate holds, on a phone of their own, seen by the person; no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cards import card_of
from cast import FR_SIX, FR_THIRTY, STRANGER
from houses import START
from phone import Phone
from visitor import Visitor

from lite.app import House
from lite.clock import set_clock, stamp
from lite.identity import audit, cards
from lite.identity.changes import DELAY
from lite.services.form import WHO, Form, Level
from lite.services.lost import SERVICE as LOST
from lite.services.rights import SERVICE as RIGHTS

PAID = "1030787185"
LATER = START + DELAY + timedelta(minutes=1)
REFUSED = "Votre mandat d'aidant ne va pas jusque-là."


def person_of(house: House, number: str) -> str:
    (person,) = house.store.people.of_phone(house.office.index(number))
    return person


def names(house: House, helper: str, scope: str = "1", months: str = "2") -> Phone:
    """FR_THIRTY chooses a helper, with a code of the card."""
    owner = Phone(house, FR_THIRTY).dials("*384*3939*5*17#")
    typed = "0" + helper.removeprefix("+212")
    owner.types(typed, typed).presses(scope, months)
    challenge = cards.challenge(house.store, person_of(house, FR_THIRTY))
    assert challenge
    owner.types(card_of(house, FR_THIRTY)[challenge.number]).sees("C'est noté.").drops()
    return owner


def goes_by(house: House, to: object = LATER) -> None:
    """The notices arrive, time goes by, and the worker looks."""
    house.store.sql.run("update letters set state = 'delivered'")
    set_clock(house.settings.clock, to)  # type: ignore[arg-type]
    house.changes.run_due(house.clock.now())


@pytest.fixture
def owner(house: House) -> Phone:
    """A person whose dossiers (and nothing else) a stranger's phone may follow."""
    phone = names(house, STRANGER)
    goes_by(house)
    return phone


@pytest.fixture
def helper(house: House, owner: Phone) -> Phone:
    return Phone(house, STRANGER)


def test_a_helper_is_nobody_for_72_hours(house: House) -> None:
    names(house, STRANGER)
    goes_by(house, START + DELAY - timedelta(minutes=1))
    Phone(house, STRANGER).dials().sees("Numéro non inscrit").sees_not("Mes dossiers")
    goes_by(house)
    Phone(house, STRANGER).dials().sees("Mes dossiers")


def test_a_helper_sees_what_the_mandate_holds(helper: Phone) -> None:
    helper.dials().sees("Mes dossiers").sees_not("Attestation", "Mes droits AMO", "S'inscrire")
    helper.choose("Mes dossiers", PAID).sees("payé")


def test_a_helper_never_sees_an_amount(helper: Phone) -> None:
    helper.dials().choose("Mes dossiers", PAID).sees_not("carte", "Montant", "MAD")


@pytest.mark.parametrize("digits", ["2", "3", "4", "5*1", "5*13", "5*14", "5*16", "5*17", "5*18"])
def test_what_a_mandate_does_not_hold_is_refused_in_a_sentence(helper: Phone, digits: str) -> None:
    helper.dials(f"*384*3939*{digits}#")
    assert helper.says(REFUSED) in helper.reads()


def test_and_by_sms(helper: Phone) -> None:
    helper.texts("DROITS").gets(REFUSED)
    helper.texts("DOSSIER").gets("Quel dossier ?")
    helper.texts(PAID).gets("payé")


def test_public_services_are_a_helpers_own(helper: Phone) -> None:
    helper.dials("*384*3939*5*5#").sees("Lite fonctionne.")
    helper.dials("*384*3939*5*2#").presses("1", "1", "1").sees("Demande reçue.")
    assert helper.house.store.sql.all("select person from requests") == [(None,)]


def test_an_order_for_somebody_is_theirs(house: House) -> None:
    names(house, STRANGER, scope="4")
    goes_by(house)
    helper = Phone(house, STRANGER).dials()
    helper.choose("Attestation", "Immatriculation", "Oui").sees("Demande reçue")
    person = person_of(house, FR_THIRTY)
    assert house.store.sql.all("select person from requests") == [(person,)]
    assert acts(house) == [("helper_acted", "attestation")]


# One's own file, and that of another


@pytest.fixture
def both(house: House) -> Phone:
    """A person with a file of their own who helps another one with dossiers."""
    names(house, FR_SIX)
    goes_by(house)
    return Phone(house, FR_SIX)


def test_whoever_has_a_file_too_says_for_whom(house: House, both: Phone) -> None:
    both.dials().choose("Mes dossiers").sees("Pour qui ?")
    assert len(both.options) == 2
    both.presses("2").choose(PAID).sees("payé")


def test_what_the_mandate_does_not_hold_is_never_answered_with_ones_own(both: Phone) -> None:
    both.dials().choose("Mes dossiers").presses("2").choose(PAID).presses("00")
    both.choose("Mes droits AMO").sees(REFUSED)
    both.dials().choose("Mes droits AMO").sees_not(REFUSED, "Pour qui ?")


def test_a_code_for_the_pages_is_for_ones_own_alone(house: House, both: Phone) -> None:
    visitor = Visitor(house).signs_in(both)
    visitor.opens("/fr/services/dossiers").sees_not("Pour qui ?", PAID)


def test_a_code_wished_for_on_a_page_never_comes_to_a_helper(house: House, helper: Phone) -> None:
    helper.waits()
    Visitor(house).opens("/fr/sign-in").fills(phone=STRANGER).presses("Entrer")
    house.outbox.run_once()
    helper.gets_nothing()


# Seen by the person


def acts(house: House) -> list[tuple[str, str]]:
    return [
        (act, detail)
        for act, detail in house.store.sql.all(
            "select act, detail from audit where who like 'helper:%' order by seq"
        )
    ]


def test_each_use_is_logged_and_told_once_a_day(house: House, owner: Phone, helper: Phone) -> None:
    owner.waits()
    helper.dials().choose("Mes dossiers")
    owner.gets("Lite : votre aidant 06******45 a agi pour vous.", "Il a vu vos dossiers.")
    owner.gets("FIN au 3939")
    helper.choose(PAID)
    assert acts(house) == [("helper_acted", "dossiers")]
    set_clock(house.settings.clock, LATER + timedelta(hours=1))
    helper.dials("*384*3939*1#")
    assert len(owner.inbox[owner._read :]) == 1
    assert acts(house) == [("helper_acted", "dossiers")] * 2
    set_clock(house.settings.clock, LATER + timedelta(days=1, minutes=1))
    owner.waits()
    helper.dials("*384*3939*1#")
    owner.gets("Il a vu vos dossiers.")
    assert audit.verify(house.store, house.vault) == []


# Its end


def test_one_word_ends_it_at_once(owner: Phone, helper: Phone) -> None:
    helper.waits()
    owner.texts("FIN").gets("Aidant : 06******45", "Voir mes dossiers")
    owner.texts("oui").gets("C'est fait")
    helper.gets("Lite : votre mandat d'aidant est terminé.")
    helper.dials().sees("Numéro non inscrit").sees_not("Mes dossiers")


def test_it_ends_on_its_day(house: House) -> None:
    names(house, STRANGER, months="1")
    goes_by(house)
    last = LATER.replace(month=12)
    helper = Phone(house, STRANGER)
    set_clock(house.settings.clock, last - timedelta(minutes=2))
    helper.dials().sees("Mes dossiers")
    set_clock(house.settings.clock, last + timedelta(minutes=2))
    helper.dials().sees("Numéro non inscrit")


def test_it_ends_in_the_middle_of_a_call(owner: Phone, helper: Phone) -> None:
    helper.dials().choose("Mes dossiers")
    owner.texts("FIN").texts("oui")
    helper.presses("1")
    assert "Personne ne peut vous inscrire par téléphone." in helper.reads()


# At the desk itself


def test_the_desk_refuses_what_a_service_should_not_have_asked(house: House, helper: Phone) -> None:
    from lite.desk.door import Door

    person, door = person_of(house, FR_THIRTY), Door(house.office, "ussd")
    desk = door.desk(STRANGER, "turn", "fr")
    assert desk.level == Level.T0
    serving = desk.serving("dossiers").on_behalf(person)
    with house.store.transaction():
        assert serving.dossiers().value
        assert serving.card is None
        for forbidden in (
            serving.rights, serving.lose_card, serving.cannot_read_card, serving.pages.close,
            serving.changes.all, serving.mandates.living, lambda: serving.prove("000000"),
            lambda: serving.ask("salaries", {}),
        ):  # fmt: skip
            with pytest.raises(PermissionError):
                forbidden()
        for service in (RIGHTS, LOST):
            form = Form(service, desk, {WHO: person})
            assert form.asked() is None
            assert [line.id for line in form.answer().lines] == [REFUSED]


def test_a_stolen_store_holds_no_helpers_number(house: House, helper: Phone) -> None:
    dump = "\n".join(map(str, house.store.sql.all("select * from mandates")))
    assert STRANGER[1:] not in dump
    assert stamp(LATER)[:10] in dump
