"""Amounts on the pages, after one code of the paper card."""

from __future__ import annotations

import re
from datetime import timedelta

from cards import card_of
from cast import FR_THIRTY, dossiers_of
from flask.testing import FlaskClient
from reading import Page, follow

from lite.app import House
from lite.clock import set_clock

HERE = "/fr/services/dossiers"


def digit_with_amount(house: House, client: FlaskClient) -> str:
    """Which choice on the page is a dossier that holds a sum."""
    number = next(one.number for one in dossiers_of(FR_THIRTY, house) if one.claimed)
    html = "".join(client.get(f"{HERE}?part={part}").text for part in range(1, 5))
    return re.findall(rf"dossier=(\w+)\"[^>]*>(?:(?!</a>).)*{number}", html)[-1]


def asked(page: Page) -> int:
    return int(re.search(r"code (\d+) de votre carte", page.text)[1])  # type: ignore[index]


def token(page: Page) -> str:
    return re.search(r'name="?csrf"? value="?([^">]+)', page.html).group(1)  # type: ignore[union-attr]


def give(client: FlaskClient, page: Page, digit: str, code: str) -> Page:
    form = {"dossier": digit, "card": code, "csrf": token(page)}
    return follow(client, client.post(HERE, data=form))


def test_a_code_of_the_card_shows_the_amount(thirty: FlaskClient, house: House) -> None:
    digit = digit_with_amount(house, thirty)
    page = Page(thirty.get(f"{HERE}?dossier={digit}"))
    assert "DH" not in page.text
    before = thirty.get_cookie("s").value  # type: ignore[union-attr]
    page = give(thirty, page, digit, card_of(house, FR_THIRTY)[asked(page)])
    assert "DH" in page.text
    after = thirty.get_cookie("s").value  # type: ignore[union-attr]
    assert after != before, "the session is renewed with its level"


def test_a_wrong_code_shows_nothing(thirty: FlaskClient, house: House) -> None:
    digit = digit_with_amount(house, thirty)
    page = Page(thirty.get(f"{HERE}?dossier={digit}"))
    page = give(thirty, page, digit, "000000")
    assert "DH" not in page.text
    assert "code est faux" in page.text


def test_after_five_idle_minutes_the_amount_is_hidden_again(
    thirty: FlaskClient, house: House
) -> None:
    digit = digit_with_amount(house, thirty)
    page = Page(thirty.get(f"{HERE}?dossier={digit}"))
    give(thirty, page, digit, card_of(house, FR_THIRTY)[asked(page)])
    set_clock(house.settings.clock, house.clock.now() + timedelta(minutes=6))
    page = Page(thirty.get(f"{HERE}?dossier={digit}"))
    assert "Statut" in page.text
    assert "DH" not in page.text


def test_the_page_says_how_long_the_amount_is_shown(thirty: FlaskClient, house: House) -> None:
    digit = digit_with_amount(house, thirty)
    page = Page(thirty.get(f"{HERE}?dossier={digit}"))
    assert "Session ouverte jusqu'à 10:20" in page.text
    page = give(thirty, page, digit, card_of(house, FR_THIRTY)[asked(page)])
    assert "Montants visibles jusqu'à 10:05, session ouverte jusqu'à 10:20" in page.text
    for _ in range(13):
        set_clock(house.settings.clock, house.clock.now() + timedelta(minutes=4, seconds=30))
        page = Page(thirty.get(f"{HERE}?dossier={digit}"))
    assert "Session ouverte jusqu'à 11:00" in page.text
    assert "DH" in page.text


def test_the_cookie_before_the_card_opens_nothing(thirty: FlaskClient, house: House) -> None:
    digit = digit_with_amount(house, thirty)
    before = thirty.get_cookie("s").value  # type: ignore[union-attr]
    page = Page(thirty.get(f"{HERE}?dossier={digit}"))
    give(thirty, page, digit, card_of(house, FR_THIRTY)[asked(page)])
    thirty.set_cookie("s", before)
    assert thirty.get(HERE).status_code == 303
