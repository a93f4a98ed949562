"""The first page and the next one, beside the same words in other clothes, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from playwright.sync_api import Browser, Page

from speed import anchor, plain
from speed.browser import View, fresh, viewed
from speed.house import ROOT, Scene

# What is asked, and its goals: seconds to the first readable text, times the physical limit.
Goals = tuple[float, float] | None
_FIRST, _NEXT = (3.5, 1.1), (1.4, 1.1)
FIRST, NEXT = "first page, TLS 1.3 full", "next page, same connection"
LITE, OTHER, PLAIN = "Lite", "GOV.UK Frontend", "Lite, no post-quantum key"
GOALS: dict[tuple[str, str], Goals] = {
    (FIRST, LITE): _FIRST, (FIRST, PLAIN): _FIRST, (FIRST, OTHER): None,
    (NEXT, LITE): _NEXT, (NEXT, PLAIN): _NEXT, (NEXT, OTHER): None,
}  # fmt: skip
Views = dict[tuple[str, str], list[View]]


def once(scene: Scene, browser: Browser, views: Views, *, scripts: bool = True) -> None:
    """One round: each page once, in turn."""
    pairs = {LITE: list(anchor.PAGES), OTHER: list(anchor.PAGES.values())}
    if anchor.missing():
        del pairs[OTHER]
    for whose, paths in pairs.items():
        with fresh(browser, scripts=scripts) as page:
            for what, path in zip((FIRST, NEXT), paths, strict=True):
                go = _opening(page, path)
                views.setdefault((what, whose), []).append(viewed(scene, page, go))
    for what, view in zip((FIRST, NEXT), plain.asked(scene, pairs[LITE]), strict=True):
        views.setdefault((what, PLAIN), []).append(view)


def _opening(page: Page, path: str) -> Callable[[], object]:
    return lambda: page.goto(ROOT + path, wait_until="commit")


def middle(views: Sequence[View]) -> View:
    """The view whose text came in the median time."""
    return sorted(views, key=lambda one: one.text)[len(views) // 2]


def missed(views: Views, timed: bool = True) -> list[str]:
    """The goals that are missed, each in a line; those in seconds only where they are `timed`."""
    wrong = []
    for (what, whose), seen in views.items():
        goals = GOALS[what, whose]
        if goals is None:
            continue
        text, ratio = median(one.text for one in seen), median(one.ratio for one in seen)
        if timed and text > goals[0]:
            wrong.append(f"{what}, {whose}: {text:.2f} s, goal {goals[0]:g}")
        if ratio > goals[1]:
            wrong.append(f"{what}, {whose}: {ratio:.2f} times the limit, goal {goals[1]:g}")
    return wrong
