"""axe reads every page in Chromium; at twice the size of text nothing is cut on 240 pixels."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from chromium import SMALL, chromium, driver, open_page
from every import OWN, PASSING, checkers

pytestmark = pytest.mark.browser
__all__ = ["chromium", "driver", "open_page"]
STEP = 1 if os.environ.get("LITE_SLOW") else 3  # each third page, or all of them
TWICE = "document.documentElement.style.fontSize = '200%'"
# What a thumb or a reader would miss: text that is wider than its box, or outside of the page.
CUT = """[...document.querySelectorAll('main *')].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width && (box.right > innerWidth + 1 || box.left < -1);
}).map(e => e.outerHTML.slice(0, 90))"""


def faults(page: Any, address: str) -> list[str]:
    """What axe finds wrong, and what is cut at twice the size."""
    said = page.evaluate("axe.run({resultTypes: ['violations']})")
    found = [f"{address}: {one['id']}: {one['nodes'][0]['html'][:90]}"
             for one in said["violations"]]  # fmt: skip
    page.evaluate(TWICE)
    width = page.evaluate("document.documentElement.scrollWidth")
    cut = page.evaluate(CUT) if width > SMALL["width"] else []
    return found + [f"{address}: cut: {one}" for one in cut]


@pytest.mark.parametrize("who", ["passing", "signed in"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_axe_finds_nothing_and_nothing_is_cut(
    open_page: Callable[..., Any], with_dossiers: Callable[[int], Any],
    new_code: Callable[[str], str], language: str, who: str,
) -> None:  # fmt: skip
    page = open_page(bypass_csp=True)
    page.add_init_script(path=checkers() / "axe-core" / "axe.min.js")
    # Without htmx and the worker: each address is opened as a page of its own.
    page.route("**/static/*", lambda route: route.abort())
    paths = PASSING
    if who == "signed in":
        person, paths = with_dossiers(3), OWN
        page.goto(f"/{language}/sign-in")
        page.fill("#phone", person["phone"])
        page.fill("#code", new_code(person["phone"]))
        page.click("form .g")
        page.wait_for_url(f"**/{language}/")
    found = []
    for path in [*paths[:4], *paths[4 + (language == "ar") :: STEP]]:
        page.goto(f"/{language}/{path}")
        found += faults(page, f"/{language}/{path}")
    for path in ("sign-in", "services/callback"):
        page.goto(f"/{language}/{path}")
        page.click("form .g, form button")
        found += faults(page, f"/{language}/{path}, sent empty")
    assert found == []
