"""What a page weighs, what it says to the browser, and that it loads nothing else."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask.testing import FlaskClient
from reading import Page

from lite.services import SERVICES
from lite.services.form import Level
from lite.web import assets

WIRE = 4096  # bytes of any page, headers included
SEGMENT = 900  # bytes of body of a page that fits one TCP segment
EVERYTHING = 50_000  # bytes of a page and of all that it ever loads, uncompressed
HEADERS = 480  # bytes of its headers
FIRST = ("", "services/", "services/10", "services/19", "sign-in", "status")
PUBLIC = [f"services/{one.key}" for one in SERVICES if one.level == Level.T0]
OWN = [f"services/{one.key}" for one in SERVICES if one.level > Level.T0]
MORE = ["services/agencies?town=sa", "services/agencies?town=Sal%C3%A9", "verify/12", "left",
        "sign-in/sms"]  # fmt: skip
UNPACKED = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}


def wire(response: Any) -> int:
    head = sum(len(f"{name}: {value}\r\n".encode()) for name, value in response.headers)
    return len(f"HTTP/1.1 {response.status}\r\n\r\n") + head + len(response.get_data())


@pytest.mark.parametrize("coding", ["br", "gzip"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_page_is_light(
    client: FlaskClient, sign_in: Callable[..., Any], with_dossiers: Callable[[int], Any],
    language: str, coding: str,
) -> None:  # fmt: skip
    accept = {"Accept-Encoding": coding}
    paths = [*FIRST, *PUBLIC, *MORE]
    weights = {path: wire(client.get(f"/{language}/{path}", headers=accept)) for path in paths}
    sign_in(with_dossiers(20)["phone"])
    more = [*OWN, "services/dossiers?dossier=1", "services/attestation?kind=1&period=4",
            "services/attestation?kind=2", "services/callback?reason=1&time=1"]  # fmt: skip
    weights |= {f"in {path}": wire(client.get(f"/{language}/{path}", headers=accept))
                for path in [*FIRST, *more]}  # fmt: skip
    assert {path: weight for path, weight in weights.items() if weight > WIRE} == {}


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("path", FIRST)
def test_the_first_pages_fit_one_segment(client: FlaskClient, language: str, path: str) -> None:
    response = client.get(f"/{language}/{path}", headers={"Accept-Encoding": "br"})
    assert len(response.get_data()) <= SEGMENT
    assert wire(response) - len(response.get_data()) <= HEADERS


@pytest.mark.parametrize("language", ["fr", "ar"])
@pytest.mark.parametrize("path", FIRST)
def test_they_fit_it_for_whoever_is_signed_in(
    client: FlaskClient, sign_in: Callable[..., Any], with_dossiers: Callable[[int], Any],
    language: str, path: str,
) -> None:  # fmt: skip
    sign_in(with_dossiers(20)["phone"], language)
    response = client.get(f"/{language}/{path}", headers={"Accept-Encoding": "br"})
    assert len(response.get_data()) <= SEGMENT
    assert wire(response) - len(response.get_data()) <= HEADERS


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
@pytest.mark.parametrize("path", ["/fr/", "/ar/services/dossiers", "/nowhere", "/fr/verify/12"])
def test_a_page_says_what_it_weighs(
    client: FlaskClient, sign_in: Callable[..., Any], with_dossiers: Callable[[int], Any],
    path: str, coding: str,
) -> None:  # fmt: skip
    if "dossiers" in path:
        sign_in(with_dossiers(20)["phone"])
    response = client.get(path, headers={"Accept-Encoding": coding})
    page = UNPACKED[coding](response.get_data()).decode()
    said = re.search(r"<small.*?(\d+,\d)", page)
    assert said
    assert said[1] == f"{wire(response) / 1000:.1f}".replace(".", ",")


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
@pytest.mark.parametrize("path", ["/fr/", "/ar/sign-in", "/nowhere"])
def test_a_page_comes_as_the_browser_can_read_it(
    client: FlaskClient, path: str, coding: str
) -> None:
    response = client.get(path, headers={"Accept-Encoding": coding})
    assert response.headers.get("Content-Encoding", "identity") == coding
    assert "Accept-Encoding" in response.headers["Vary"]
    assert UNPACKED[coding](response.get_data()).startswith(b"<!doctype html>")


@pytest.mark.parametrize("path", ["/fr/", "/ar/services/callback", "/nowhere"])
def test_a_page_loads_nothing_but_itself(client: FlaskClient, path: str) -> None:
    page = Page(client.get(path))
    loaded = [found.get("src") or found.get("href", "") for tag, found in page.attributes
              if tag in ("script", "link", "img", "iframe", "object")]  # fmt: skip
    assert [one for one in loaded if one and one != "data:,"] == []
    assert "http" not in page.html.replace("http-equiv", "")


def test_the_inline_parts_are_those_that_the_policy_knows(client: FlaskClient) -> None:
    response = client.get("/fr/")
    policy = response.headers["Content-Security-Policy"]
    for tag in ("style", "script"):
        inline = re.findall(f"<{tag}>(.*?)</{tag}>", response.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
        assert len(inline) == 1
        assert f"'sha256-{digest}'" in policy
    rules = dict(rule.split(" ", 1) for rule in policy.split(";"))
    sources = rules.pop("default-src").split()
    assert sources[0] == "'self'"
    assert all(one.startswith("'sha256-") for one in sources[1:])
    assert rules == {"img-src": "data:", "form-action": "'self'", "base-uri": "'none'",
                     "frame-ancestors": "'none'"}  # fmt: skip


@pytest.mark.parametrize("path", ["/fr/", "/ar/sign-in", "/fr/status", "/nowhere", "/fr/left"])
def test_every_page_is_guarded(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_htmx_is_the_file_that_its_authors_published() -> None:
    file = assets.STATIC / assets.HTMX
    assert hashlib.sha256(file.read_bytes()).hexdigest() == assets.HTMX_SHA256
    assert (Path(file).parent / "htmx-LICENSE.txt").exists()


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
def test_the_scripts_are_kept_for_ever_and_all_together_is_light(
    client: FlaskClient, coding: str
) -> None:
    text = client.get("/ar/services/10").get_data(as_text=True)
    whole = len(text.encode())
    while source := re.search(r'src ?= ?"(/static/[0-9a-f]{8}\.js)"', text):
        response = client.get(source[1], headers={"Accept-Encoding": coding})
        text = UNPACKED[coding](response.get_data()).decode()
        whole += len(text)
        assert "immutable" in response.headers["Cache-Control"]
        assert "Set-Cookie" not in response.headers
    assert (assets.STATIC / assets.HTMX).read_text("utf-8") in text
    worker = client.get("/worker.js", headers={"Accept-Encoding": coding})
    assert len(client.get("/worker.js", headers={"Accept-Encoding": "gzip"}).data) < 1500
    assert worker.headers["Cache-Control"] == "no-cache"
    assert whole + len(UNPACKED[coding](worker.get_data())) < EVERYTHING


def test_a_public_page_is_asked_again_and_costs_nothing_unchanged(client: FlaskClient) -> None:
    for path in ("/fr/", "/ar/status", "/fr/sign-in"):
        first = client.get(path)
        assert first.headers["Cache-Control"] == "no-cache"
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.get_data()) == (304, b"")


def test_a_personal_page_is_kept_nowhere(
    client: FlaskClient, sign_in: Callable[..., Any], with_dossiers: Callable[[int], Any]
) -> None:
    sign_in(with_dossiers(2)["phone"])
    for path in [*FIRST, *PUBLIC, *OWN]:
        headers = client.get(f"/fr/{path}").headers
        assert headers["Cache-Control"] == "no-store"
        assert "ETag" not in headers
        assert "Cookie" in headers["Vary"]


def test_only_what_changed_travels_to_htmx(client: FlaskClient) -> None:
    whole = client.get("/fr/services/callback")
    part = client.get("/fr/services/callback", headers={"HX-Request": "true"})
    assert part.text.startswith("<title>Lite - ")
    assert part.text.count("<main") == 1
    assert '<main lang="fr" dir="ltr">' in part.text
    assert "<style" not in part.text
    swapped, shown = (one.text.split("<nav>")[1].split("<small>")[0] for one in (part, whole))
    assert swapped == shown
    assert "HX-Request" in part.headers["Vary"]
    part = client.get("/fr/status", headers={"HX-Request": "true", "Accept-Encoding": "br"})
    assert len(part.get_data()) <= 500


@pytest.mark.parametrize("part", ["", "?part=2", "?part=4", "?part=5", "?part=x", "?part=-1"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_part_of_a_long_list_travels_in_half_a_kilobyte(
    sign_in: Callable[..., Any], with_dossiers: Callable[[int], Any], language: str, part: str
) -> None:
    client = sign_in(with_dossiers(30)["phone"])
    asks = {"HX-Request": "true", "Accept-Encoding": "br"}
    answer = client.get(f"/{language}/services/dossiers{part}", headers=asks)
    assert (answer.status_code, len(answer.get_data()) <= 500) == (200, True)
