"""A ready attestation and a statement on the web: after one card code, on a page that prints."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from cards import card_of
from cast import FR_THIRTY
from flask.testing import FlaskClient
from phone import Phone
from pypdf import PdfReader
from reading import Page, follow
from test_web_card import asked, token

from lite.app import House
from lite.clock import set_clock


def made(house: House) -> None:
    """The fund makes what was asked of it."""
    house.outbox.run_once()
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(minutes=5))
    for fund in house.funds.values():
        house.intake.settle(fund)


@pytest.fixture
def ready(house: House) -> str:
    """The reference of an attestation of salaries that the fund has made."""
    phone = Phone(house, FR_THIRTY)
    phone.dials().choose("Attestation", "Salaires déclarés", "Trois derniers mois", "Oui").drops()
    made(house)
    ((reference,),) = house.store.sql.all("select reference from requests")
    return str(reference)


def shows_card(client: FlaskClient, house: House, service: str) -> None:
    here = f"/fr/services/{service}"
    page = Page(client.get(here))
    code = card_of(house, FR_THIRTY)[asked(page)]
    client.post(here, data={"card": code, "csrf": token(page)})


def test_the_receipt_leads_to_the_papers(thirty: FlaskClient) -> None:
    here = "/fr/services/attestation"
    page = Page(thirty.get(f"{here}?kind=2"))
    receipt = follow(thirty, page.submit(thirty, sure="1"))
    assert receipt.links["/fr/services/paper"] == "Attestations prêtes"


def test_my_requests_lead_to_the_papers_once_one_is_ready(
    thirty: FlaskClient, house: House
) -> None:
    Page(thirty.get("/fr/services/attestation?kind=2")).submit(thirty, sure="1")
    waits = Page(thirty.get("/fr/services/requests"))
    assert "Droits AMO" in waits.text and "/fr/services/paper" not in waits.links
    made(house)
    is_ready = Page(thirty.get("/fr/services/requests"))
    assert "Demande prête" in is_ready.text
    assert is_ready.links["/fr/services/paper"] == "Attestations prêtes"
    assert "Tapez le code" in Page(thirty.get("/fr/services/paper")).text


def test_what_a_paper_says_waits_for_a_card_code(
    ready: str, thirty: FlaskClient, house: House
) -> None:
    for address in (f"/fr/papers/{ready}", f"/fr/papers/{ready}.pdf"):
        answer = thirty.get(address)
        assert (answer.status_code, answer.location) == (302, "/fr/services/paper")
    shows_card(thirty, house, "paper")
    page = Page(thirty.get(f"/fr/papers/{ready}"))
    assert "Attestation de salaires déclarés" in page.text
    assert "DH" in page.text
    assert "pièce officielle" in page.text, "the fund of this house named no key"
    assert "data:image/png" in page.html


def test_a_paper_is_packed_unless_it_repeats_what_a_stranger_sent(
    ready: str, thirty: FlaskClient, house: House
) -> None:
    shows_card(thirty, house, "paper")
    packed = {"Accept-Encoding": "br"}
    answer = thirty.get(f"/fr/papers/{ready}", headers=packed)
    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.get_data()) + 700 <= 4096, "with its headers, and those of nginx"
    guessed = thirty.get(f"/fr/papers/{ready}?guess=204519", headers=packed)
    assert "Content-Encoding" not in guessed.headers


def test_the_pdf_is_one_sheet_and_is_kept_nowhere(
    ready: str, thirty: FlaskClient, house: House
) -> None:
    shows_card(thirty, house, "paper")
    answer = thirty.get(f"/ar/papers/{ready}.pdf")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(PdfReader(io.BytesIO(answer.data)).pages) == 1


def test_the_paper_of_another_person_is_not_there(
    ready: str, thirty: FlaskClient, house: House
) -> None:
    house.store.sql.run("update requests set person = 'somebody else'")
    shows_card(thirty, house, "paper")
    assert thirty.get(f"/fr/papers/{ready}").status_code == 404
    assert thirty.get(f"/fr/papers/{ready}.pdf").status_code == 404


def test_a_passer_by_is_sent_to_sign_in(ready: str, house: House) -> None:
    answer = house.web.test_client().get(f"/fr/papers/{ready}", follow_redirects=True)
    assert "sign-in" in answer.request.path


def test_the_short_address_of_the_paper_leads_to_the_check(ready: str, house: House) -> None:
    answer = house.web.test_client().get(f"/verify/{ready}", headers={"Accept-Language": "ar"})
    assert answer.location == f"/ar/verify/{ready}"
    page = Page(house.web.test_client().get(f"/fr/verify/{ready}"))
    assert "Attestation vraie" in page.text


def test_a_newer_paper_of_the_same_months_is_told_at_the_check(ready: str, house: House) -> None:
    assert "plus récente" not in Page(house.web.test_client().get(f"/fr/verify/{ready}")).text
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(days=1))
    phone = Phone(house, FR_THIRTY).dials()
    phone.choose("Attestation", "Salaires déclarés", "Trois derniers mois", "Oui").drops()
    house.outbox.run_once()
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(minutes=5))
    for fund in house.funds.values():
        house.intake.settle(fund)
    assert "plus récente" in Page(house.web.test_client().get(f"/fr/verify/{ready}")).text


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_statement_is_a_page_a_pdf_and_a_table(
    language: str, thirty: FlaskClient, house: House
) -> None:
    closed = thirty.get("/fr/papers/statement.csv")
    assert closed.location == "/fr/services/statement"
    shows_card(thirty, house, "paper")
    page = Page(thirty.get(f"/{language}/papers/statement?months=12"))
    assert "Ancien" not in page.text
    rows = page.html.count("<tr>") - 1
    assert rows > 0
    table = thirty.get(f"/{language}/papers/statement.csv?months=12")
    lines = table.data.decode("utf-8-sig").splitlines()
    assert len(lines) == rows + 1
    assert all(line.count(";") == 7 for line in lines)
    pdf = thirty.get(f"/{language}/papers/statement.pdf?months=12").data
    told = "".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages)
    assert all(line.split(";")[0] in told for line in lines[1:])


def test_a_statement_of_what_is_old_says_so_on_paper(
    house: House, request: pytest.FixtureRequest
) -> None:
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(days=4))
    thirty = request.getfixturevalue("thirty")
    shows_card(thirty, house, "paper")
    said = "Ancien : connu le 24/11/2026. Rien de la caisse depuis."
    page = Page(thirty.get("/fr/papers/statement?months=12"))
    assert said in page.text
    assert "Si c'est urgent : agence." in page.text
    pdf = thirty.get("/fr/papers/statement.pdf?months=12").data
    assert said in "".join(one.extract_text() for one in PdfReader(io.BytesIO(pdf)).pages)
