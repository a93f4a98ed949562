"""Signing in with a code, leaving, and the true reason when it does not open."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from reading import Page, follow
from worker import grants_wishes

from lite.app import House
from lite.clock import set_clock

Code = Callable[[str], str]
STRANGER = "0699999999"
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # ten in the morning in Casablanca


def enter(client: FlaskClient, phone: str, code: str = "", **more: str) -> Any:
    return client.post("/fr/sign-in", data={"phone": phone, "code": code, **more})


def later(house: House, **span: float) -> None:
    set_clock(house.settings.clock, START + timedelta(**span))


def letters(house: House) -> int:
    """How many SMS were written, once the worker looked into what was asked."""
    grants_wishes(house)
    return int(house.store.sql.one("select count(*) from letters where kind = 'sms'")[0])


@pytest.fixture
def phone(alone: list[dict[str, Any]]) -> str:
    return str(alone[0]["phone"])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def test_a_code_opens_the_file(client: FlaskClient, phone: str, new_code: Code) -> None:
    response = enter(client, phone, new_code(phone), next="dossiers")
    assert (response.status_code, response.location) == (303, "/fr/services/dossiers")
    cookie = response.headers["Set-Cookie"]
    assert re.fullmatch(r"s=[\w-]{22}; HttpOnly; Path=/; SameSite=Lax", cookie)
    page = follow(client, response)
    assert page.status == 200
    assert any(form.action == "/fr/leave" for form in page.forms)


@pytest.mark.parametrize("typed", ["06{}", "+212 6{}", "00212-6{}", "212.6{}", "٠٦{}"])
def test_a_phone_is_typed_as_people_do(
    client: FlaskClient, phone: str, new_code: Code, typed: str
) -> None:
    code = new_code(phone)
    assert enter(client, typed.format(phone[5:]), f" {code[:3]}-{code[3:]} ").status_code == 303


@pytest.mark.parametrize("wanted", ["nothing", "//evil.example", "https://evil.example", "../x"])
def test_nobody_is_led_elsewhere(
    client: FlaskClient, phone: str, new_code: Code, wanted: str
) -> None:
    assert not Page(client.get("/fr/sign-in", query_string={"next": wanted})).form.hidden
    assert enter(client, phone, new_code(phone), next=wanted).location == "/fr/"


def test_a_wrong_code_is_called_wrong(client: FlaskClient, phone: str, new_code: Code) -> None:
    page = Page(enter(client, phone, wrong(new_code(phone))))
    assert page.status == 422
    assert "Ce code est faux." in page.text
    assert "<title>Lite - Erreur : " in page.html
    assert page.links["#code"].startswith("Ce code est faux.")
    assert page.form.inputs["phone"]["value"] == phone
    assert page.form.inputs["code"].get("value", "") == ""


def test_a_used_code_is_called_used(client: FlaskClient, phone: str, new_code: Code) -> None:
    code = new_code(phone)
    enter(client, phone, code)
    assert "a déjà servi ou est trop vieux" in Page(enter(client, phone, code)).text


def test_an_old_code_is_called_old(
    client: FlaskClient, house: House, phone: str, new_code: Code
) -> None:
    code = new_code(phone)
    later(house, minutes=10, seconds=1)
    assert "a déjà servi ou est trop vieux" in Page(enter(client, phone, code)).text


def test_too_many_errors_close_the_door_until_an_hour(
    client: FlaskClient, house: House, phone: str, new_code: Code
) -> None:
    code = new_code(phone)
    for minute in range(4):
        later(house, minutes=minute)
        enter(client, phone, wrong(code))
    page = Page(enter(client, phone, code))
    assert page.status == 429
    assert "Trop d'essais. Réessayez à 10:04." in page.text
    later(house, minutes=6)
    assert enter(client, phone, new_code(phone)).status_code == 303


def test_a_new_code_does_not_open_a_closed_door(
    client: FlaskClient, house: House, phone: str, new_code: Code
) -> None:
    for hour in range(10):
        later(house, hours=hour, minutes=hour)  # just past the longest wait
        enter(client, phone, "000000")
    assert "Réessayez le 25/11/2026 à 10:00." in Page(enter(client, phone, new_code(phone))).text


def test_when_we_are_down_no_code_is_blamed(
    client: FlaskClient, phone: str, new_code: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lite.identity.codes.check", lambda *ignored: 1 / 0)
    page = Page(enter(client, phone, new_code(phone)))
    assert page.status == 503
    assert "Votre code n'est pas en cause." in page.text
    assert "faux" not in page.text


@pytest.mark.parametrize(("phone", "code", "at"), [
    ("", "", "phone"), ("12", "123456", "phone"), ("abc", "", "phone"),
    ("0612345678", "12345", "code"), ("0612345678", "abcdef", "code"),
])  # fmt: skip
def test_what_is_no_phone_or_no_code_is_said_at_its_place(
    client: FlaskClient, house: House, phone: str, code: str, at: str
) -> None:
    page = Page(enter(client, phone, code))
    assert page.status == 422
    assert f"#{at}" in page.links
    assert house.store.sql.one("select count(*) from failures") == (0,)


def test_an_unknown_phone_is_answered_as_a_known_one(
    client: FlaskClient, house: House, phone: str
) -> None:
    known, unknown = (enter(client, one).text.replace(one, "") for one in (phone, STRANGER))
    assert known == unknown
    assert "Si ce numéro est inscrit, un message est en route." in Page(enter(client, phone)).text
    assert letters(house) == 1


def test_an_unknown_phone_is_locked_as_a_known_one(client: FlaskClient, phone: str) -> None:
    def told(one: str) -> str:
        # Another number typed may weigh another tenth of a kilobyte.
        return re.sub(r"<small>.*?</small>", "", enter(client, one, "000000").text.replace(one, ""))

    seen = [[told(one) for _ in range(4)] for one in (phone, STRANGER)]
    assert seen[0] == seen[1]


def test_a_second_tap_sends_no_second_code(client: FlaskClient, house: House, phone: str) -> None:
    for seconds, sent in ((0, 1), (5, 1), (31, 2), (50, 2)):
        later(house, seconds=seconds)
        enter(client, phone)
        assert letters(house) == sent


def test_a_phone_of_several_people_is_told_to_choose(
    client: FlaskClient, house: House, people: list[dict[str, Any]], alone: list[dict[str, Any]]
) -> None:
    own = {one["phone"] for one in alone}
    shared = next(one["phone"] for one in people if one["phone"] not in own)
    assert enter(client, shared).text.replace(shared, "") == enter(client, STRANGER).text.replace(
        STRANGER, ""
    )
    assert letters(house) == 1
    assert house.store.sql.one("select count(*) from codes") == (0,)
