"""Every page is there in both languages, and whoever is lost is told where to go."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from reading import Page, follow

from lite.services import SERVICES
from lite.services.form import Level
from lite.web import make_web

PUBLIC = [service for service in SERVICES if service.level == Level.T0]
OWN = [service for service in SERVICES if service.level > Level.T0]
TITLES = {"fr": ('lang="fr"', 'dir="ltr"'), "ar": ('lang="ar-MA"', 'dir="rtl"')}


@pytest.mark.parametrize(
    ("headers", "cookie", "language"),
    [
        ({}, "", "fr"),
        ({"Accept-Language": "ar-MA,ar;q=0.9,fr;q=0.5"}, "", "ar"),
        ({"Accept-Language": "de,fr-FR;q=0.3"}, "", "fr"),
        ({"Accept-Language": "zgh"}, "", "fr"),
        ({"Accept-Language": "fr"}, "ar", "ar"),
        ({"Accept-Language": "ar"}, "xx", "ar"),
    ],
)
def test_the_entrance_speaks_the_language_of_the_browser(
    client: FlaskClient, headers: dict[str, str], cookie: str, language: str
) -> None:
    if cookie:
        client.set_cookie("language", cookie)
    response = client.get("/", headers=headers)
    assert (response.status_code, response.location) == (302, f"/{language}/")
    assert "Set-Cookie" not in response.headers
    assert "Accept-Language" in response.headers["Vary"]


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("service", PUBLIC, ids=lambda service: service.key)
def test_a_public_service_opens_to_a_passer_by(
    client: FlaskClient, language: str, service: Any
) -> None:
    response = client.get(f"/{language}/services/{service.key}")
    page = Page(response)
    assert page.status == 200
    assert all(mark in page.html for mark in TITLES[language])
    assert page.html.count("<h1") == 1
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("service", OWN, ids=lambda service: service.key)
def test_a_service_of_ones_own_asks_to_sign_in_first(client: FlaskClient, service: Any) -> None:
    opened = client.get(f"/ar/services/{service.key}")
    assert (opened.status_code, opened.location) == (303, f"/ar/sign-in?next={service.key}")
    sent = client.post(f"/ar/services/{service.key}", data={"once": "A" * 16, "sure": "1"})
    assert (sent.status_code, sent.location) == (303, f"/ar/sign-in?next={service.key}&lost=1")
    assert "لم نرسل أي شيء" in client.get(sent.location).text


@pytest.mark.parametrize("name", ["verify", "status", "privacy", "help"])
def test_short_names_show_the_service(client: FlaskClient, name: str) -> None:
    short, long = (Page(client.get(f"/fr/{path}")) for path in (name, f"services/{name}"))
    assert short.status == 200
    assert short.text == long.text


def test_the_menu_leads_to_what_is_there(client: FlaskClient) -> None:
    for link in Page(client.get("/fr/")).links:
        assert follow(client, client.get(link)).status == 200


def test_every_service_stands_on_a_page_of_the_second_menu(
    client: FlaskClient, sign_in: Any, with_dossiers: Any
) -> None:
    sign_in(with_dossiers(1)["phone"])
    found, address = set(), "/fr/services/"
    while address:
        links = Page(client.get(address)).links
        found |= {one.removeprefix("/fr/services/") for one in links}
        address = next((link for link, name in links.items() if name == "Suite"), "")
        assert len(links) < 15
    below = {one.key for one in SERVICES if one.ussd.startswith("5*")}
    assert below - {"web", "language"} <= found
    assert client.get("/fr/services/190").status_code == 404


def test_the_menu_has_the_digits_of_the_phone(client: FlaskClient) -> None:
    keys = {
        found["href"].removeprefix("/fr/"): found["accesskey"]
        for tag, found in Page(client.get("/fr/")).attributes
        if tag == "a" and "accesskey" in found
    }
    # A link of its own on each page, the way in, and what only the phone itself can do.
    elsewhere = ("language", "code", "activate")
    first = {one.key: one.ussd for one in SERVICES if len(one.ussd) == 1}
    inside = [one.key for one in SERVICES if one.level == Level.T1]
    own = {
        f"{'sign-in?next=' if key in inside else 'services/'}{key}": digit
        for key, digit in first.items()
        if key not in elsewhere
    }
    assert keys == {**own, "": "0", "services/": "5", "sign-in": first["code"]}


@pytest.mark.parametrize("path", ["", "sign-in", "services/agencies?town=sa", "verify/123"])
def test_a_page_has_its_twin_which_is_remembered(client: FlaskClient, path: str) -> None:
    french = Page(client.get(f"/fr/{path}"))
    twin = next(link for link, name in french.links.items() if name == "العربية")
    response = client.get(twin)
    arabic = Page(response)
    assert 'dir="rtl"' in arabic.html
    assert arabic.status == french.status
    assert "language=ar" in response.headers["Set-Cookie"]
    assert client.get("/", headers={"Accept-Language": "fr"}).location == "/ar/"
    assert next(link for link, name in arabic.links.items() if name == "Français").startswith("/fr")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/nowhere", 404),
        ("get", "/en/", 404),
        ("get", "/fr/services/nothing", 404),
        ("post", "/fr/services/nothing", 404),
        ("get", "/ar/services/nothing/done/x", 404),
        ("get", "/fr/leave", 405),
        ("delete", "/ar/sign-in", 405),
        ("get", "/phone", 404),
    ],
)
def test_an_error_is_said_in_both_languages_with_the_way_home(
    client: FlaskClient, method: str, path: str, status: int
) -> None:
    page = Page(getattr(client, method)(path))
    assert page.status == status
    assert {"/fr/", "/ar/"} <= set(page.links)
    assert 'lang="ar-MA" dir="rtl"' in page.html
    assert page.html.startswith(f'<!doctype html><html lang="{"ar-MA" if "/ar" in path else "fr"}"')


def test_our_own_failure_is_said_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lite.desk.service.Desk.funds", lambda desk: 1 / 0)
    page = Page(client.get("/fr/status"))
    assert page.status == 500
    assert "Notre système est en panne." in page.text
    assert "ZeroDivision" not in page.html


def test_an_address_without_its_slash_is_led_on(client: FlaskClient) -> None:
    assert client.get("/fr").location.endswith("/fr/")


def test_machines_are_told_who_is_well(client: FlaskClient, house: Any) -> None:
    assert (client.get("/health").status_code, client.get("/ready").text) == (200, "ready\n")
    house.store.sql.run("delete from migrations")
    answer = client.get("/ready")
    assert answer.status_code == 503
    assert "lite migrate" in answer.text
    assert client.get("/health").status_code == 200


def test_the_handset_is_shown_in_the_demo_only(house: Any) -> None:
    demo = make_web(house.office, SERVICES, demo=True, phone_url="http://127.0.0.1:8001/phone")
    live = make_web(house.office, SERVICES, phone_url="http://127.0.0.1:8001/phone")
    answer = demo.test_client().get("/phone")
    assert (answer.status_code, answer.location) == (302, "http://127.0.0.1:8001/phone")
    assert live.test_client().get("/phone").status_code == 404
