"""Sent ten times: one order, one receipt; left, and nothing of a paper comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from chromium import chromium, driver
from flask.testing import FlaskClient
from paperwork import later
from reading import Page
from test_web_papers_kinds import KINDS, WORKER, ordered, own_phone, seen
from test_web_papers_printed import browse

from lite.app import House

__all__ = ["browse", "chromium", "driver"]
TEN = 10


def orders(house: House, kind: str) -> int:
    return int(house.store.sql.one("select count(*) from requests where kind = ?", kind)[0])


def sent(client: FlaskClient, page: Page, **answers: str) -> set[str]:
    """Where the same form leads, sent ten times."""
    return {page.submit(client, **answers).location for _ in range(TEN)}


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_an_attestation_that_is_ordered_ten_times_is_one(
    house: House, sign_in: Callable[..., FlaskClient], language: str
) -> None:
    client = sign_in(own_phone(house, WORKER).number)
    page = Page(client.get(f"/{language}/services/attestation?kind=1&period=1"))
    (receipt,) = sent(client, page, sure="1")
    assert orders(house, "salaries") == 1
    references = {Page(client.get(receipt)).text for _ in range(TEN)}
    assert len(references) == 1
    house.outbox.run_once()
    later(house, minutes=5)
    assert len(house.store.sql.all("select reference from documents")) == 1


def test_a_paper_by_post_that_is_asked_ten_times_is_one(
    house: House, sign_in: Callable[..., FlaskClient]
) -> None:
    ordered(house, KINDS["registered"])
    client = sign_in(own_phone(house, WORKER).number)
    page = Page(client.get("/fr/services/delivery"))
    for _ in range(2):  # which paper if there are several, and which way
        onward = [link for link in page.links if link.startswith("/fr/services/delivery?")]
        page = Page(client.get(onward[0])) if onward else page
    assert ("sure", "1") in page.form.buttons
    assert len(sent(client, page, sure="1")) == 1
    assert orders(house, "post") == 1


@pytest.mark.parametrize("form", ["", ".pdf"])
def test_a_statement_that_is_asked_ten_times_changes_nothing(
    house: House, sign_in: Callable[..., FlaskClient], form: str
) -> None:
    client = sign_in(own_phone(house, WORKER).number)
    seen(house, client, KINDS["salaries"])
    found = {client.get(f"/fr/papers/statement{form}?months=12").data for _ in range(TEN)}
    assert len(found) == 1
    assert house.store.sql.one("select count(*) from requests") == (0,)


@pytest.mark.parametrize("what", ["{}", "{}.pdf", "statement", "statement.pdf", "statement.csv"])
def test_nothing_of_a_paper_may_be_kept_and_nothing_opens_after_leaving(
    house: House, sign_in: Callable[..., FlaskClient], what: str
) -> None:
    reference = ordered(house, KINDS["registered"])
    client = sign_in(own_phone(house, WORKER).number)
    seen(house, client, KINDS["registered"])
    address = f"/fr/papers/{what.format(reference)}"
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "ETag" not in answer.headers
    client.post("/fr/leave")
    assert client.get(address).status_code == 302


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("what", ["{}", "statement?months=12"])
def test_back_after_leaving_shows_nothing_of_a_paper(
    house: House, browse: Any, what: str, script: bool
) -> None:
    kind = KINDS["registered"]
    reference, page = ordered(house, kind), browse(kind, java_script_enabled=script)
    page.goto(f"/fr/papers/{what.format(reference)}")
    name = page.locator("dd").first.inner_text()
    assert name in page.content()
    page.click("form[action$=leave] button")
    page.wait_for_url("**/left")
    page.go_back()
    assert name not in page.content()
    assert "/papers/" not in page.url
