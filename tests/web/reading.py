"""A page as its reader finds it: what it says, its links, its forms."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any


@dataclass
class Form:
    """A form: where it goes, what travels unseen, what can be filled or pressed."""

    method: str
    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    inputs: dict[str, dict[str, str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """What was answered; `text` is what a reader sees, without style and script."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        self.links: dict[str, str] = {}
        self.forms: list[Form] = []
        self.attributes: list[tuple[str, dict[str, str]]] = []
        self._link = ""
        self.feed(self.html)
        bare = re.sub(r"(?s)<(style|script|title|small)[^>]*>.*?</\1>", "", self.html)
        self.text = " ".join(unescape(re.sub(r"</?bdi[^>]*>", "", bare)).split())
        self.text = " ".join(re.sub(r"<[^>]*>", " ", self.text).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.attributes.append((tag, found))
        self._link = found.get("href", "") if tag == "a" else self._link
        if tag == "form":
            self.forms.append(Form(found["method"], found["action"]))
        elif tag == "input" and found.get("type") == "hidden":
            self.forms[-1].hidden[found["name"]] = found.get("value", "")
        elif tag == "input":
            self.forms[-1].inputs[found["name"]] = found
        elif tag == "button" and "name" in found:
            self.forms[-1].buttons.append((found["name"], found.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._link:
            self.links[self._link] = self.links.get(self._link, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = ""

    @property
    def form(self) -> Form:
        """The form of the page, which is not the one that leaves."""
        return next(form for form in self.forms if not form.action.endswith("/leave"))

    def submit(self, client: Any, **answers: str) -> Any:
        """Fill the form and send it, as a browser would."""
        form, data = self.form, {**self.form.hidden, **answers}
        if form.method == "get":
            return client.get(form.action, query_string=data)
        return client.post(form.action, data=data)


def follow(client: Any, response: Any) -> Page:
    """The page at the end of the redirections."""
    while response.status_code in (302, 303):
        response = client.get(response.location)
    return Page(response)
