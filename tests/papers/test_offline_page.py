"""The page that checks a paper with no network, in a real browser that has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_attestation import PATHS, face, keys

from lite.app import House
from lite.papers.attestation import check_address
from lite.papers.offline import offline_page
from lite.papers.signature import Signer, new_key

playwright = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.browser
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return new_key(tmp_path_factory.mktemp("keys") / "cnss.pem")


@pytest.fixture(scope="module")
def opens(
    signer: Signer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Any]]:
    """Open the page as it was saved on a phone, with this after the `#`."""
    file = tmp_path_factory.mktemp("saved") / "check.html"
    file.write_text(offline_page(keys(signer)).html, "utf-8")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        context = browser.new_context(offline=True, viewport={"width": 240, "height": 320})

        def opened(after: str = "") -> Any:
            page = context.new_page()
            page.goto(f"file://{file}{after}")
            return page

        yield opened
        browser.close()


def told(page: Any) -> str:
    page.wait_for_selector("#r h2")
    return str(page.inner_text("#r"))


def token(signer: Signer, **changes: Any) -> str:
    paper = replace(face(), valid_until="2999-01-01", **changes)
    return check_address(PATHS, paper.reference, signer.token(paper))


def test_a_scanned_code_that_is_pasted_is_checked(signer: Signer, opens: Any) -> None:
    page = opens()
    page.fill("#t", token(signer))
    page.click("button")
    said = told(page)
    for words in ("Attestation vraie", "شهادة صحيحة", "ZEROUALI Fatima-Zahra", "27000.00 DH"):
        assert words in said
    assert page.evaluate("document.documentElement.scrollWidth") <= 240


@pytest.mark.parametrize(("until", "verdict"), [("2999-01-01", "vraie"), ("2020-01-31", "expirée")])
def test_every_fact_is_said_to_the_last_line(
    signer: Signer, opens: Any, until: str, verdict: str
) -> None:
    paper = face().telling({"from": "2025-09", "to": "2026-08", "number": "123456789"})
    page = opens()
    page.fill("#t", signer.token(replace(paper, valid_until=until)))
    page.click("button")
    said = told(page)
    day = "/".join(reversed(until.split("-")))
    for words in (verdict, "09/2025", "08/2026", "123456789", "27000.00 DH", "20/11/2026", day,
                  "Comparez chaque ligne"):  # fmt: skip
        assert words in said


def test_an_address_with_its_code_is_checked_at_once(signer: Signer, opens: Any) -> None:
    after = token(signer).partition("#")[2]
    assert "Attestation vraie" in told(opens(f"#{after}"))


@pytest.mark.parametrize(
    ("forge", "says"),
    [
        (lambda text: text[:-3] + "AAA", "modifié"),
        (lambda text: text.replace("#W", "#X"), "modifié"),
        (lambda text: "hello", "pas le code"),
        (lambda text: "", "pas le code"),
    ],
)
def test_what_was_altered_is_told(
    signer: Signer, opens: Any, forge: Callable[[str], str], says: str
) -> None:
    page = opens()
    page.fill("#t", forge(token(signer)))
    page.click("button")
    assert says in told(page)


def test_a_key_of_nobody_and_a_key_of_another_fund(
    signer: Signer, opens: Any, tmp_path: Path
) -> None:
    page = opens()
    page.fill("#t", token(new_key(tmp_path / "thief.pem")))
    page.click("button")
    assert "Signature inconnue" in told(page)
    page = opens()
    page.fill("#t", token(signer, fund="cnops"))
    page.click("button")
    assert "Signature inconnue" in told(page)


def test_it_weighs_little_and_lets_nothing_out(house: House) -> None:
    answer = house.web.test_client().get("/verify/offline")
    assert len(answer.data) <= 14_000
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy
    assert "ETag" in answer.headers
