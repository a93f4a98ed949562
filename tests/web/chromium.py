"""A real Chromium on a small screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api")
SMALL = {"width": 240, "height": 320}
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Every violation of the policy, kept where the test can read it.
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", e => violations.push(e.violatedDirective));
"""


@pytest.fixture(scope="module")
def driver() -> Iterator[Any]:
    with playwright.sync_playwright() as one:
        yield one


@pytest.fixture(scope="module")
def chromium(driver: Any) -> Iterator[Any]:
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def open_page(chromium: Any, address: str) -> Iterator[Callable[..., Any]]:
    contexts = []

    def opened(**options: Any) -> Any:
        context = chromium.new_context(viewport=SMALL, base_url=address, **options)
        context.set_default_timeout(15_000)
        context.add_init_script(WATCH)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def until(page: Any, expression: str) -> None:
    """Wait until an expression is true; the policy of the pages forbids Playwright's own way."""
    for _ in range(150):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"never true: {expression}")
