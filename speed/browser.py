"""A real Chromium at the phone's end of the link, and what it and the wire say of each page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from speed.apart import HOUSE
from speed.front import HOST
from speed.house import Scene
from speed.trace import Limit, Packet, Trace, carried, limit
from tools.namespaces import inside

CHROMIUM = "/usr/bin/chromium"
_SMALL = {"width": 240, "height": 320}
_PATIENCE = 90.0
_QUIET = 1.2  # seconds without a packet after which a page has had all that it loads
_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-proxy-server",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    f"--host-resolver-rules=MAP {HOST} {HOUSE}, MAP * ~NOTFOUND",
]  # fmt: skip
# When the words of the heading came in, though perhaps not yet shown; `words` waits for it.
_WATCH = """
new MutationObserver(function (_, watch) {
  var heading = document.querySelector("h1");
  if (!heading || !heading.textContent.trim()) return;
  window.headed = performance.now();
  watch.disconnect();
}).observe(document, {childList: true, subtree: true});
"""
_SHOWN = """() => {
  var paint = performance.getEntriesByName("first-contentful-paint")[0];
  return paint ? [performance.timeOrigin / 1000, paint.startTime / 1000,
                  (window.headed || 0) / 1000] : null;
}"""


@dataclass(frozen=True)
class View:
    """One page as it came: seconds to its first readable text (first contentful paint), seconds
    until the words of its heading were in, the limit for what had passed by then, and every byte
    that passed until the line was quiet."""

    text: float
    heading: float
    limit: Limit
    total: int
    seconds: float  # the limit in seconds

    @property
    def ratio(self) -> float:
        return self.text / self.seconds


@contextmanager
def chromium(scene: Scene) -> Iterator[Browser]:
    """A browser whose only network is the link, and that trusts the house's certificate."""
    command = scene.folder / "chromium"
    before = " ".join(inside(scene.apart.phone))
    command.write_text(f'#!/bin/sh\nexec {before} {CHROMIUM} "$@"\n')
    command.chmod(0o755)
    trust = f"--ignore-certificate-errors-spki-list={scene.trusted}"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=str(command), args=[*_ARGUMENTS, trust],
            handle_sigint=False, handle_sigterm=False,
        )  # fmt: skip
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def fresh(browser: Browser, *, scripts: bool = True) -> Iterator[Page]:
    """A page of a profile that has seen nothing: no cache, no cookie, no connection, no ticket."""
    context = browser.new_context(viewport=_SMALL, java_script_enabled=scripts)  # type: ignore[arg-type]
    context.set_default_timeout(_PATIENCE * 1000)
    context.add_init_script(_WATCH)
    try:
        yield context.new_page()
    finally:
        context.close()


def viewed(scene: Scene, page: Page, go: Callable[[], object]) -> View:
    """What comes of a step that leads to another page."""
    trace = Trace(scene.apart.trace)
    before = page.evaluate("performance.timeOrigin / 1000")
    go()
    origin, text, heading = _shown(page, before)
    shift = time.time() - time.monotonic()
    packets = quiet(page, trace)
    profile = scene.apart.profile
    found = limit(packets, origin - shift + text, profile)
    return View(text, heading, found, carried(packets), found.seconds(profile))


def _shown(page: Page, before: float) -> tuple[float, float, float]:
    """When the page began, and when its text showed: of a page that began after `before`."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        told = _asked(page)
        if told and told[0] > before:
            return told
        page.wait_for_timeout(50)
    raise TimeoutError(f"nothing readable at {page.url} after {_PATIENCE:.0f} s")


def _asked(page: Page) -> Any:
    try:
        return page.evaluate(_SHOWN)
    except Exception:  # between two pages there is nobody to ask
        return None


def quiet(page: Page, trace: Trace) -> list[Packet]:
    """All packets, once none has passed for a while."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        packets = trace.read()
        if packets and time.monotonic() > packets[-1].arrived + _QUIET:
            return packets
        page.wait_for_timeout(100)
    raise TimeoutError("the line is never quiet")


def missing() -> str:
    """Why there is no browser; empty if there is."""
    return "" if Path(CHROMIUM).exists() else "chromium is missing: tools/debian chromium"
