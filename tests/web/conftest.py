"""The pages of a furnished house, and the people who open them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cast import FR_THIRTY
from flask import Flask, Response
from flask.testing import FlaskClient
from isolated import not_isolated
from werkzeug.serving import WSGIRequestHandler, make_server

from lite.app import House
from lite.identity import codes
from lite.papers.keys import load_keys
from lite.papers.signature import new_key
from lite.upstream import pretend


@pytest.fixture
def signed(house: House, tmp_path: Path) -> None:
    """The fund has named a key for its papers. Comes before `web`, which asks for it."""
    new_key(tmp_path / "papers.pem")
    vars(house)["paper_keys"] = load_keys([("pretend", tmp_path / "papers.pem")])


@pytest.fixture
def web(house: House) -> Iterator[Flask]:
    """The pages; whatever a test opens, no number of an Arabic one may stand unheld."""
    app: Flask = house.web
    alone: list[str] = []

    @app.after_request
    def read(response: Response) -> Response:
        if response.mimetype == "text/html":
            alone.extend(not_isolated(response.get_data(as_text=True)))
        return response

    yield app
    assert alone == []


@pytest.fixture
def client(web: Flask) -> FlaskClient:
    return web.test_client()


@pytest.fixture
def people(house: House) -> list[dict[str, Any]]:
    return pretend.people(house.clock.now())


@pytest.fixture
def alone(house: House, people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those whose phone is theirs alone."""
    known = house.store.people.of_phone
    return [one for one in people if len(known(house.office.index(one["phone"]))) == 1]


@pytest.fixture
def new_code(house: House) -> Callable[[str], str]:
    """A fresh access code for a phone, as its holder reads it on a screen."""

    def issue(phone: str) -> str:
        index = house.office.index(phone)
        person = house.store.people.of_phone(index)[0]
        return codes.issue(house.store, house.vault, index, person, house.clock.now())

    return issue


@pytest.fixture
def sign_in(client: FlaskClient, new_code: Callable[[str], str]) -> Callable[..., FlaskClient]:
    """The same browser, signed in with a phone."""

    def enter(phone: str, language: str = "fr") -> FlaskClient:
        data = {"phone": phone, "code": new_code(phone)}
        assert client.post(f"/{language}/sign-in", data=data).status_code == 303
        return client

    return enter


@pytest.fixture
def thirty(sign_in: Callable[..., FlaskClient]) -> FlaskClient:
    """Somebody who speaks French and has thirty dossiers, signed in."""
    return sign_in(FR_THIRTY)


@pytest.fixture
def with_dossiers(alone: list[dict[str, Any]]) -> Callable[[int], dict[str, Any]]:
    """Somebody who has so many dossiers at least (0: none at all)."""

    def find(number: int) -> dict[str, Any]:
        counts = ((len(one["dossiers"]), one) for one in alone)
        return next(one for count, one in counts if (count >= number if number else count == 0))

    return find


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: a journey is dozens of lines."""


@pytest.fixture
def address(web: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, web, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
