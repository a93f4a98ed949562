"""A paper collected at the counter: a code from the phone, a name compared, a paper printed."""

from __future__ import annotations

import io
import re

import pytest
from agency import Agency, Browser
from cast import FR_THIRTY
from paperwork import checked, later, made, withdrawn
from phone import Phone
from pypdf import PdfReader

from lite.app import House
from lite.numbers import with_check

OTHER = with_check("2987654321")


@pytest.fixture
def clerk(agency: Agency) -> Browser:
    browser = agency.browser("amina")
    browser.open("paper")
    return browser


def code_of(house: House, reference: str) -> str:
    """The collection code, as the phone that asked for it shows it."""
    phone = Phone(house, FR_THIRTY).dials("*384*3939*5*27#")
    phone.choose("À l'agence, avec un code").sees(reference)
    return phone.finds(r"(?<!\d)\d{6}(?!\d)")


def acts(agency: Agency) -> list[str]:
    return [act for _, act, _ in agency.acts() if act.startswith("paper")]


def test_the_name_is_compared_first_then_the_paper_is_printed(
    house: House, agency: Agency, clerk: Browser
) -> None:
    reference = made(house)
    code, phone = code_of(house, reference), Phone(house, FR_THIRTY)
    clerk.send("paper", reference=reference, code=code)
    assert "Comparez avec la pièce d'identité" in clerk.text
    assert acts(agency) == []
    phone.waits()
    clerk.send("paper", reference=reference, code=code, seen="1")
    assert clerk.page.mimetype == "application/pdf"
    assert reference in PdfReader(io.BytesIO(clerk.page.data)).pages[0].extract_text()
    phone.gets("a été remise à l'agence.", reference)
    assert acts(agency) == ["paper_handed"]
    assert house.store.sql.all("select state from requests") == [("collected",)]
    assert "Attestation vraie" in checked(house, reference)


def test_a_code_serves_once(house: House, agency: Agency, clerk: Browser) -> None:
    reference = made(house)
    code = code_of(house, reference)
    form = {**clerk.hidden(), "reference": reference, "code": code, "seen": "1"}
    assert clerk.post("paper", **form).mimetype == "application/pdf"
    assert clerk.post("paper", **form).status_code == 422
    assert acts(agency) == ["paper_handed", "paper_refused"]
    again = code_of(house, reference)
    clerk.open("paper")
    assert again != code
    assert clerk.send("paper", reference=reference, code=again, seen="1").status_code == 200


def test_a_newer_code_stops_the_one_before(house: House, clerk: Browser) -> None:
    reference = made(house)
    old, new = code_of(house, reference), code_of(house, reference)
    assert clerk.send("paper", reference=reference, code=old).status_code == 422
    assert clerk.send("paper", reference=reference, code=new).status_code == 200


def test_guesses_are_counted_for_the_paper_and_for_the_clerk(house: House, clerk: Browser) -> None:
    reference = made(house)
    code = code_of(house, reference)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(3):
        clerk.send("paper", reference=reference, code=wrong)
    assert clerk.send("paper", reference=reference, code=code).status_code == 429
    assert "Trop d'essais" in clerk.text
    assert clerk.send("paper", reference=OTHER, code=wrong).status_code == 429
    later(house, minutes=2)
    assert clerk.send("paper", reference=reference, code=code).status_code == 200


def test_what_is_nobodys_is_answered_like_a_wrong_code(house: House, clerk: Browser) -> None:
    reference = made(house)
    code_of(house, reference)
    clerk.send("paper", reference=OTHER, code="123456")
    unknown = clerk.text
    clerk.open("paper")
    clerk.send("paper", reference=reference, code="999999x")
    assert re.sub(r"\d{12}", "", unknown) == re.sub(r"\d{12}", "", clerk.text)


@pytest.mark.parametrize("typed", ["12", "297865432100", "words"])
def test_a_slip_in_the_reference_is_told(clerk: Browser, typed: str) -> None:
    clerk.send("paper", reference=typed, code="123456")
    assert "Un chiffre de la référence est faux" in clerk.text


@pytest.mark.parametrize("why", ["cancelled", "late"])
def test_a_paper_that_holds_no_more_is_handed_to_nobody(
    house: House, agency: Agency, why: str
) -> None:
    reference = made(house)
    code = code_of(house, reference)
    if why == "cancelled":
        withdrawn(house, reference)
    else:
        later(house, days=92)
    Phone(house, FR_THIRTY).dials("*384*3939*5*27#").sees("Aucune attestation prête.")
    clerk = agency.browser("amina")
    clerk.open("paper")
    clerk.send("paper", reference=reference, code=code, seen="1")
    assert "faux, ou déjà servi" in clerk.text


def test_the_code_is_kept_nowhere_in_clear(house: House) -> None:
    reference = made(house)
    code = code_of(house, reference)
    for table in ("codes", "turns", "talks", "letters", "requests", "failures", "audit"):
        for row in house.store.sql.all(f"select * from {table}"):
            assert code not in [str(value) for value in row], table


def test_nobody_hands_over_without_signing_in(house: House, agency: Agency) -> None:
    reference = made(house)
    code = code_of(house, reference)
    passer = agency.browser()
    assert "Guichet" in passer.open("paper").get_data(as_text=True)
    assert passer.post("paper", reference=reference, code=code, seen="1").status_code == 403
