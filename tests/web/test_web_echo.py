"""What was sent to a page never travels compressed beside what is secret (BREACH)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from reading import Page

BROTLI = {"Accept-Encoding": "br, gzip"}


def coding(response: Any) -> str:
    found: str = response.headers.get("Content-Encoding", "identity")
    return found


@pytest.fixture
def own(
    client: FlaskClient, sign_in: Callable[..., Any], with_dossiers: Callable[[int], Any]
) -> dict[str, Any]:
    person: dict[str, Any] = with_dossiers(3)
    sign_in(person["phone"])
    return person


def test_a_personal_page_is_compressed_as_long_as_it_repeats_nothing(
    client: FlaskClient, own: dict[str, Any]
) -> None:
    listed = client.get("/fr/services/dossiers")
    assert coding(client.get("/fr/services/dossiers", headers=BROTLI)) == "br"
    one = re.search(r'href="([^"]*dossier=[^"]*)"', listed.text)
    assert one
    assert coding(client.get(one[1], headers=BROTLI)) == "br"


GUESSES = ["1031809", "0612345678", "Zahra", "<bdi>103"]
PATHS = {
    "services/dossiers?guess={}": True,  # the link to the other language
    "services/dossiers?dossier={}": True,
    "services/attestation?kind=1&period=4&from={}": True,
    "services/complaint?words={}": True,
    "verify/{}": False,
    "sign-in/sms?next=dossiers%3Fdossier%3D{}%26x%3Dy": False,
}


@pytest.mark.parametrize("guess", GUESSES)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_that_repeats_a_guess_is_not(
    client: FlaskClient, own: dict[str, Any], path: str, guess: str
) -> None:
    address = f"/fr/{path.format(quote(quote(guess) if '%3D' in path else guess, safe=''))}"
    response, shown = client.get(address, headers=BROTLI), client.get(address).text
    word = re.sub(r"\W|bdi", "", guess)
    assert word in shown or not PATHS[path]
    assert coding(response) == ("identity" if word in shown else "br")


@pytest.mark.parametrize("data", [{"phone": "0612345678"}, {"phone": "0612345678", "code": "12"}])
def test_the_sign_in_holds_no_secret_and_is_packed(
    client: FlaskClient, data: dict[str, str]
) -> None:
    answer = client.post("/fr/sign-in", data=data, headers=BROTLI)
    assert coding(answer) == "br"
    assert len(answer.get_data()) < 1100
    assert "0612345678" in client.post("/fr/sign-in", data=data).text


def test_the_sign_in_of_whoever_is_inside_is_not(client: FlaskClient, own: dict[str, Any]) -> None:
    answer = client.post("/fr/sign-in", data={"phone": "0612345678"}, headers=BROTLI)
    assert coding(answer) == "identity"


def test_the_token_of_a_form_is_never_twice_the_same(
    client: FlaskClient, own: dict[str, Any]
) -> None:
    tokens = {Page(client.get("/fr/services/complaint")).form.hidden["csrf"] for _ in range(5)}
    assert len(tokens) == 5


HIDDEN = {
    "the name of a value": "services/dossiers?Zahra=1",
    "under the name of a key": "services/dossiers?once=Zahra",
    "under the name of a token": "services/dossiers?csrf=Zahra",
    "a letter that an address spells out": "services/dossiers?guess=Zahra%C3%A9",
    "after such a letter": "services/dossiers?guess=%C3%A9Zahra",
    "a percent of its own": "services/dossiers?guess=%2541Zahra",
    "a mark that is not shown": "services/complaint?words=Za%E2%80%8Bhr%E2%80%8Ba",
    "cut where answers are": f"services/complaint?words={97 * 'x-'}Zahra{200 * 'y'}",
}


@pytest.mark.parametrize("path", HIDDEN.values(), ids=HIDDEN)
def test_nor_is_one_that_repeats_a_guess_in_disguise(
    client: FlaskClient, own: dict[str, Any], path: str
) -> None:
    assert "Zahr" in client.get(f"/fr/{path}").text
    assert coding(client.get(f"/fr/{path}", headers=BROTLI)) == "identity"


def test_the_next_part_of_a_list_is_packed(thirty: FlaskClient) -> None:
    assert coding(thirty.get("/fr/services/dossiers?part=2", headers=BROTLI)) == "br"
