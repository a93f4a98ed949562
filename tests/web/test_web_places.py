"""Where somebody was going is found again after the sign-in; no address names what is theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from cast import AR_FOUR, FR_SIX, FR_THIRTY
from flask.testing import FlaskClient
from reading import Page, follow

from lite.app import House
from lite.desk import file
from lite.desk.door import Door
from lite.desk.facts import Dossier, Known
from lite.services import SERVICES
from lite.services.form import Choice, Level, YesNo

HERE = "/fr/services/dossiers"


def links(client: FlaskClient) -> dict[str, str]:
    """Address -> name of each dossier on the list."""
    found = Page(client.get(HERE)).links
    return {link: name for link, name in found.items() if "?dossier=" in link}


def turn_round(monkeypatch: pytest.MonkeyPatch) -> None:
    told = file.dossiers

    def another_order(*asked: Any) -> Known[list[Dossier]]:
        known = told(*asked)
        return Known(known.value[::-1], known.as_of)

    monkeypatch.setattr(file, "dossiers", another_order)


def test_a_link_opens_the_same_dossier_when_the_list_has_moved(
    thirty: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = links(thirty)
    turn_round(monkeypatch)
    assert list(links(thirty).values()) != list(shown.values())
    for link, name in shown.items():
        assert name.split()[-1] in Page(thirty.get(link)).text


def test_a_link_says_nothing_and_counts_nothing(thirty: FlaskClient) -> None:
    for link, name in links(thirty).items():
        assert re.fullmatch(rf"{HERE}\?dossier=[0-9a-f]{{8}}", link)
        assert name.split()[-1] not in link
    for typed in ("1", "2", "1000000042", "0" * 8, ""):
        page = Page(thirty.get(f"{HERE}?dossier={typed}"))
        assert page.status == 422
        assert "Statut" not in page.text


def test_a_link_of_one_person_is_nothing_to_another(
    sign_in: Callable[..., FlaskClient],
) -> None:
    link = next(iter(links(sign_in(FR_THIRTY))))
    client = sign_in(FR_SIX)
    assert Page(client.get(link)).status == 422
    assert link not in links(client)


def test_one_taps_a_dossier_signs_in_and_is_there(
    client: FlaskClient, sign_in: Callable[..., Any], new_code: Callable[[str], str]
) -> None:
    link, name = list(links(sign_in(FR_THIRTY)).items())[4]
    client.post("/fr/leave")
    page = follow(client, client.get(link))
    assert name.split()[-1] not in page.text
    answer = page.submit(client, phone=FR_THIRTY, code=new_code(FR_THIRTY))
    assert answer.location == link
    assert name.split()[-1] in Page(client.get(link)).text


def test_the_place_is_kept_while_a_code_is_asked_for_and_mistyped(
    client: FlaskClient, new_code: Callable[[str], str]
) -> None:
    page = follow(client, client.get("/fr/services/attestation?kind=2"))
    page = Page(page.submit(client, phone=FR_THIRTY, code=""))
    page = Page(page.submit(client, phone=FR_THIRTY, code="12"))
    texting = next(link for link in page.links if "/sign-in/sms" in link)
    assert Page(client.get(texting)).form.hidden["next"] == "attestation?kind=2"
    answer = page.submit(client, phone=FR_THIRTY, code=new_code(FR_THIRTY))
    assert answer.location == "/fr/services/attestation?kind=2"


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("dossiers", "/fr/services/dossiers"),
        ("attestation?kind=1&period=4", "/fr/services/attestation?kind=1&period=4"),
        ("attestation?kind=2&sure=1&once=AAAAAAAAAAAAAAAA", "/fr/services/attestation?kind=2"),
        ("attestation?kind=2\r\nSet-Cookie: s=x", None),
        ("phone?number=0655512345", "/fr/services/phone"),
        ("dossiers?next=//evil.example", "/fr/services/dossiers"),
        ("//evil.example", "/fr/"),
        ("https://evil.example/dossiers", "/fr/"),
        ("dossiers/../../leave", "/fr/"),
        ("dossiers#x", "/fr/"),
        ("\\evil.example", "/fr/"),
        ("dossiers?dossier=" + "1" * 5000, None),
        ("", "/fr/"),
    ],
)
def test_nobody_is_led_anywhere_else(
    client: FlaskClient, new_code: Callable[[str], str], wanted: str, place: str | None
) -> None:
    data = {"phone": AR_FOUR, "code": new_code(AR_FOUR), "next": wanted}
    answer = client.post("/fr/sign-in", data=data)
    assert answer.status_code == 303
    assert answer.location == place or place is None
    assert re.match(r"/fr/(services/[a-z_]+(\?|$))?", answer.location)
    assert answer.headers.getlist("Set-Cookie")[0].startswith("s=")
    assert "\n" not in answer.location
    assert len(answer.location) < 300


def test_a_place_that_is_none_is_not_written_on_the_page(client: FlaskClient) -> None:
    page = Page(client.get(f"/fr/sign-in?next={quote('//evil.example')}"))
    assert "next" not in page.form.hidden


def test_every_list_of_ones_own_things_is_known_to_move(house: House) -> None:
    """A list that is not the same for two people goes by tokens: a new service declares it."""
    door = Door(house.office, "sms")
    desks = [door.desk(phone, "") for phone in (AR_FOUR, FR_THIRTY)]
    for service in SERVICES:
        for question in service.fields:
            if not isinstance(question, Choice) or isinstance(question, YesNo) or question.moves:
                continue
            if service.level == Level.T0:
                continue
            one, other = ([option.value for option in question.options(desk, {})] for desk in desks)
            assert one == other, f"{service.key}.{question.name}"


def test_a_menu_of_before_the_sign_in_asks_nobody_to_sign_in_again(
    client: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    menu = Page(client.get("/fr/"))
    sign_in(FR_SIX)
    (link,) = (link for link in menu.links if link.endswith("?next=dossiers"))
    assert client.get(link).location == HERE
    assert Page(client.get("/fr/sign-in")).status == 200


def test_an_ended_session_is_asked_to_sign_in(
    client: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    sign_in(FR_SIX)
    client.post("/fr/leave")
    assert client.get("/fr/sign-in?next=dossiers").status_code == 200
