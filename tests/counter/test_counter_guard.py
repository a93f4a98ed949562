"""What a passer-by, a forger, a curious colleague or a broken machine cannot do at the counter."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from agency import CNSS, KHADIJA, NEW, PASSWORD, Agency, found
from flask import Flask

from lite import counter
from lite.clock import set_clock
from lite.counter import make_counter
from lite.identity import staff
from lite.upstream.pretend_people import heads

# Who may open what


def paths(app: Flask) -> list[tuple[str, str]]:
    return [
        (method, str(rule.rule).removeprefix("/counter/"))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("counter.")
        for method in rule.methods or ()
        if method != "HEAD"
    ]


# What a passer-by may open; all the rest is guarded, also what is added tomorrow.
OPEN = {("GET", ""), ("GET", "sign-in"), ("POST", "sign-in"), ("GET", "enter/<token>")}


def test_every_route_is_guarded(agency: Agency) -> None:
    """A passer-by, a clerk without the token, a clerk where supervisors go: each is sent away."""
    guarded = [pair for pair in paths(agency.app) if pair not in OPEN]
    assert len(guarded) == len(counter.ROUTES) - len(OPEN) >= 10
    before = agency.acts()
    for method, path in guarded:
        page = agency.app.test_client().open(f"/counter/{path}", method=method)
        assert page.status_code == (303 if method == "GET" else 403), path
        assert KHADIJA.name not in page.get_data(as_text=True)
    assert agency.acts() == before


@pytest.mark.parametrize("token", ["", "AAAA", "é", "x" * 5000, None])
def test_a_post_without_its_token_does_nothing(agency: Agency, token: str | None) -> None:
    """The token of nobody, of another session, of another kind: None stands for another's."""
    browser = found(agency)
    other = found(agency, "said", number=CNSS).hidden()["csrf"] if token is None else token
    before = agency.acts()
    for method, path in paths(agency.app):
        if method == "POST" and (method, path) not in OPEN:
            browser.post(path, csrf=other, **NEW, phone_lost="x")
            assert browser.page.status_code == 403, path
    assert agency.acts() == before


