"""Attestations for tests: asked by phone, made by the pretend fund, taken back, checked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cast import FR_THIRTY
from phone import Phone
from visitor import Page

from lite.app import House
from lite.clock import set_clock

SALARIES = ("Salaires déclarés", "Trois derniers mois")


def later(house: House, **time: int) -> None:
    """So much time goes by, and the funds are asked how far they are."""
    set_clock(Path(house.settings.clock), house.clock.now() + timedelta(**time))
    house.outbox.run_once()
    for fund in house.funds.values():
        house.intake.settle(fund)


def made(house: House, number: str = FR_THIRTY, *choices: str) -> str:
    """The reference of an attestation that a person asked for and the fund has made."""
    before = {row[0] for row in house.store.sql.all("select reference from requests")}
    Phone(house, number).dials().choose("Attestation", *(choices or SALARIES), "Oui").drops()
    house.outbox.run_once()
    later(house, minutes=5)
    after = {row[0] for row in house.store.sql.all("select reference from requests")}
    (reference,) = after - before
    return str(reference)


def receipt(house: House, reference: str) -> str:
    """The fund's own name of a request."""
    row = house.store.requests.get(reference)
    assert row and row.receipt
    return row.receipt


def withdrawn(house: House, reference: str, reason: str = "wrong_facts") -> None:
    """The fund takes a paper back, and is asked about it in time."""
    for fund in house.funds.values():
        fund.withdraw(receipt(house, reference), reason)
    later(house, minutes=11)


def checked(house: House, reference: str, language: str = "fr") -> str:
    """What a passer-by reads at the check."""
    answer = house.web.test_client().get(f"/{language}/verify/{reference}")
    return Page(answer.get_data(as_text=True)).text
