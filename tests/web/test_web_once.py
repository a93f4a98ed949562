"""What changes something: asked by POST, confirmed, done once, and never for another site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from reading import Page, follow

from lite.app import House


def requests(house: House) -> int:
    return int(house.store.sql.one("select count(*) from requests")[0])


@pytest.fixture
def signed(sign_in: Callable[..., FlaskClient], with_dossiers: Callable[[int], Any]) -> FlaskClient:
    return sign_in(with_dossiers(2)["phone"])


def test_what_is_sent_twice_is_done_once(signed: FlaskClient, house: House) -> None:
    page = Page(signed.get("/fr/services/attestation?kind=2"))
    first, second = (page.submit(signed, sure="1") for _ in range(2))
    assert first.location == second.location
    assert Page(signed.get(first.location)).text == Page(signed.get(second.location)).text
    assert requests(house) == 1


def test_no_is_no_and_may_still_become_yes(signed: FlaskClient, house: House) -> None:
    page = Page(signed.get("/fr/services/attestation?kind=2"))
    assert "Rien n'a été envoyé." in Page(page.submit(signed, sure="2")).text
    assert requests(house) == 0
    assert page.submit(signed, sure="1").status_code == 303
    assert requests(house) == 1


def test_an_address_alone_changes_nothing(signed: FlaskClient, house: House) -> None:
    page = Page(signed.get("/fr/services/attestation?kind=2&sure=1&once=" + "A" * 16))
    assert ("sure", "1") in page.form.buttons
    assert requests(house) == 0
    page = Page(signed.get("/fr/services/stop"))
    assert page.form.method == "post"
    phone = house.store.sql.one("select count(*) from callers where quiet = 1")
    assert phone == (0,)
    assert "plus de SMS d'information" in follow(signed, page.submit(signed)).text
    assert house.store.sql.one("select count(*) from callers where quiet = 1") == (1,)


@pytest.mark.parametrize("token", ["", "x", "AAAA", "é", "A" * 32, "A" * 5000])
def test_a_form_of_another_site_is_refused(signed: FlaskClient, house: House, token: str) -> None:
    page = Page(signed.get("/fr/services/attestation?kind=2"))
    answer = Page(page.submit(signed, sure="1", csrf=token))
    assert answer.status == 403
    assert "Rien n'a été envoyé." in answer.text
    assert requests(house) == 0


def test_a_post_that_the_browser_calls_foreign_is_refused(client: FlaskClient) -> None:
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 422)):
        answer = client.post("/fr/sign-in", headers={"Sec-Fetch-Site": site})
        assert answer.status_code == status


def test_a_token_never_looks_the_same_twice(signed: FlaskClient) -> None:
    tokens = {
        Page(signed.get("/fr/services/attestation?kind=2")).form.hidden["csrf"] for _ in range(5)
    }
    assert len(tokens) == 5


def test_a_receipt_opens_to_whoever_asked_and_nobody_else(
    signed: FlaskClient, house: House
) -> None:
    page = Page(signed.get("/fr/services/attestation?kind=2"))
    receipt = page.submit(signed, sure="1").location
    assert "Référence" in Page(signed.get(receipt)).text
    assert 'dir="rtl"' in Page(signed.get(receipt.replace("/fr/", "/ar/"))).html
    signed.post("/fr/leave")
    assert signed.get(receipt).location == "/fr/services/attestation"