def test_a_post_from_another_site_does_nothing(agency: Agency) -> None:
    browser = found(agency)
    fields = {**browser.hidden(), **NEW}
    for site in ("cross-site", "same-site"):
        page = browser.client.post("/counter/card", data=fields, headers={"Sec-Fetch-Site": site})
        assert page.status_code == 403
    assert agency.printed == []
    page = browser.client.post(
        "/counter/card", data=fields, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert page.status_code == 200


def test_no_two_pages_hold_the_same_token(agency: Agency) -> None:
    browser = found(agency)
    tokens = set()
    for _ in range(20):
        browser.open("file")
        tokens |= set(re.findall(r'name="csrf" value="([^"]+)"', browser.html))
    assert len(tokens) == 20
    assert len({token[:4] for token in tokens}) > 15, "tokens share a beginning"


def test_a_page_of_one_file_cannot_act_on_the_next(agency: Agency) -> None:
    """Two tabs: what was meant for Khadija must not fall on who came after her."""
    browser = found(agency)
    browser.open("enrol")
    stale = browser.hidden()
    browser.open("file")
    browser.send("close")
    other = heads()[1].insured.keys
    browser.send("find", scheme=next(iter(other)), number=next(iter(other.values())), reason="card")
    browser.send("show")
    browser.post("enrol", **{**stale, **NEW})
    assert browser.page.status_code == 403 and "n'est plus à jour" in browser.text
    assert "enrolled" not in [act for _, act, _ in agency.acts()]


def test_a_clerk_cannot_open_a_supervisors_page(agency: Agency) -> None:
    browser = found(agency)
    browser.open("log")
    assert browser.page.status_code == 403 and "superviseurs" in browser.text
    assert "counter/log" not in browser.open("file").get_data(as_text=True)


@pytest.mark.parametrize("path", ["enrol", "card"])
def test_nothing_is_handed_out_while_the_name_is_masked(agency: Agency, path: str) -> None:
    browser = found(agency, shown=False)
    browser.send(path, **NEW, consent="fr", version="2026-11")
    assert "Afficher l'identité" in browser.text
    assert agency.printed == [] and "enrolled" not in [act for _, act, _ in agency.acts()]


def test_a_file_is_masked_again_for_the_next_reason(agency: Agency) -> None:
    browser = found(agency)
    browser.send("close")
    browser.send("find", scheme="cnss", number=CNSS, reason="question")
    assert KHADIJA.name not in browser.html


# Signing in


def test_wrong_and_locked_are_told_apart_from_down(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = agency.browser()
    for _ in range(3):
        browser.send("sign-in", name="amina", password="x" * 15, code="000000")
        assert browser.page.status_code == 422 and "faux" in browser.text
    browser.send("sign-in", name="amina", password=PASSWORD, code=agency.digits("amina"))
    assert browser.page.status_code == 429 and "Réessayez à 10:00" in browser.text

    def broken(*_: Any) -> None:
        raise OSError("disk")

    monkeypatch.setattr(staff, "sign_in", broken)
    browser.send("sign-in", name="amina", password=PASSWORD, code="000000")
    assert browser.page.status_code == 503 and "n'est pas en cause" in browser.text
    assert "faux" not in browser.text and "disk" not in browser.html


def test_a_new_session_at_each_sign_in_and_none_after_leaving(agency: Agency) -> None:
    browser = agency.browser("amina")
    cookie = browser.client.get_cookie("staff")
    assert cookie and cookie.http_only and cookie.same_site == "Lax" and len(cookie.value) == 22
    set_clock(agency.clock_file, agency.now + timedelta(minutes=1))
    browser.open("")
    browser.send("sign-in", name="amina", password=PASSWORD, code=agency.digits("amina"))
    after = browser.client.get_cookie("staff")
    assert after and after.value != cookie.value
    browser.client.set_cookie("staff", cookie.value)
    assert "Mot de passe" in browser.open("").get_data(as_text=True), "the old one still opens"
    browser.client.set_cookie("staff", after.value)
    browser.open("")
    browser.send("leave")
    browser.client.set_cookie("staff", after.value)
    assert "Mot de passe" in browser.open("").get_data(as_text=True)


def test_a_session_ends_after_a_quarter_of_an_hour(agency: Agency) -> None:
    browser = found(agency)
    set_clock(agency.clock_file, agency.now + timedelta(minutes=16))
    browser.send("card", seen="1")
    assert browser.page.status_code == 403 and "session est finie" in browser.text
    assert agency.printed == []


def test_a_link_signs_in_once(agency: Agency) -> None:
    token = staff.one_time_link(agency.office.store, agency.office.vault, "said", agency.now)
    browser = agency.browser()
    browser.open(f"enter/{token}")
    assert "said, session ouverte" in browser.text
    second = agency.browser()
    second.open(f"enter/{token}")
    assert second.page.status_code == 403 and "déjà servi" in second.text


def test_no_session_travels_in_clear(agency: Agency) -> None:
    client = agency.app.test_client()
    fields = {"name": "amina", "password": PASSWORD, "code": agency.digits("amina")}
    page = client.post("/counter/sign-in", data=fields, base_url="http://agence.example")
    assert page.status_code == 403 and "Set-Cookie" not in page.headers
    page = client.post("/counter/sign-in", data=fields, base_url="https://agence.example")
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-staff=") and "Secure" in cookie and "Path=/" in cookie


# What every answer says


def test_every_answer_is_kept_nowhere_and_runs_nothing(agency: Agency) -> None:
    browser = found(agency, "said")
    browser.open("enrol")
    pages = [browser.page, browser.send("enrol"), browser.open("log"), browser.open("?lang=ar")]
    pages += [agency.browser().page, browser.post("card"), browser.client.get("/counter/")]
    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        if page.mimetype == "text/html":
            policy = page.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy
            assert "script" not in page.get_data(as_text=True)


def test_no_address_holds_a_person(agency: Agency) -> None:
    browser = found(agency, "said")
    person = agency.person(f"cnss:{CNSS}")
    for path in ("file", "enrol", "log"):
        browser.open(path)
        addresses = re.findall(r'(?:href|action)="([^"]*)"', browser.html)
        assert addresses and not any(person in one or CNSS in one for one in addresses)


def test_the_room_keeps_its_policy_inside_the_site(house: Any) -> None:
    page = house.web.test_client().get("/counter/")
    assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
    assert "script-src" not in page.headers["Content-Security-Policy"]


def test_what_breaks_is_told_and_undoes_itself(agency: Agency) -> None:
    def jammed(person: str) -> bytes:
        raise OSError("no paper for Khadija")

    app = Flask("jammed")
    app.register_blueprint(
        make_counter(agency.office, secure=False, service_code="*1#", card_pdf=jammed)
    )
    agency.app = app
    browser = found(agency)
    browser.send("card", seen="1")
    assert browser.page.status_code == 503 and "Khadija" not in browser.text
    assert "card_printed" not in [act for _, act, _ in agency.acts()]


def test_a_form_too_large_is_refused(agency: Agency) -> None:
    browser = found(agency)
    browser.send("find", number="1" * 100_000)
    assert browser.page.status_code == 413
