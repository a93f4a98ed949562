"""Signing in by text: digits on a page, sent from the enrolled phone, confirmed, entered once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from cast import AR_ONE, FR_SIX, FR_THIRTY, SHARED, STRANGER
from phone import Phone
from visitor import Visitor

from lite.app import House
from lite.clock import set_clock
from lite.fit import cost
from lite.identity import texted
from lite.identity.phones import lose
from lite.numbers import has_digit, with_digit
from lite.services import SERVICES
from lite.web import make_web

SURE, DONE = "Répondez OUI pour confirmer.", "C'est fait : revenez à la page"
NOT_YET = "Pas encore. Envoyez le SMS, répondez OUI, puis appuyez de nouveau."
INSIDE = "Quitter mon dossier"


def waits(visitor: Visitor) -> str:
    """The page shows digits: what it says to send."""
    visitor.opens(f"/{visitor.language}/sign-in/sms").presses("Montrer les chiffres")
    return shown(visitor)


def shown(visitor: Visitor) -> str:
    found = re.search(r"WEB (\d{6})", visitor.page.text)
    assert found, visitor.page.text
    return found[1]


def later(house: House, **span: float) -> None:
    set_clock(house.settings.clock, house.clock.now() + timedelta(**span))


def sessions(house: House) -> int:
    return int(house.store.sql.one("select count(*) from web_sessions")[0])


@pytest.fixture
def visitor(house: House) -> Visitor:
    return Visitor(house)


@pytest.fixture
def phone(house: House) -> Phone:
    return Phone(house, FR_THIRTY)


def test_digits_sent_and_confirmed_open_the_page(visitor: Visitor, phone: Phone) -> None:
    phone.texts(f"WEB {waits(visitor)}").gets("va ouvrir VOTRE dossier", "10:00", SURE)
    visitor.presses("J'ai envoyé").sees(NOT_YET)
    phone.texts("OUI").gets(DONE)
    visitor.presses("J'ai envoyé").sees(INSIDE)
    visitor.opens("/fr/services/dossiers").sees("Quel dossier ?")


def test_what_is_asked_and_answered_by_sms_stays_cheap(visitor: Visitor, phone: Phone) -> None:
    phone.texts(f"WEB {waits(visitor)}").gets(SURE)
    assert cost(phone.news).segments <= 2
    phone.texts("oui").gets(DONE)
    assert cost(phone.news).segments == 1


def test_the_question_is_one_screen_in_french(visitor: Visitor, phone: Phone) -> None:
    phone.dials(f"*384*3939*5*14*{waits(visitor)}#")
    phone.sees("va ouvrir VOTRE dossier", SURE, "1 Oui")
    assert not phone.more
    phone.presses("1").sees(DONE)
    assert phone.ended
    visitor.presses("J'ai envoyé").sees(INSIDE)


@pytest.mark.parametrize("write", ["{}", "web{}", "Web : {}", "موقع {}", "ويب{}", "WEB {0:.3} {1}"])
def test_digits_are_read_as_people_send_them(
    visitor: Visitor, phone: Phone, write: str
) -> None:
    digits = waits(visitor)
    sent = f"WEB {digits[:3]} {digits[3:]}" if "0:" in write else write.format(digits)
    phone.texts(sent)
    phone.texts("1")
    visitor.presses("J'ai envoyé").sees(INSIDE)


def test_whoever_says_no_opens_nothing(house: House, visitor: Visitor, phone: Phone) -> None:
    phone.texts(f"WEB {waits(visitor)}")
    phone.texts("NON").gets("Rien n'a été envoyé.")
    visitor.presses("J'ai envoyé").sees(NOT_YET)
    assert sessions(house) == 0


def test_the_service_that_was_wanted_opens(visitor: Visitor, phone: Phone) -> None:
    visitor.opens("/fr/services/dossiers").choose("Entrer par SMS, sans code")
    visitor.presses("Montrer les chiffres")
    phone.texts(shown(visitor))
    phone.texts("1")
    visitor.presses("J'ai envoyé").sees("Quel dossier ?")


def test_only_the_browser_that_shows_the_digits_enters(
    house: House, visitor: Visitor, phone: Phone
) -> None:
    other = Visitor(house)
    waits(other)
    digits = waits(visitor)
    assert shown(other) != digits
    phone.texts(digits)
    phone.texts("1")
    other.presses("J'ai envoyé").sees(NOT_YET)
    visitor.presses("J'ai envoyé").sees(INSIDE)


def test_digits_open_once(house: House, visitor: Visitor, phone: Phone) -> None:
    digits = waits(visitor)
    cookie = visitor._browser.get_cookie("p")
    assert cookie
    phone.texts(digits)
    phone.texts("1")
    visitor.presses("J'ai envoyé").sees(INSIDE)
    assert visitor._browser.get_cookie("p") is None
    thief = Visitor(house)
    thief._browser.set_cookie("p", cookie.value)
    assert thief._browser.post("/fr/sign-in/sms/sent").status_code == 422
    assert sessions(house) == 1
    phone.texts(f"WEB {digits}").gets("Aucune page n'attend ce numéro.")


def test_digits_are_dead_after_ten_minutes(house: House, visitor: Visitor, phone: Phone) -> None:
    digits = waits(visitor)
    phone.texts(digits)
    later(house, minutes=10)
    phone.texts("1").gets("Aucune page n'attend ce numéro.")
    visitor.presses("J'ai envoyé").sees("Ces chiffres sont trop vieux")
    visitor.presses("Montrer les chiffres")
    assert shown(visitor) != digits


def test_a_confirmed_page_is_dead_too_after_ten_minutes(
    house: House, visitor: Visitor, phone: Phone
) -> None:
    phone.texts(waits(visitor))
    phone.texts("1").gets(DONE)
    later(house, minutes=10)
    visitor.presses("J'ai envoyé").sees("Ces chiffres sont trop vieux")
    assert sessions(house) == 0


def test_a_second_tap_or_a_reload_shows_the_same_digits(visitor: Visitor) -> None:
    digits = waits(visitor)
    visitor.opens("/fr/sign-in/sms")
    assert shown(visitor) == digits
    visitor._browser.post("/fr/sign-in/sms")
    assert shown(visitor.opens("/ar/sign-in/sms")) == digits


def test_one_wrong_digit_is_told_and_opens_nobody_elses_page(
    visitor: Visitor, phone: Phone
) -> None:
    digits = waits(visitor)
    for place in range(6):
        slip = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        phone.texts(f"WEB {slip}").gets("Un chiffre est faux")


def test_a_check_digit_finds_every_wrong_digit() -> None:
    for number in ("00000", "48291", "99999"):
        whole = with_digit(number)
        assert has_digit(whole)
        slips = {whole[:at] + d + whole[at + 1 :] for at in range(6) for d in "0123456789"}
        assert [slip for slip in slips - {whole} if has_digit(slip)] == []


def test_a_stranger_opens_nothing(house: House, visitor: Visitor) -> None:
    stranger = Phone(house, STRANGER)
    stranger.texts(f"WEB {waits(visitor)}").gets("Ce téléphone n'est pas inscrit.")
    visitor.presses("J'ai envoyé").sees(NOT_YET)


def test_on_a_shared_phone_one_says_who(house: House, visitor: Visitor) -> None:
    phone = Phone(house, SHARED).speaks("fr")
    phone.texts(f"WEB {waits(visitor)}").gets("Pour qui ?")
    phone.texts("2").gets(SURE)
    phone.texts("OUI").gets(DONE)
    visitor.presses("J'ai envoyé").sees(INSIDE)
    second = house.store.people.of_phone(house.office.index(SHARED))[1]
    assert house.store.sql.one("select person from web_sessions") == (second,)


def test_an_arabic_speaker_is_answered_in_arabic(house: House) -> None:
    visitor, phone = Visitor(house, "ar"), Phone(house, AR_ONE, "ar")
    phone.texts(f"WEB {waits(visitor)}").gets(SURE)
    phone.texts("نعم").gets("C'est fait : revenez à la page et appuyez sur « J'ai envoyé ».")
    visitor.presses("J'ai envoyé").sees(INSIDE)


def test_web_0_closes_every_page_of_the_person_and_nobody_elses(
    house: House, visitor: Visitor, phone: Phone
) -> None:
    others = Visitor(house).signs_in(Phone(house, FR_SIX))
    visitor.signs_in(phone)
    about = Visitor(house)
    phone.texts(waits(about))
    phone.texts("1")
    phone.texts("WEB 0").gets("toutes vos pages web sont fermées")
    visitor.opens("/fr/services/dossiers").sees("Entrer dans mon dossier")
    about.presses("J'ai envoyé").sees("Ces chiffres sont trop vieux")
    others.opens("/fr/services/rights").sees(INSIDE)


def test_a_phone_lost_meanwhile_opens_nothing(
    house: House, visitor: Visitor, phone: Phone
) -> None:
    phone.texts(waits(visitor))
    phone.texts("1").gets(DONE)
    index = house.office.index(FR_THIRTY)
    (person,) = house.store.people.of_phone(index)
    assert lose(house.store, house.vault, person, index, "system", house.clock.now())
    visitor.presses("J'ai envoyé").sees_not(INSIDE)
    assert sessions(house) == 0


def test_no_failure_elsewhere_closes_this_way_in(house: House) -> None:
    """Every code that a stranger can guess at is used up: the account's, and the site's budget."""
    office = house.office
    site = make_web(office.__class__(**{**office.__dict__, "guess_budget": 12}), SERVICES)
    stranger, own = site.test_client(), site.test_client()
    for hour in range(12):
        later(house, hours=1, minutes=1)
        for phone in (FR_THIRTY, STRANGER):
            stranger.post("/fr/sign-in", data={"phone": phone, "code": f"{hour:06}"})
    page = own.get("/fr/sign-in")
    assert page.status_code == 429
    assert "/fr/sign-in/sms" in page.text
    assert 'name="code"' not in page.text
    assert 'href="#sms"' in page.text and 'id="sms"' in page.text
    digits = re.search(r"WEB (\d{6})", own.post("/fr/sign-in/sms", follow_redirects=True).text)
    assert digits
    phone = Phone(house, FR_THIRTY).texts(digits[0]).texts("OUI").gets(DONE)
    assert phone
    assert own.post("/fr/sign-in/sms/sent").status_code == 303
    assert INSIDE in own.get("/fr/services/rights").text


@pytest.mark.parametrize(
    ("secure", "base", "name"),
    [
        (True, "http://lite.ma", "__Host-p"),
        (False, "http://127.0.0.1:8000", "p"),
        (False, "http://192.168.1.2:8000", ""),
    ],
)
def test_the_browsers_cookie_is_guarded(house: House, secure: bool, base: str, name: str) -> None:
    client = make_web(house.office, SERVICES, secure=secure).test_client()
    response = client.post("/fr/sign-in/sms", base_url=base)
    cookie = response.headers.get("Set-Cookie", "")
    assert cookie.partition("=")[0] == name
    assert response.status_code == (303 if name else 403)
    assert not name or re.fullmatch(
        rf"{name}=[\w-]{{22}}; Expires=.*; Max-Age=3600;( Secure;)? HttpOnly; Path=/; SameSite=Lax",
        cookie,
    )


def test_when_we_are_down_no_digits_are_blamed(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits(visitor)
    monkeypatch.setattr("lite.identity.texted.enter", lambda *ignored: 1 / 0)
    visitor.presses("J'ai envoyé").sees("Votre code n'est pas en cause.")
    assert visitor.status == 503


def test_nothing_in_the_store_tells_the_digits_or_the_phone(
    house: House, visitor: Visitor, phone: Phone
) -> None:
    digits = waits(visitor)
    phone.texts(digits)
    phone.texts("1")
    kept = str(house.store.sql.all("select * from pending_pages"))
    assert digits not in kept
    assert FR_THIRTY[1:] not in kept


def test_too_many_pages_make_room_for_the_latest(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texted, "MOST", 5)
    store, vault = house.store, house.vault
    for number in range(9):
        later(house, seconds=1)
        texted.begin(store, vault, f"browser-{number}", house.clock.now())
    living: list[Any] = [
        number for number in range(9)
        if texted.find(store, vault, f"browser-{number}", house.clock.now())
    ]  # fmt: skip
    assert living == [4, 5, 6, 7, 8]


def test_two_pages_never_show_the_same_digits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    draws = iter([7, 7, 7, 8])
    monkeypatch.setattr(texted.secrets, "randbelow", lambda most: next(draws))
    found = []
    for browser in ("one", "other"):
        texted.begin(house.store, house.vault, browser, house.clock.now())
        page = texted.find(house.store, house.vault, browser, house.clock.now())
        assert page
        found.append(page.digits[:5])
    assert found == ["00007", "00008"]
