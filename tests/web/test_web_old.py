"""What an Android 4.4 WebView (Chromium 30), KaiOS 2.5 (Gecko 48) and Opera Mini make of the pages:
nothing in their style or tags is needed that these do not know, and nothing is laid out by side."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from every import OWN, PASSING, dossiers, walked
from flask.testing import FlaskClient

from lite.web import assets

# What Chromium 30 reads, and what it may leave out with nothing lost but beauty or paper.
KNOWN = {
    "background", "border", "border-bottom", "border-collapse", "border-radius", "box-sizing",
    "color", "display", "font", "font-size", "font-weight", "height", "line-height", "margin",
    "max-width", "min-height", "min-width", "outline", "padding", "text-align", "text-decoration",
    "width", "word-wrap",
}  # fmt: skip
SPARED = {"flex-wrap", "justify-content", "overflow-wrap", "size", "image-rendering"}
VALUES = {"display": {"block", "inline", "none", "flex"},
          "text-align": {"inherit", "center", "end"}}  # fmt: skip
UNKNOWN = re.compile(r"var\(|calc\(|clamp\(|env\(|:is\(|:where\(|:has\(|:not\(|::|@supports|@layer"
                     r"|\b(left|right|inset|grid|sticky|gap)\b|\d(vw|vh|rem)\b")
TAGS = {
    "html", "head", "meta", "title", "link", "style", "script", "main", "nav", "section", "h1",
    "h2", "p", "a", "b", "bdi", "small", "div", "form", "fieldset", "legend", "label", "input",
    "button", "dl", "dt", "dd", "table", "tr", "th", "td", "svg", "path", "span", "img",
}  # fmt: skip


def faults(css: str) -> list[str]:
    """What of a stylesheet an old browser would not know and miss; no phone of then prints."""
    css = css.partition("@media print")[0]
    found = [match[0] for match in UNKNOWN.finditer(css)]
    for block in re.findall(r"\{([^{}]*)\}", css):
        for name, _, value in (one.strip().partition(":") for one in block.split(";") if one):
            if name not in KNOWN | SPARED or value.strip() not in VALUES.get(name, {value.strip()}):
                found.append(f"{name}: {value.strip()}")
    return found


class Tags(HTMLParser):
    """The tags of a page, and what stands in attributes that only a style or a script reads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.odd: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        given = [name for name, _ in attrs]
        self.odd += [f"{tag} {name}" for name in given if name.startswith("on") or name == "style"]
        if tag == "input" and dict(attrs).get("type") not in (None, "tel", "radio", "hidden"):
            self.odd.append(f"input {dict(attrs)['type']}")
        if tag == "button" and {"form", "formaction", "formmethod"} & set(given):
            self.odd.append("a button that sends another form")


@pytest.mark.parametrize(
    "css",
    ["p{gap:1em}", "p{margin-inline:0}", "p{display:grid}", "p{inset:0}", "p{color:var(--a)}",
     ":is(p){margin:0}", "p{text-align:left}", "p{width:50vw}", "p{float:none}"],
)  # fmt: skip
def test_what_an_old_browser_does_not_know_is_found(css: str) -> None:
    assert faults(css)


def test_the_style_is_read_by_a_browser_of_2013() -> None:
    loaded = assets.load()
    assert faults(loaded.css) == []
    assert faults(loaded.paper) == []


def test_the_tags_are_read_by_a_browser_of_2013(
    client: FlaskClient, sign_in: Callable[..., Any], with_dossiers: Callable[[int], Any]
) -> None:
    pages = dict(walked(client, PASSING, "fr"))
    sign_in(with_dossiers(3)["phone"])
    pages |= {f"{at} in": page for at, page in walked(client, OWN + dossiers(client), "ar")}
    for address, page in pages.items():
        tags = Tags(page)
        assert tags.names <= TAGS, address
        assert tags.odd == [], address


def test_words_are_parted_where_no_style_parts_them(client: FlaskClient) -> None:
    """A browser of text draws tags that are no blocks side by side."""
    joined = re.compile(r"</(?:a|b|button|label|small)><(?:a|b|button|input|label)\b|<input[^>]*>"
                        r"<(?:button|label)")  # fmt: skip
    assert joined.search("<a>x</a><a>y</a>") and joined.search("<input><button>")
    for address, page in [*walked(client, PASSING, "fr"), *walked(client, PASSING, "ar")]:
        assert not (found := joined.search(page)), (address, found)
