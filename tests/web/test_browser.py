"""A real Chromium on a small screen, with and without script: whole journeys, nothing left over."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cast import FR_THIRTY
from chromium import SMALL, chromium, driver, open_page

from lite.app import House
from lite.clock import set_clock

pytestmark = pytest.mark.browser
__all__ = ["chromium", "driver", "open_page"]

def fits(page: Any) -> None:
    """Nothing is cut on a small screen and every target is a thumb wide."""
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"], page.url
    low = page.evaluate(
        "[...document.querySelectorAll('a,button,input:not([type=hidden],[type=radio]),"
        "fieldset label')]"
        ".filter(e => e.offsetHeight < 44 && !e.closest('.e')).map(e => e.outerHTML)"
    )
    assert low == [], page.url
    assert page.evaluate("window.violations") == []


# The marks that stand on another line than the word they belong to.
LONELY = """() => {
  const read = [], walk = document.createTreeWalker(document.querySelector('main'), 4);
  while (walk.nextNode()) {
    const node = walk.currentNode, range = document.createRange();
    [...node.data].forEach((sign, at) => {
      range.setStart(node, at); range.setEnd(node, at + 1);
      if (sign.trim()) read.push([sign, Math.round(range.getBoundingClientRect().top / 9)]);
    });
  }
  const parted = at => Math.abs(read[at][1] - read[at - 1][1]) > 1;
  return read.flatMap(([sign], at) => at && parted(at) &&
    (':;?!»'.includes(sign) || read[at - 1][0] === '«') ? [read[at - 1][0] + sign] : []);
}"""


@pytest.mark.parametrize("path", ["sign-in", "help", "services/genuine"])
def test_no_line_begins_with_a_colon_on_any_screen(
    open_page: Callable[..., Any], path: str
) -> None:
    page = open_page()
    page.goto(f"/fr/{path}")
    for width in range(160, 400, 8):
        page.set_viewport_size({"width": width, "height": 320})
        assert page.evaluate(LONELY) == [], f"on {width} pixels"


def enter(page: Any, language: str, phone: str, code: str) -> None:
    page.goto(f"/{language}/sign-in")
    fits(page)
    page.fill("#phone", phone)
    page.fill("#code", code)
    page.click("form .g")
    page.wait_for_url(f"**/{language}/")


def enhanced(page: Any) -> None:
    page.wait_for_selector("a[data-htmx-powered]")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_from_the_code_to_the_door(
    open_page: Callable[..., Any], with_dossiers: Callable[[int], Any],
    new_code: Callable[[str], str], language: str, script: bool,
) -> None:  # fmt: skip
    person = with_dossiers(3)
    page = open_page(java_script_enabled=script)
    enter(page, language, f"0{person['phone'][4:]}", new_code(person["phone"]))
    if script:
        enhanced(page)
    page.click("a[accesskey='1']")
    page.wait_for_url("**/services/dossiers")
    page.click("fieldset a[accesskey='2']")
    page.wait_for_url("**/services/dossiers?dossier=*")
    page.locator("bdi").first.wait_for()
    shown = page.inner_text("main")
    numbers = [one["number"] for one in person["dossiers"]]
    assert any(number in shown for number in numbers)
    page.click("form[action$='/leave'] button")
    page.wait_for_url("**/left")
    assert page.context.cookies() == []
    for _ in range(3):
        page.go_back()
        page.wait_for_load_state()
        said = page.content()
        assert not any(number in said for number in numbers)
    if script:
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_an_attestation_is_ordered_once(
    open_page: Callable[..., Any], with_dossiers: Callable[[int], Any], house: House,
    new_code: Callable[[str], str], script: bool,
) -> None:  # fmt: skip
    person = with_dossiers(1)
    page = open_page(java_script_enabled=script)
    enter(page, "ar", person["phone"], new_code(person["phone"]))
    if script:
        enhanced(page)
    page.click("a[accesskey='2']")
    page.click("fieldset a[accesskey='3']")
    page.click("button[name=sure][value='1']")
    page.wait_for_url("**/done/*")
    reference = page.inner_text(".r bdi")
    page.reload()
    assert page.inner_text(".r bdi") == reference
    assert house.store.sql.one("select reference from requests") == (reference,)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_page_fits_a_small_screen(
    open_page: Callable[..., Any], with_dossiers: Callable[[int], Any],
    new_code: Callable[[str], str], language: str,
) -> None:  # fmt: skip
    page = open_page()
    person = with_dossiers(20)
    public = ["", "services/callback", "services/agencies?town=sa", "verify/12", "status",
              "services/agencies?town=Sal%C3%A9&place=1", "help", "privacy", "left"]  # fmt: skip
    own = ["", "services/dossiers", "services/dossiers?dossier=1", "services/rights",
           "services/attestation?kind=1&period=4", "services/attestation?kind=2"]  # fmt: skip
    for path in public:
        page.goto(f"/{language}/{path}")
        fits(page)
    enter(page, language, person["phone"], new_code(person["phone"]))
    for path in own:
        page.goto(f"/{language}/{path}")
        fits(page)


def test_htmx_changes_the_page_without_leaving_it(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.goto("/fr/services/callback")
    enhanced(page)
    page.evaluate("window.same = true")
    page.click("form .g")
    page.wait_for_selector("[role=alert]")
    assert page.title() == "Lite - Erreur : Être rappelé par un agent"
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.click("nav a[accesskey='0']")
    page.wait_for_url("**/fr/")
    page.locator("h1", has_text="Votre dossier").wait_for()
    assert page.title() == "Lite - Votre dossier CNSS ou CNOPS"
    assert page.evaluate("window.same")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    page.go_back()
    page.wait_for_selector("#phone")
    assert page.locator("main").count() == 1
    page.click("nav a[lang=ar]")
    page.wait_for_url("**/ar/services/callback?l=1")
    assert page.evaluate("[document.dir, !!window.same]") == ["rtl", False]
    assert page.evaluate("window.violations") == []


def test_without_network_a_tap_is_answered(open_page: Callable[..., Any]) -> None:
    page = open_page()
    page.goto("/ar/services/callback")
    enhanced(page)
    page.fill("#phone", "0612345678")
    page.context.set_offline(True)
    page.click("form .g")
    page.wait_for_selector("#q")  # what is half filled is not kept, and stays
    assert page.input_value("#phone") == "0612345678"


@pytest.mark.parametrize(
    ("connection", "loads"),
    [
        ("{saveData: true, effectiveType: '4g'}", False),
        ("{saveData: false, effectiveType: 'slow-2g'}", False),
        ("{saveData: false, effectiveType: '2g'}", False),
        ("{saveData: false, effectiveType: '3g'}", True),
        ("undefined", True),
    ],
)
def test_htmx_is_loaded_only_where_it_pays(
    open_page: Callable[..., Any], connection: str, loads: bool
) -> None:
    page, seen = open_page(), []
    page.on("request", lambda request: seen.append(request.url))
    page.add_init_script(f"Object.defineProperty(navigator, 'connection', {{value: {connection}}})")
    page.goto("/fr/", wait_until="networkidle")
    assert len([url for url in seen if "/static/" in url]) == 2 * loads
    assert len(seen) == 1 + 2 * loads
    assert bool(page.context.service_workers) == loads


@pytest.mark.parametrize(
    ("connecting", "first_byte", "more"),
    [(1200, 701, False), (1200, 699, True), (0, 701, False), (351, 3000, False), (349, 3000, True)],
    ids=["GPRS", "EDGE", "GPRS, connected before", "in doubt", "only the server is slow"],
)
def test_little_is_loaded_where_the_link_is_slow(
    open_page: Callable[..., Any], connecting: int, first_byte: int, more: bool
) -> None:
    page, seen = open_page(), []
    page.on("request", lambda request: seen.append(request.url))
    times = {"connectStart": 9, "connectEnd": 9 + connecting, "requestStart": 2000}
    timing = json.dumps({**times, "responseStart": 2000 + first_byte})
    page.add_init_script(f"Object.defineProperty(performance, 'timing', {{value: {timing}}})")
    page.goto("/fr/", wait_until="networkidle")
    assert len([url for url in seen if "/static/" in url]) == 1 + more
    assert bool(page.context.service_workers) == more


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_form_sent_too_late_is_finished(
    open_page: Callable[..., Any], house: House, new_code: Callable[[str], str], script: bool
) -> None:
    page = open_page(java_script_enabled=script)
    enter(page, "ar", FR_THIRTY, new_code(FR_THIRTY))
    page.goto("/ar/services/attestation?kind=1&period=4&from=012026&to=062026")
    if script:
        enhanced(page)
    set_clock(house.settings.clock, house.clock.now() + timedelta(minutes=21))
    page.click("button[name=sure][value='1']")
    page.wait_for_selector("#phone")
    fits(page)
    assert "11:21" in page.inner_text(".r")
    assert "2026" not in page.url
    page.fill("#phone", FR_THIRTY)
    page.fill("#code", new_code(FR_THIRTY))
    page.click("form .g")
    page.wait_for_url("**/services/attestation/late")
    fits(page)
    assert "06/2026" in page.inner_text("main")
    page.click("button[name=sure][value='1']")
    page.wait_for_url("**/done/*")
    assert house.store.sql.one("select count(*) from requests") == (1,)
    assert house.store.sql.one("select count(*) from kept_forms") == (0,)
