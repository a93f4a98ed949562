"""Without network: a form is kept on the phone and sent once; pages about nobody still open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import FR_THIRTY
from chromium import ARGUMENTS, CHROMIUM, SMALL, chromium, driver, open_page, until

from lite.app import House
from lite.web.assets import SHELL

pytestmark = pytest.mark.browser
__all__ = ["chromium", "driver", "open_page"]
READY = "navigator.serviceWorker.ready.then(() => true)"
QUEUE = "JSON.parse(localStorage.getItem('q') || '[]')"


def asked(house: House) -> list[Any]:
    return [row[0] for row in house.store.sql.all("select reference from requests")]


def fill_offline(page: Any, language: str) -> None:
    """A call-back is asked for while there is no network."""
    page.goto(f"/{language}/services/callback")
    until(page, "!!window.lite")
    page.context.set_offline(True)
    page.fill("#phone", "0612345678")
    page.check("input[name=reason][value='1']")
    page.check("input[name=time][value='2']")
    page.click("form .g")
    page.wait_for_selector("#q")


@pytest.mark.parametrize(("language", "one"), [("fr", "1 demande en attente"), ("ar", "طلب واحد")])
def test_a_form_waits_on_the_phone_and_is_sent_once(
    open_page: Callable[..., Any], house: House, language: str, one: str
) -> None:
    page = open_page()
    fill_offline(page, language)
    assert one in page.inner_text("#q")
    assert page.input_value("#phone") == ""
    assert asked(house) == []
    (kept,) = page.evaluate(QUEUE)
    page.context.set_offline(False)
    until(page, f"{QUEUE}.length === 0")
    until(page, "/\\d{10}/.test(document.getElementById('q').textContent)")
    (reference,) = asked(house)
    assert reference in page.inner_text("#q")
    # The answer was lost, and it is sent again: the same receipt.
    again = page.evaluate(
        "one => fetch(one.to, {method: 'POST', credentials: 'omit',"
        " body: one.body + '&sure=1&once=' + one.once,"
        " headers: {'Content-Type': 'application/x-www-form-urlencoded'}})"
        ".then(reply => reply.text())",
        kept,
    )
    assert reference in again
    assert asked(house) == [reference]
    assert page.evaluate("window.violations") == []


def test_what_waits_can_be_deleted(open_page: Callable[..., Any], house: House) -> None:
    page = open_page()
    fill_offline(page, "fr")
    page.click("#q button:last-child")
    assert page.evaluate("localStorage.length") == 0
    page.context.set_offline(False)
    page.reload()
    assert asked(house) == []


def test_what_waited_for_a_day_is_forgotten(open_page: Callable[..., Any], house: House) -> None:
    page = open_page()
    fill_offline(page, "fr")
    page.evaluate(
        f"localStorage.setItem('q', JSON.stringify({QUEUE}.map(one => (one.at -= 864e5, one))))"
    )
    page.context.set_offline(False)
    page.goto("/fr/")
    until(page, "!!window.lite")
    assert page.evaluate("localStorage.length") == 0
    assert asked(house) == []


def test_leaving_asks_what_becomes_of_it(
    open_page: Callable[..., Any], house: House, new_code: Callable[[str], str]
) -> None:
    page = open_page()
    page.goto("/fr/sign-in")
    page.fill("#phone", FR_THIRTY)
    page.fill("#code", new_code(FR_THIRTY))
    page.click("form .g")
    page.wait_for_url("**/fr/")
    until(page, "!!window.lite")
    page.evaluate(
        "localStorage.setItem('q', JSON.stringify([{to: '/fr/services/callback', at: +new Date,"
        " once: 'abcdefghijklmnop', body: 'phone=0612345678&reason=1&time=1'}]))"
    )
    page.click("form[action$='/leave'] button")
    page.wait_for_selector("#q")
    assert "puis quittez" in page.inner_text("#q")
    page.click("#q button >> nth=0")
    until(page, "localStorage.length === 0")
    assert len(asked(house)) == 1
    page.click("form[action$='/leave'] button")
    page.wait_for_url("**/left")


def test_pages_about_nobody_open_without_network(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.goto("/fr/")
    assert page.evaluate(READY)
    page.context.set_offline(True)
    for language, copy in (("fr", "Hors ligne : copie du"), ("ar", "بدون شبكة")):
        for path in SHELL:
            page.goto(f"/{language}/{path}")
            assert copy in page.inner_text("[role=status]"), path
            assert page.locator("h1").count() == 1
    page.goto("/verify/offline")


def held(profile: Path, words: list[str]) -> list[str]:
    """Which words stand in which files of a browser's profile, in either of its alphabets."""
    return [
        f"{word} in {file.relative_to(profile)}"
        for file in profile.rglob("*")
        if file.is_file()
        for word in words
        if word.encode() in (data := file.read_bytes()) or word.encode("utf-16-le") in data
    ]


def test_the_profile_of_the_browser_holds_nothing_private(
    driver: Any, address: str, tmp_path: Path, with_dossiers: Callable[[int], Any],
    new_code: Callable[[str], str],
) -> None:  # fmt: skip
    person = with_dossiers(3)
    numbers = [one["number"] for one in person["dossiers"]]
    profile = tmp_path / "profile"
    context = driver.chromium.launch_persistent_context(
        str(profile), executable_path=CHROMIUM, args=ARGUMENTS, viewport=SMALL,
        base_url=address,
    )  # fmt: skip
    page = context.pages[0]
    page.goto("/fr/")
    assert page.evaluate(READY)
    page.goto("/fr/sign-in")
    page.fill("#phone", person["phone"])
    page.fill("#code", new_code(person["phone"]))
    page.click("form .g")
    page.wait_for_url("**/fr/")
    page.goto("/fr/services/dossiers")
    for number in numbers:
        assert number in page.content()
    page.click("fieldset a[accesskey='1']")
    page.wait_for_url("**dossier=*")
    page.goto("/fr/services/rights")
    page.click("form[action$='/leave'] button")
    page.wait_for_url("**/left")
    page.go_back()
    assert not any(number in page.content() for number in numbers)
    context.close()
    assert held(profile, ["Lite"]) != [], "the search would find what is there"
    assert held(profile, numbers) == []
