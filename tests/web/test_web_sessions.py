"""A session: begun by a code, ended by its person, by time or by another code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from reading import follow

from lite.app import House
from lite.clock import set_clock
from lite.services import SERVICES
from lite.web import make_web

Code = Callable[[str], str]
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def phone(alone: list[dict[str, Any]]) -> str:
    return str(alone[0]["phone"])


def test_leaving_ends_the_session_on_the_server(
    client: FlaskClient, sign_in: Callable[..., Any], phone: str, house: House
) -> None:
    sign_in(phone)
    cookie = client.get_cookie("s")
    assert cookie
    response = client.post("/fr/leave")
    assert client.get_cookie("s") is None
    assert follow(client, response).text.count("Vous êtes sorti") == 1
    client.set_cookie("s", cookie.value)
    assert client.get("/fr/services/dossiers").status_code == 303
    assert house.store.sql.one("select count(*) from web_sessions") == (0,)


def test_a_session_ends_by_itself(
    client: FlaskClient, sign_in: Callable[..., Any], phone: str, house: House
) -> None:
    sign_in(phone)
    set_clock(house.settings.clock, START + timedelta(minutes=21))
    assert client.get("/fr/services/rights").status_code == 303


def test_signing_in_again_kills_the_session_before(
    client: FlaskClient, sign_in: Callable[..., Any], phone: str, house: House
) -> None:
    sign_in(phone)
    first = client.get_cookie("s")
    sign_in(phone)
    assert first != client.get_cookie("s")
    assert house.store.sql.one("select count(*) from web_sessions") == (1,)


@pytest.mark.parametrize(
    ("secure", "base", "name"),
    [
        (True, "http://lite.ma", "__Host-s"),
        (False, "https://lite.ma", "__Host-s"),
        (False, "http://127.0.0.1:8000", "s"),
        (False, "http://localhost:8000", "s"),
        (False, "http://[::1]:8000", "s"),
        (False, "http://192.168.1.2:8000", ""),
        (False, "http://127.0.0.1.evil.example", ""),
    ],
)
def test_a_session_never_travels_in_clear(
    house: House, phone: str, new_code: Code, secure: bool, base: str, name: str
) -> None:
    client = make_web(house.office, SERVICES, secure=secure).test_client()
    code = new_code(phone)
    response = client.post("/fr/sign-in", data={"phone": phone, "code": code}, base_url=base)
    cookie = response.headers.get("Set-Cookie", "")
    assert cookie.partition("=")[0] == name
    assert ("Secure" in cookie) == (name == "__Host-s")
    assert response.status_code == (303 if name else 403)
