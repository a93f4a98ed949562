"""Whatever arrives is answered with a small page that says what to do, and nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import Page

from lite.services import SERVICES

NASTY = {
    "long": "7" * 20_000,
    "long Arabic": "ش" * 4_000,
    "zero": "a\x00b",
    "emoji": "👵🏽📱",
    "marks": "\u202e\u200f12\u2066",
    "tags": "<script>alert(1)</script>",
    "quotes": "\"'><b>",
    "blank": "   ",
    "braces": "{typed} {0} %s {{ 7*7 }}",
    "presentation": "\ufdfa" * 500,
}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def calm(response: Any, *statuses: int) -> None:
    page = Page(response)
    assert page.status in statuses
    assert len(response.get_data()) < 8000
    assert "<script>alert" not in page.html
    assert '<b>"' not in page.html
    assert page.links


@pytest.mark.parametrize("value", NASTY.values(), ids=NASTY)
def test_a_form_takes_anything(client: FlaskClient, value: str) -> None:
    calm(client.post("/ar/sign-in", data={"phone": value, "code": value}), 422)
    calm(client.post("/fr/sign-in", data={"phone": "0612345678", "code": value}), 200, 422)
    calm(client.post("/fr/services/callback", data={"phone": value, "reason": value}), 422)
    query = value[:5000]
    calm(client.get("/ar/services/agencies", query_string={"town": query}), 200, 422)
    calm(client.get("/fr/services/verify", query_string={"reference": query}), 422)
    calm(client.get("/fr/status", query_string={query: query}), 200)


@pytest.mark.parametrize("size", [65_537, 100_000, 10_000_000])
@pytest.mark.parametrize("path", ["/fr/sign-in", "/ar/services/callback"])
def test_a_body_that_is_too_long_is_said_so(client: FlaskClient, path: str, size: int) -> None:
    response = client.post(path, data=b"phone=" + b"1" * size, headers=FORM)
    calm(response, 413)
    assert "Rien n'a été envoyé." in Page(response).text


@pytest.mark.parametrize("body", [b"phone=%FF%FE&code=%C3", b"\xff\xfe", b"phone", b"&&=&="])
def test_a_body_that_is_no_form_is_answered(client: FlaskClient, body: bytes) -> None:
    calm(client.post("/fr/sign-in", data=body, headers=FORM), 422)
    calm(client.post("/fr/sign-in", data=body, headers={"Content-Type": "text/xml"}), 400)
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/fr/sign-in", data=body, headers=multipart).status_code < 500


@pytest.mark.parametrize("path", ["/ar/sign-in", "/fr/services/callback", "/fr/services/rights"])
@pytest.mark.parametrize(
    ("body", "type"),
    [
        (b"phone=0612345678&phone=&phone=0655512345", FORM["Content-Type"]),
        (b"sure=1&sure=2", FORM["Content-Type"]),
        (b"phone%5B%5D=0612345678", FORM["Content-Type"]),
        (b"phone[0][x]=0612345678&code=123456", FORM["Content-Type"]),
        (b'{"phone": "0612345678"}', "application/json"),
        (b"0612345678", "text/plain"),
    ],
)
def test_a_riddle_is_told_as_such_with_what_to_do(
    client: FlaskClient, path: str, body: bytes, type: str
) -> None:
    response = client.post(path, data=body, headers={"Content-Type": type})
    calm(response, 400)
    for words in ("n'a pas pu être lu. Rien n'a été envoyé.", "Rouvrez la page", "أعيدوا فتح"):
        assert words in Page(response).text
    assert "panne" not in Page(response).text


def test_the_same_answer_twice_is_one_answer(client: FlaskClient) -> None:
    """A choice that was to be marked comes with an empty field of its name."""
    body = b"phone=0612345678&phone=0612345678&phone=&reason=&reason=1&time=1"
    response = client.post("/fr/services/callback", data=body, headers=FORM)
    assert "Vous rappeler au" in Page(response).text
    body = b"town=sa&town=Sal%C3%A9"
    assert client.post("/fr/services/agencies", data=body, headers=FORM).status_code == 303


def test_the_last_answer_that_says_something_counts(client: FlaskClient) -> None:
    page = Page(client.get("/fr/services/verify?reference=1&reference=2&reference="))
    assert page.form.inputs["reference"]["value"] == "2"


@pytest.mark.parametrize("cookie", ["x", "A" * 4000, "é", '"', "a\x7fb", "../../etc"])
def test_a_cookie_that_is_not_ours_is_nobody(client: FlaskClient, cookie: str) -> None:
    headers = {"Cookie": f"s={cookie}; language={cookie}"}
    assert client.get("/fr/services/rights", headers=headers).status_code == 303
    assert client.get("/", headers=headers).location == "/fr/"
    assert client.post("/fr/leave", headers=headers).status_code == 303


@pytest.mark.parametrize("once", ["", "x", "A" * 16, "é" * 16, "A" * 5000])
def test_a_form_without_its_key_asks_again(client: FlaskClient, house: Any, once: str) -> None:
    data = {"phone": "0612345678", "reason": "1", "time": "1", "sure": "1", "once": once}
    response = client.post("/fr/services/callback", data=data)
    made = house.store.sql.one("select count(*) from requests")
    if once == "A" * 16:
        assert (response.status_code, made) == (303, (1,))
    else:
        assert ("sure", "1") in Page(response).form.buttons
        assert made == (0,)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    key=st.sampled_from([service.key for service in SERVICES]),
    names=st.lists(
        st.sampled_from(["town", "place", "reference", "total", "phone", "reason", "time", "sure",
                         "who", "kind", "language", "once", "csrf", "next", "l"]),
        max_size=6,
    ),
    values=st.lists(st.one_of(st.text(max_size=20), st.sampled_from(["1", "2", "sa", "0612"])),
                    min_size=6, max_size=6),
    method=st.sampled_from(["get", "post"]),
)  # fmt: skip
def test_no_fields_break_a_page(
    client: FlaskClient, key: str, names: list[str], values: list[str], method: str
) -> None:
    fields = dict(zip(names, values, strict=False))
    path = f"/ar/services/{key}"
    if method == "get":
        response = client.get(path, query_string=fields)
    else:
        response = client.post(path, data=fields)
    assert response.status_code in (200, 303, 422)
