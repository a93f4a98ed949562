"""A form sent too late is kept, and finished by its person alone after signing in again."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from cards import card_of
from cast import AR_ONE, FR_SIX, FR_THIRTY
from phone import Phone
from reading import Page
from visitor import Visitor

from lite.app import House
from lite.clock import set_clock
from lite.services import SERVICES
from lite.services.form import Level, Reply, Service, Words
from lite.text import T
from lite.web import make_web

SAFE = "Rien n'est perdu"
BACK = "Voici ce que vous aviez écrit. Rien n'a encore été envoyé."
LOST = "Rien n'a été envoyé. Entrez, puis recommencez."


def later(house: House, minutes: float) -> None:
    set_clock(house.settings.clock, house.clock.now() + timedelta(minutes=minutes))


def count(house: House, table: str) -> int:
    return int(house.store.sql.one(f"select count(*) from {table}")[0])


def enters(visitor: Visitor, phone: Phone) -> Visitor:
    """Signs in on the page that is open."""
    code = phone.dials("*384*3939*4#").finds(r"\b\d{6}\b")
    return visitor.fills(phone=phone.number, code=code).presses("Entrer")


@pytest.fixture
def phone(house: House) -> Phone:
    return Phone(house, FR_THIRTY)


@pytest.fixture
def visitor(house: House, phone: Phone) -> Visitor:
    """Somebody who has filled a form, and has only to confirm it."""
    visitor = Visitor(house).signs_in(phone).opens("/fr/services/attestation")
    visitor.choose("Salaires déclarés").choose("Autre période")
    return visitor.types("01/2026").types("0626").sees("De 01/2026 à 06/2026")


def test_a_form_sent_too_late_is_finished_after_signing_in_again(
    visitor: Visitor, phone: Phone, house: House
) -> None:
    later(house, 21)
    visitor.presses("Oui").sees(SAFE, "gardé jusqu'à 11:21")
    assert count(house, "requests") == 0
    enters(visitor, phone).sees(BACK, "De 01/2026 à 06/2026")
    visitor.presses("Oui").sees("Référence :")
    assert (count(house, "requests"), count(house, "kept_forms")) == (1, 0)


def test_an_hour_after_signing_in_it_is_the_same(
    visitor: Visitor, phone: Phone, house: House
) -> None:
    """However busy one was: no session is longer."""
    confirm = visitor.page
    for _ in range(6):
        later(house, 10.1)
        visitor.opens("/fr/")
    visitor.page = confirm
    enters(visitor.presses("Oui").sees(SAFE), phone).presses("Oui").sees("Référence :")


def test_what_was_typed_in_the_middle_is_kept_too(house: House, phone: Phone) -> None:
    visitor = Visitor(house).signs_in(phone).opens("/fr/services/attestation?kind=1&period=4")
    later(house, 21)
    visitor.types("01/2026").types("0626").sees("Entrer dans mon dossier")
    enters(visitor, phone).sees("De 01/2026 à 06/2026").presses("Oui").sees("Référence :")


def test_what_is_in_no_address_is_kept_in_the_middle_too(house: House, phone: Phone) -> None:
    visitor = Visitor(house).signs_in(phone).opens("/fr/services/phone")
    later(house, 21)
    visitor.choose("Je le garde aussi").types("0655512345").types("0655512345")
    enters(visitor.sees(SAFE), phone).sees(BACK, "Nouveau numéro : 06******45", "tapez le code")
    assert count(house, "changes") == 0


def test_a_choice_among_ones_own_things_is_found_again(house: House, phone: Phone) -> None:
    """The last press is given again, by whoever sees what it is about."""
    visitor = Visitor(house).signs_in(phone).opens("/fr/services/attestation?kind=2")
    visitor.presses("Oui").opens("/fr/services/attestation?kind=3").presses("Oui")
    visitor.opens("/fr/services/requests").choose("Droits AMO 24/11/2026")
    later(house, 21)
    enters(visitor.presses("Oui").sees(SAFE), phone).sees(BACK, "L'annuler ?", "Droits AMO")
    visitor.presses("Oui").sees("Demande annulée.")


def test_nobody_else_who_signs_in_there_sees_it(visitor: Visitor, house: House) -> None:
    later(house, 21)
    visitor.presses("Oui").sees(SAFE)
    enters(visitor, Phone(house, FR_SIX)).sees_not(BACK, "01/2026")
    assert visitor.opens("/fr/services/attestation/late").sees_not("01/2026").status == 200
    assert count(house, "kept_forms") == 0


def test_nobody_who_signs_in_elsewhere_sees_it(
    visitor: Visitor, phone: Phone, house: House
) -> None:
    later(house, 21)
    visitor.presses("Oui").sees(SAFE)
    other = Visitor(house).opens("/fr/sign-in").sees_not(SAFE)
    enters(other, phone).sees_not(BACK)
    other.opens("/fr/services/attestation/late").sees_not("01/2026")


def test_another_site_can_plant_nothing(house: House, phone: Phone) -> None:
    """The cookie goes along with a forged form where the browser is old; the token does not. A
    stranger's own token is of the stranger's session."""
    stranger = Visitor(house).signs_in(Phone(house, FR_SIX)).opens("/fr/services/lost")
    token = dict(stranger.page.form.hidden)["csrf"]
    for forged in ("", "AAAA", token):
        visitor = Visitor(house).signs_in(phone).opens("/fr/services/phone")
        later(house, 21)
        form = visitor.page.form
        form.hidden = [("csrf", forged), ("number", "0655512345"), ("again", "0655512345")]
        form.typed.clear()
        visitor.presses("Continuer").sees(LOST)
        assert count(house, "kept_forms") == 0
        enters(visitor, phone).sees_not(BACK)


def test_what_was_left_is_left(visitor: Visitor, house: House) -> None:
    """Whoever pressed the button wanted it closed: a page that is still open sends nothing."""
    page = visitor.page
    visitor._shown(visitor._browser.post("/fr/leave"))
    visitor.page = page
    visitor.presses("Oui").sees(LOST).sees_not(SAFE)
    assert (count(house, "kept_forms"), count(house, "requests")) == (0, 0)


def test_what_was_closed_from_the_phone_is_closed(
    visitor: Visitor, phone: Phone, house: House
) -> None:
    phone.texts("WEB 0")
    visitor.presses("Oui").sees(LOST).sees_not(SAFE)
    assert (count(house, "kept_forms"), count(house, "requests")) == (0, 0)


def test_without_its_cookie_a_form_is_not_kept_and_the_page_says_so(
    visitor: Visitor, phone: Phone, house: House
) -> None:
    """A browser that was closed: the service is found again, and begun again."""
    visitor._browser = house.web.test_client()
    visitor.presses("Oui").sees(LOST)
    assert count(house, "kept_forms") == 0
    enters(visitor, phone).sees("Demander une attestation").sees_not("01/2026")


def test_digits_sent_from_the_phone_lead_back_to_it_too(
    visitor: Visitor, phone: Phone, house: House
) -> None:
    later(house, 21)
    visitor.presses("Oui").sees(SAFE).choose("Entrer par SMS, sans code")
    digits = re.search(r"WEB (\d{6})", visitor.presses("Montrer les chiffres").page.text)
    assert digits
    phone.texts(f"WEB {digits[1]}").texts("OUI")
    visitor.presses("J'ai envoyé").sees(BACK, "De 01/2026 à 06/2026")
    visitor.presses("Oui").sees("Référence :")


def test_what_had_been_done_is_not_done_again(visitor: Visitor, phone: Phone, house: House) -> None:
    """The answer was lost on its way, and the button is pressed once more an hour later."""
    confirm = visitor.page
    visitor.presses("Oui").sees("Référence :")
    later(house, 21)
    visitor.page = confirm
    enters(visitor.presses("Oui").sees(SAFE), phone).sees("Référence :").sees_not(BACK)
    assert (count(house, "requests"), count(house, "kept_forms")) == (1, 0)


def test_a_page_left_open_is_still_good_after_signing_in_in_another(
    visitor: Visitor, phone: Phone, house: House
) -> None:
    confirm = visitor.page
    later(house, 21)
    enters(visitor.opens("/fr/sign-in"), phone)
    visitor.page = confirm
    visitor.presses("Oui").sees("Référence :")


def test_a_page_of_one_person_is_no_good_for_the_next(visitor: Visitor, house: House) -> None:
    confirm = visitor.page
    enters(visitor.opens("/fr/sign-in"), Phone(house, FR_SIX))
    visitor.page = confirm
    assert visitor.presses("Oui").sees("Cette page a vieilli").status == 403
    assert count(house, "requests") == 0


def test_what_is_kept_is_sealed_short_lived_and_in_no_address(house: House, phone: Phone) -> None:
    visitor = Visitor(house).signs_in(phone).opens("/fr/services/phone")
    later(house, 21)
    form = visitor.page.form
    sent = visitor._browser.post(
        form.action, data=dict(form.hidden) | {"number": "0655512345", "again": "0655512345"}
    )
    assert "0655512345" not in sent.location
    assert "55512345" not in str(house.store.sql.all("select * from kept_forms"))
    visitor._shown(sent).sees(SAFE, "gardé jusqu'à 11:21")
    later(house, 61)
    enters(visitor.opens(sent.location).sees_not(SAFE), phone).sees_not("55512345")


def test_erasure_and_retention_reach_it(visitor: Visitor, house: House) -> None:
    later(house, 21)
    visitor.presses("Oui").sees(SAFE)
    person = house.store.sql.one("select person from kept_forms")[0]
    house.store.erasure.wipe(person)
    assert count(house, "kept_forms") == 0


def test_no_code_of_a_card_is_ever_kept(house: House, phone: Phone) -> None:
    visitor = Visitor(house).signs_in(phone).opens("/fr/services/dossiers")
    for address in [link for _, link in visitor.page.links if "?dossier=" in link]:
        if "card" in visitor.opens(address).page.text or visitor.page.text.count("carte"):
            break
    later(house, 21)
    code = next(iter(card_of(house, FR_THIRTY).values()))
    visitor.fills(card=code).presses("Continuer").sees(SAFE)
    enters(visitor, phone).sees("Statut :", "Tapez le code").sees_not(code)
    assert count(house, "card_codes") and not house.store.sql.all(
        "select 1 from card_codes where used_at is not null"
    )


# A service that needs a code of the card for all that it asks.
NOTED: list[str] = []
SECRET = Service(
    key="secret", level=Level.T2, ussd="9*9", title=T("Mes dossiers"), short=T("Mes dossiers"),
    words={"fr": ("SECRET",)}, commits=True,
    fields=(Words(name="note", ask=T("Votre ville ?"), help=T("Tapez 1 ou 2.")),),
    answer=lambda desk, answers: NOTED.append(answers["note"]) or Reply([T("Demande annulée.")]),
    confirm=lambda desk, answers: [T("Statut : {status}", status=answers["note"])],
)  # fmt: skip


@pytest.fixture
def deep(house: House) -> Any:
    NOTED.clear()
    return SimpleNamespace(web=make_web(house.office, [*SERVICES, SECRET]))


def proves(visitor: Visitor, house: House) -> Visitor:
    number = visitor.page.text.partition("le code ")[2].partition(" ")[0]
    return visitor.fills(card=card_of(house, FR_THIRTY)[int(number)]).presses("Continuer")


def test_when_the_card_lapsed_the_form_waits_for_its_next_code(
    deep: Any, house: House, phone: Phone
) -> None:
    visitor = Visitor(deep).signs_in(phone).opens("/fr/services/secret").fills(note="Mon mot")
    proves(visitor, house).sees("Statut : Mon mot")
    later(house, 6)
    visitor.presses("Oui").sees(BACK, "Tapez le code").sees_not("Votre ville")
    assert NOTED == []
    proves(visitor, house).sees("Statut : Mon mot").presses("Oui").sees("Demande annulée.")
    assert (NOTED, count(house, "kept_forms")) == (["Mon mot"], 0)


def test_a_wrong_code_of_the_card_loses_nothing(deep: Any, house: House, phone: Phone) -> None:
    visitor = Visitor(deep).signs_in(phone).opens("/fr/services/secret").fills(note="Mon mot")
    proves(visitor, house)
    later(house, 6)
    visitor.presses("Oui").fills(card="000000").presses("Continuer").sees("Ce code est faux")
    proves(visitor, house).sees("Statut : Mon mot").presses("Oui")
    assert NOTED == ["Mon mot"]


def test_from_the_card_to_nobody_and_back(deep: Any, house: House, phone: Phone) -> None:
    visitor = Visitor(deep).signs_in(phone).opens("/fr/services/secret").fills(note="Mon mot")
    proves(visitor, house).sees("Statut : Mon mot")
    later(house, 61)
    enters(visitor.presses("Oui").sees(SAFE), phone).sees(BACK, "Tapez le code")
    proves(visitor, house).sees("Statut : Mon mot").presses("Oui").sees("Demande annulée.")
    assert NOTED == ["Mon mot"]


def test_in_arabic_it_is_the_same(house: House) -> None:
    phone = Phone(house, AR_ONE, "ar")
    visitor = Visitor(house, "ar").signs_in(phone).opens("/ar/services/attestation?kind=2")
    later(house, 21)
    enters(visitor.presses("Oui").sees("ما كتبتموه محفوظ حتى 11:21"), phone)
    visitor.sees("هذا ما كتبتموه").presses("Oui").sees("المرجع")
    assert Page(visitor._browser.get("/ar/")).html.count('الجلسة مفتوحة حتى <bdi dir="ltr">')
