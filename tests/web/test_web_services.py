"""Services on a page: asked, confirmed, done once, and nothing private in an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from reading import Page, follow

from lite.app import House
from lite.numbers import has_check
from lite.store.requests import DocumentRow

PAPER = "214629998219"
Find = Callable[[int], dict[str, Any]]
SignIn = Callable[..., FlaskClient]


def requests(house: House) -> int:
    return int(house.store.sql.one("select count(*) from requests")[0])


@pytest.fixture
def signed(sign_in: SignIn, with_dossiers: Find) -> FlaskClient:
    return sign_in(with_dossiers(2)["phone"])


def test_nobody_without_dossiers_is_left_wondering(sign_in: SignIn, with_dossiers: Find) -> None:
    client = sign_in(with_dossiers(0)["phone"])
    page = Page(client.get("/fr/services/dossiers"))
    assert "Aucun dossier connu à votre nom." in page.text


def test_many_dossiers_are_listed_and_each_one_opens(sign_in: SignIn, with_dossiers: Find) -> None:
    person = with_dossiers(20)
    client = sign_in(person["phone"])
    found: dict[str, str] = {}
    address = "/fr/services/dossiers"
    while address:
        links = Page(client.get(address)).links
        page = {link: name for link, name in links.items() if "?dossier=" in link}
        assert 0 < len(page) <= 9
        found |= page
        address = next((link for link, name in links.items() if name == "Suite"), "")
    assert len(found) == len(person["dossiers"])
    for link, name in found.items():
        number = name.split()[-1]
        assert number not in link
        page = Page(client.get(link))
        assert number in page.text
        assert "Connu le 24/11/2026" in page.text


@pytest.mark.parametrize(("language", "before", "more"),
                         [("fr", "Précédent", "Suite"), ("ar", "السابق", "التالي")])  # fmt: skip
def test_a_long_list_is_read_on_and_back_again(
    thirty: FlaskClient, language: str, before: str, more: str
) -> None:
    def ways(page: Page) -> dict[str, str]:
        return {name.strip(): link for link, name in page.links.items() if "part=" in link}

    first = Page(thirty.get(f"/{language}/services/dossiers"))
    read = [first]
    while more in ways(read[-1]):
        read.append(Page(thirty.get(ways(read[-1])[more])))
    assert before not in ways(first) and len(read) > 2
    for page, earlier in zip(read[:0:-1], read[-2::-1], strict=True):
        assert Page(thirty.get(ways(page)[before])).text == earlier.text


def test_an_attestation_is_asked_read_back_and_given_a_reference(
    signed: FlaskClient, house: House
) -> None:
    page = Page(signed.get("/fr/services/attestation"))
    page = Page(signed.get(next(link for link, name in page.links.items() if "Salaires" in name)))
    page = Page(signed.get(next(link for link, name in page.links.items() if "Autre" in name)))
    page = Page(page.submit(signed, **{"from": "01/2026", "to": "0626"}))
    assert "De 01/2026 à 06/2026" in page.text
    assert page.form.buttons == [("sure", "1"), ("sure", "2")]
    assert requests(house) == 0
    page = follow(signed, page.submit(signed, sure="1"))
    assert "Référence : " in page.text
    assert has_check(page.text.split("Référence : ")[1].split()[0])
    assert requests(house) == 1


def test_a_request_is_seen_and_taken_back(signed: FlaskClient, house: House) -> None:
    assert "Vous n'avez aucune demande" in Page(signed.get("/fr/services/requests")).text
    Page(signed.get("/fr/services/attestation?kind=2")).submit(signed, sure="1")
    page = Page(signed.get("/fr/services/requests"))
    assert "Droits AMO" in page.text
    assert "Demande annulée." in follow(signed, page.submit(signed, cancel="1")).text
    assert house.store.sql.one("select state from requests") == ("cancelled",)
    assert "annulée" in Page(signed.get("/fr/services/requests")).text


def test_one_of_several_requests_is_chosen(signed: FlaskClient) -> None:
    for kind in ("2", "3"):
        Page(signed.get(f"/fr/services/attestation?kind={kind}")).submit(signed, sure="1")
    page = Page(signed.get("/fr/services/requests"))
    assert [name for name, _ in page.form.buttons] == ["request", "request"]
    page = follow(signed, page.submit(signed, request=page.form.buttons[1][1]))
    assert "Droits AMO" in page.text
    assert ("cancel", "1") in page.form.buttons


def test_a_passer_by_is_called_back(client: FlaskClient, house: House) -> None:
    page = Page(client.get("/fr/services/callback"))
    assert set(page.form.inputs) == {"phone", "reason", "time"}
    page = Page(page.submit(client, phone="06 12 34 56 78", reason="1", time="2"))
    assert "Vous rappeler au 06******78 ?" in page.text
    answer = page.submit(client, sure="1")
    assert "0612345678" not in answer.location
    assert has_check(follow(client, answer).text.split("Référence : ")[1].split()[0])
    assert page.submit(client, sure="1").location == answer.location
    assert requests(house) == 1
    assert client.get_cookie("s") is None


def test_what_is_wrong_is_named_and_linked_and_the_rest_is_kept(client: FlaskClient) -> None:
    page = Page(client.get("/ar/services/callback"))
    page = Page(page.submit(client, phone="12", reason="3", time=""))
    assert page.status == 422
    assert page.links["#phone"]
    assert page.form.inputs["phone"]["value"] == "12"
    assert "aria-invalid" in page.form.inputs["phone"]
    assert ("input", "3") in [
        (tag, found["value"]) for tag, found in page.attributes if "checked" in found
    ]
    page = Page(page.submit(client, phone="0612345678", reason="3"))
    assert "#time" in page.links
    assert page.form.hidden["phone"] == "0612345678"


def test_a_town_is_found_by_its_first_letters(client: FlaskClient) -> None:
    page = Page(client.get("/fr/services/agencies"))
    page = Page(page.submit(client, town="sa"))
    town = next(link for link, name in page.links.items() if "Salé" in name)
    page = Page(client.get(town))
    agency = next(link for link in page.links if "place=1" in link)
    assert "(exemple de démonstration)" in Page(client.get(agency)).text
    assert Page(client.get("/fr/services/agencies?town=qqq")).status == 422


def test_a_slip_is_told_from_an_unknown_reference(client: FlaskClient) -> None:
    assert f"Référence {PAPER} inconnue." in Page(client.get(f"/fr/verify/{PAPER}")).text
    page = Page(client.get("/fr/verify/214629998218"))
    assert page.status == 422
    assert "Un chiffre est faux dans 214629998218" in page.text
    assert page.form.inputs["reference"]["value"] == "214629998218"


def test_an_amount_is_compared_and_never_in_an_address(client: FlaskClient, house: House) -> None:
    facts = {"name": "Khadija Benyasmine", "total": 2750000}
    sealed = house.office.seal(f"documents.sealed:{PAPER}", facts)
    row = DocumentRow(PAPER, "salaries", "2026-11-01", "2027-02-01", None, sealed)
    house.store.requests.file(row)
    page = Page(client.get(f"/fr/verify/{PAPER}"))
    assert "Attestation vraie" in page.text
    assert "K*** B***" in page.text
    assert (page.form.method, page.form.hidden) == ("post", {"reference": PAPER})
    answer = Page(page.submit(client, total="27 500"))
    assert "Le total est le même" in answer.text
    assert "DIFFÉRENT" in Page(page.submit(client, total="99 500")).text
    assert "27500" not in page.html + answer.html


def test_the_language_chosen_is_spoken_from_then_on(signed: FlaskClient, house: House) -> None:
    page = Page(signed.get("/fr/services/language"))
    answer = page.submit(signed, language="2")
    assert answer.location.startswith("/ar/")
    assert 'dir="rtl"' in follow(signed, answer).html
    assert house.store.sql.one("select language from callers") == ("ar",)
    assert signed.get("/").location == "/ar/"
