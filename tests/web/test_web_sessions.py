"""A session: begun by a code, ended by its person, by time or by another code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from reading import Page, follow

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


def until(client: FlaskClient, path: str = "/fr/") -> str:
    """What a page says of how long it stays open."""
    return Page(client.get(path)).text.partition("ouverte jusqu'à ")[2][:5]


def wait(house: House, **span: float) -> None:
    set_clock(house.settings.clock, house.clock.now() + timedelta(**span))


def test_every_page_says_until_when(
    client: FlaskClient, sign_in: Callable[..., Any], phone: str
) -> None:
    sign_in(phone)
    paths = [f"/fr/services/{one.key}" for one in SERVICES] + ["/fr/", "/fr/services/", "/fr/left"]
    assert {until(client, path) for path in paths} == {"10:20"}
    page = client.get("/ar/services/rights").get_data(as_text=True)
    assert 'الجلسة مفتوحة حتى <bdi dir="ltr">10:20</bdi>' in page
    client.post("/fr/leave")
    assert until(client) == ""


def test_what_a_page_says_is_kept(
    client: FlaskClient, sign_in: Callable[..., Any], phone: str, house: House
) -> None:
    """To the minute, also where pages follow each other so fast that only the first is noted."""
    sign_in(phone)
    for seconds in (0, 14, 14, 14):
        wait(house, seconds=seconds)
        said = until(client)
    at = START.replace(hour=int(said[:2]) - 1, minute=int(said[3:]))  # Casablanca is UTC+1
    set_clock(house.settings.clock, at - timedelta(seconds=1))
    assert client.get("/fr/services/rights").status_code == 200


def test_no_session_is_longer_than_an_hour(
    client: FlaskClient, sign_in: Callable[..., Any], phone: str, house: House
) -> None:
    sign_in(phone)
    said = []
    for _ in range(5):
        said.append(until(client))
        wait(house, minutes=11.9)
    assert said == ["10:20", "10:31", "10:43", "10:55", "11:00"]
    wait(house, minutes=1)
    assert client.get("/fr/services/rights").status_code == 303


def test_a_session_that_ended_by_itself_never_lives_again(
    client: FlaskClient, sign_in: Callable[..., Any], phone: str, house: House
) -> None:
    """Not even where the machine's clock is set back."""
    sign_in(phone)
    wait(house, minutes=21)
    assert client.get("/fr/services/rights").status_code == 303
    wait(house, minutes=-21)
    assert client.get("/fr/services/rights").status_code == 303


def test_no_cookie_that_was_planted_becomes_a_session(
    client: FlaskClient, sign_in: Callable[..., Any], phone: str
) -> None:
    client.set_cookie("s", "A" * 22)
    sign_in(phone)
    own = client.get_cookie("s")
    assert own
    assert own.value != "A" * 22
    assert len(own.value) == 22  # 128 bits
    client.set_cookie("s", "A" * 22)
    assert client.get("/fr/services/rights").status_code == 303


def test_the_store_holds_no_cookie(
    client: FlaskClient, sign_in: Callable[..., Any], phone: str, house: House
) -> None:
    sign_in(phone)
    cookie = client.get_cookie("s")
    assert cookie
    assert cookie.value not in str(house.store.sql.all("select * from web_sessions"))


def test_leaving_asks_the_browser_to_forget(
    client: FlaskClient, sign_in: Callable[..., Any], phone: str
) -> None:
    sign_in(phone)
    client.get("/fr/?l=1")
    response = client.post("/fr/leave")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get_cookie("language"), "the language is nobody's secret"
