"""A paper that was taken back is told as such wherever it is checked, and its owner is told."""

from __future__ import annotations

import io

import pytest
from cast import FR_THIRTY, STRANGER
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from paperwork import checked, later, made, receipt, withdrawn
from phone import Phone
from pypdf import PdfReader
from reading import Page
from test_web_papers import shows_card

from lite.app import House
from lite.cli.papers import papers
from lite.intake import revoking
from lite.numbers import with_check


def test_every_door_says_that_the_fund_took_it_back(house: House) -> None:
    reference = made(house)
    assert "Attestation vraie" in checked(house, reference)
    withdrawn(house, reference)
    assert "Attestation annulée" in checked(house, reference)
    assert "Annulée le 24/11/2026" in checked(house, reference)
    assert "ملغاة" in checked(house, reference, "ar")
    stranger = Phone(house, STRANGER)
    stranger.dials(f"*384*3939*5*4*{reference}#").sees("Ne vous y fiez pas.", "24/11/2026")
    stranger.texts(f"VERIF {reference}").gets("Annulée le 24/11/2026")


def test_its_owner_is_told_once_by_sms(house: House) -> None:
    reference, phone = made(house), Phone(house, FR_THIRTY)
    phone.waits()
    withdrawn(house, reference)
    phone.gets("Lite : votre attestation est annulée.", reference).waits()
    for _ in range(3):
        later(house, minutes=11)
    phone.gets_nothing()


def test_its_page_and_its_pdf_say_so_and_are_signed_by_nobody(
    house: House, thirty: FlaskClient
) -> None:
    reference = made(house)
    withdrawn(house, reference)
    shows_card(thirty, house, "paper")
    assert "ANNULÉE le 24/11/2026" in Page(thirty.get(f"/fr/papers/{reference}")).text
    pdf = thirty.get(f"/fr/papers/{reference}.pdf").data
    assert "ANNULÉE le" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert b"%lite-signature" not in pdf


def test_what_came_before_the_paper_is_not_asked_about_twice(house: House) -> None:
    """A fund that rejects what it never made is heard as before: nothing was a paper."""
    reference, phone = made(house, FR_THIRTY, "Pension"), Phone(house, FR_THIRTY)
    assert [row[0] for row in house.store.sql.all("select state from requests")] == ["rejected"]
    withdrawn(house, reference)
    phone.waits().gets_nothing()


def test_a_paper_past_its_last_day_is_late_and_not_cancelled(house: House) -> None:
    reference = made(house)
    later(house, days=91)
    withdrawn(house, reference)
    assert "Attestation vraie, mais expirée" in checked(house, reference)


def test_the_fund_is_asked_about_so_many_a_round_and_goes_on_behind_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revoking, "AT_ONCE", 2)
    kinds = (("Salaires déclarés", "Trois derniers mois"), ("Droits AMO",), ("Immatriculation",))
    references = [made(house, FR_THIRTY, *kind) for kind in kinds]
    (fund,) = house.funds.values()
    rounds: list[int] = []
    poll = fund.poll
    monkeypatch.setattr(
        fund, "poll", lambda held: rounds.append(len(list(held))) or poll(list(held))
    )
    for reference in references:
        fund.withdraw(receipt(house, reference), "wrong_facts")
    for _ in range(4):
        later(house, minutes=11)
    assert max(rounds) == 2
    assert all("Attestation annulée" in checked(house, one) for one in references), rounds


def operator(house: House, reference: str) -> Result:
    words = ["revoke", reference, "--reason", "fraud"]
    return CliRunner().invoke(papers, words, obj=house)


@pytest.mark.parametrize("count", [1, 5])
def test_an_operator_takes_a_paper_back_once(house: House, count: int) -> None:
    reference, phone = made(house), Phone(house, FR_THIRTY)
    phone.waits()
    done = [operator(house, reference) for _ in range(count)]
    assert done[0].exit_code == 0, done[0].output
    assert all("taken back before" in str(one.exception) for one in done[1:])
    phone.gets("est annulée")
    assert phone.news.count("est annulée") == 1
    acts = [(row.who, row.act, row.detail) for row in house.store.audit.after(0, 1000)]
    assert acts.count(("system", "paper_revoked", "reason=fraud")) == 1
    assert "Attestation annulée" in checked(house, reference)


@pytest.mark.parametrize("typed", [with_check("2999999999"), "12", "no number"])
def test_an_operator_is_told_that_there_is_no_such_paper(house: House, typed: str) -> None:
    assert "No attestation has the reference" in str(operator(house, typed).exception)
