"""Browsers whose pages others can read open what a call opens, and never what a card opens."""

from __future__ import annotations

import re

import pytest
from cards import card_of
from cast import FR_THIRTY
from flask.testing import FlaskClient
from reading import Page, follow

from lite.app import House
from lite.services import SERVICES
from lite.services.form import Level

MINI = "Opera/9.80 (Android; Opera Mini/36.2/191.270; U; fr) Presto/2.12.423 Version/12.16"
DESKTOP_VIEW = {"User-Agent": "Opera/9.80 (X11; Linux zbov)", "X-OperaMini-Features": "advanced"}
RELAYED = {
    "Opera Mini": {"User-Agent": MINI},
    "Opera Mini as a desktop": DESKTOP_VIEW,
    "another header of it": {"X-OperaMini-Phone-UA": "Nokia6300/2.0"},
    "UC Browser of a feature phone": {
        "User-Agent": "UCWEB/2.0 (Java; U; MIDP-2.0; fr; nokia) U2/1.0.0 UCBrowser/9.5 Mobile"
    },
}
OWN_EYES = {
    "Chrome": {"User-Agent": "Mozilla/5.0 (Linux; Android 10; K) Chrome/131.0 Mobile Safari/537"},
    "Opera": {"User-Agent": "Mozilla/5.0 (Linux; Android 10; K) Chrome/130.0 Mobile OPR/86.0"},
    "KaiOS": {"User-Agent": "Mozilla/5.0 (Mobile; Nokia_8110_4G; rv:48.0) Gecko/48.0 KAIOS/2.5"},
    "w3m": {"User-Agent": "w3m/0.5.3"},
    "none": {"User-Agent": ""},
}
WHY = "une autre société peut lire vos pages"
CARDS = [one for one in SERVICES if one.level > Level.T1]


def amounts(client: FlaskClient, **how: dict[str, str]) -> Page:
    """The first dossier whose amount asks for a code, or would."""
    listed = Page(client.get("/fr/services/dossiers"))
    for link in [link for link in listed.links if "?dossier=" in link]:
        page = Page(client.get(link, **how))
        if "carte" in page.text:
            return page
    raise AssertionError("no dossier has an amount")


@pytest.mark.parametrize("headers", RELAYED.values(), ids=RELAYED)
def test_no_code_of_a_card_is_asked_there(thirty: FlaskClient, headers: dict[str, str]) -> None:
    page = amounts(thirty, headers=headers)
    assert "Statut :" in page.text
    assert WHY in page.text
    assert "*384*3939*1#" in page.text
    assert "card" not in str(page.forms)


@pytest.mark.parametrize("headers", OWN_EYES.values(), ids=OWN_EYES)
def test_it_is_asked_in_every_other(thirty: FlaskClient, headers: dict[str, str]) -> None:
    page = amounts(thirty, headers=headers)
    assert "card" in page.form.inputs
    assert WHY not in page.text


@pytest.mark.parametrize("service", CARDS, ids=lambda one: one.key)
def test_what_needs_a_card_is_not_even_begun_there(thirty: FlaskClient, service: object) -> None:
    for send in (thirty.get, thirty.post):
        response = send(f"/ar/services/{service.key}", headers={"User-Agent": MINI})  # type: ignore[attr-defined]
        page = Page(response)
        assert page.status == 200
        assert "شركة أخرى" in page.text
        assert [form for form in page.forms if not form.action.endswith("/leave")] == []
        assert "User-Agent" in response.headers["Vary"]


def test_a_code_that_is_sent_all_the_same_is_not_used_up(thirty: FlaskClient, house: House) -> None:
    page = amounts(thirty)
    number = int(re.search(r"code (\d+) de votre carte", page.text)[1])  # type: ignore[index]
    sent = page.form.hidden | {"card": card_of(house, FR_THIRTY)[number]}
    response = thirty.post(page.form.action, data=sent, headers={"User-Agent": MINI})
    assert "DH" not in follow(thirty, response).text
    assert house.store.sql.all("select 1 from card_codes where used_at is not null") == []
    assert "DH" in follow(thirty, page.submit(thirty, card=sent["card"])).text


def test_a_session_that_rose_elsewhere_shows_no_more_there(
    thirty: FlaskClient, house: House
) -> None:
    """A cookie carried from one browser to another, or a browser that changed its way."""
    page = amounts(thirty)
    number = int(re.search(r"code (\d+) de votre carte", page.text)[1])  # type: ignore[index]
    shown = page.submit(thirty, card=card_of(house, FR_THIRTY)[number])
    assert "DH" in Page(thirty.get(shown.location)).text
    response = thirty.get(shown.location, headers={"User-Agent": MINI})
    assert "DH" not in Page(response).text
    assert WHY in Page(response).text
    assert "User-Agent" in response.headers["Vary"]


def test_no_paper_is_printed_there(thirty: FlaskClient, house: House) -> None:
    page = amounts(thirty)
    number = int(re.search(r"code (\d+) de votre carte", page.text)[1])  # type: ignore[index]
    page.submit(thirty, card=card_of(house, FR_THIRTY)[number])
    assert thirty.get("/fr/papers/statement.csv").status_code == 200
    for form in ("", ".csv", ".pdf"):
        answer = thirty.get(f"/fr/papers/statement{form}", headers={"User-Agent": MINI})
        assert (answer.status_code, answer.location) == (302, "/fr/services/statement")


def test_the_main_job_is_done_there(thirty: FlaskClient, house: House) -> None:
    mini = {"User-Agent": MINI}
    page = Page(thirty.get("/fr/services/attestation?kind=2", headers=mini))
    done = thirty.post(page.form.action, data=page.form.hidden | {"sure": "1"}, headers=mini)
    assert "Référence :" in Page(thirty.get(done.location, headers=mini)).text


def test_public_pages_are_the_same_for_every_browser(client: FlaskClient) -> None:
    for path in ("/fr/", "/ar/status", "/fr/services/agencies"):
        page, mini = client.get(path), client.get(path, headers={"User-Agent": MINI})
        assert page.get_data() == mini.get_data()
        assert "User-Agent" not in page.headers["Vary"]
