"""Every kind of attestation: ordered, made, shown, printed in two languages, checked anywhere."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from cards import card_of
from cast import STRANGER, person, phone_of
from flask.testing import FlaskClient
from paperwork import checked, later
from phone import Phone
from pypdf import PdfReader
from reading import Page
from test_web_card import asked, token
from visitor import Visitor

from lite.app import House
from lite.papers.wording import KIND_TITLES
from lite.services import names
from lite.text import say
from lite.upstream.pretend_people import UNREGISTERED, heads


class Kind(NamedTuple):
    """Who asks for it, what they choose, what the paper is then called, and what stands on it."""

    rank: int
    choices: tuple[str, ...]
    kind: str
    says: tuple[str, ...] = ()


def rank(job: str, children: bool = False) -> int:
    """Somebody who lives on this, has a phone of their own, and open rights."""
    return next(
        one.rank
        for one in heads()
        if one.job == job
        and bool(one.dependants[1:]) is children
        and one.rank not in (5, 10, 11, 13)
    )


WORKER, RETIRED, CIVIL = rank("worker", children=True), rank("retired"), rank("civil")
KINDS = {
    "salaries": Kind(
        WORKER, ("Salaires déclarés", "Douze derniers mois"), "salaries", ("08/2026",)
    ),
    "amo": Kind(WORKER, ("Droits AMO",), "amo", ("CNSS",)),
    "registered": Kind(
        WORKER, ("Immatriculation",), "registration", (person(WORKER).key.value,)
    ),
    "not registered": Kind(
        UNREGISTERED, ("Immatriculation",), "no_registration",
        (person(UNREGISTERED).insured.keys["cin"],),
    ),
    "receiving": Kind(WORKER, ("Alloc. familiales",), "family_allowances", ("10/2026",)),
    "not receiving": Kind(CIVIL, ("Alloc. familiales",), "no_family_allowances"),
    "pension": Kind(RETIRED, ("Pension",), "pension", ("10/2026",)),
}  # fmt: skip
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def own_phone(house: House, rank: int) -> Phone:
    return Phone(house, phone_of(rank), person(rank).insured.language or "fr")


def ordered(house: House, one: Kind) -> str:
    """The reference of one that was asked for by USSD, and made."""
    own_phone(house, one.rank).dials().choose("Attestation", *one.choices, "Oui").drops()
    house.outbox.run_once()
    later(house, minutes=5)
    ((reference,),) = house.store.sql.all("select reference from requests")
    return str(reference)


def seen(house: House, client: FlaskClient, one: Kind) -> None:
    """A code of their card is given: what a paper says may be shown."""
    here = "/fr/services/paper"
    page = Page(client.get(here))
    code = card_of(house, phone_of(one.rank))[asked(page)]
    client.post(here, data={"card": code, "csrf": token(page)})


def joined(text: str) -> str:
    return "".join(text.split())


@every_kind
def test_it_is_shown_and_printed_in_two_languages_and_fits(
    house: House, sign_in: Callable[..., FlaskClient], kind: Kind, tmp_path: Path
) -> None:
    reference = ordered(house, kind)
    client = sign_in(phone_of(kind.rank))
    seen(house, client, kind)
    for language in ("fr", "ar"):
        page = Page(client.get(f"/{language}/papers/{reference}"))
        assert say(KIND_TITLES[kind.kind], language) in page.text
        assert all(joined(one) in joined(page.text) for one in kind.says), page.text
    pdf = client.get(f"/fr/papers/{reference}.pdf").data
    assert len(pdf) <= 50_000
    (tmp_path / "a.pdf").write_bytes(pdf)
    told = joined(_text(tmp_path / "a.pdf"))
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    for said in (say(KIND_TITLES[kind.kind], "fr"), reference, *kind.says):
        assert joined(said) in told, told
    title = say(KIND_TITLES[kind.kind], "ar")
    assert any(word in told or word[::-1] in told for word in title.split()), told


def _text(file: Path) -> str:
    done = subprocess.run(["pdftotext", str(file), "-"], check=True, capture_output=True, text=True)
    return done.stdout


@every_kind
def test_whoever_is_handed_it_is_told_which_it_is_on_every_door(house: House, kind: Kind) -> None:
    """Above all: a paper that there is nothing never passes for one that there is something."""
    reference = ordered(house, kind)
    called = names.PAPERS[kind.kind]
    for language in ("fr", "ar"):
        assert say(called, language) in checked(house, reference, language)
    stranger = Phone(house, STRANGER)
    stranger.dials(f"*384*3939*5*4*{reference}#").sees("Attestation vraie", say(called, "fr"))
    stranger.drops().texts(f"VERIF {reference}").gets("Attestation vraie", say(called, "fr"))


def test_the_demo_has_somebody_whom_no_fund_numbers(house: House) -> None:
    one = person(UNREGISTERED)
    assert set(one.insured.keys) == {"cin"}
    phone = own_phone(house, UNREGISTERED)
    phone.dials().choose("Mes dossiers").sees("Aucun dossier connu à votre nom.")


def digit(phone: Phone, label: str) -> str:
    """The number of a choice in the SMS that just came."""
    found = re.search(rf"(?m)^(\d+) {re.escape(phone.says(label))}$", phone.news)
    assert found, phone.news
    return found[1]


def test_a_non_registration_is_had_on_three_doors(house: House) -> None:
    """By USSD, by SMS, on the web: three orders, three papers, one thing said."""
    phone = own_phone(house, UNREGISTERED)
    phone.dials().choose("Attestation", "Immatriculation", "Oui").drops()
    phone.texts("شهادة").texts(digit(phone, "Immatriculation"))
    phone.texts(digit(phone, "Oui"))
    visitor = Visitor(house, "ar").signs_in(own_phone(house, UNREGISTERED))
    visitor.opens("/ar/services/attestation").choose("Immatriculation").choose("Oui")
    for _ in range(4):
        later(house, minutes=5)
    references = [row[0] for row in house.store.sql.all("select reference from requests")]
    assert len(references) == 3
    for reference in references:
        assert "Attestation vraie : Non-immatriculation" in checked(house, reference)


@pytest.mark.parametrize("choice", ["Pension", "Droits AMO"])
def test_what_the_fund_cannot_say_of_them_is_refused_in_words(house: House, choice: str) -> None:
    phone = own_phone(house, UNREGISTERED)
    phone.waits().dials().choose("Attestation", choice, "Oui").drops().waits()
    house.outbox.run_once()
    later(house, minutes=5)
    reason = {"Pension": "La caisse ne vous verse pas de pension.",
              "Droits AMO": "Vos droits AMO ne sont pas ouverts."}[choice]  # fmt: skip
    (row,) = house.store.sql.all("select reference from requests")
    phone.texts(row[0]).gets(reason)
