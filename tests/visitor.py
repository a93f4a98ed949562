"""A person with a browser and no script: opens, fills, chooses, presses, sees."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from isolated import not_isolated
from phone import Phone
from werkzeug.datastructures import MultiDict

from lite.text import Text, say


def plain(text: str) -> str:
    """Text as an eye reads it: every white space is one space."""
    return " ".join(text.split())


@dataclass
class Form:
    """A form as a browser holds it: what travels unseen, what is typed, marked and pressed."""

    method: str
    action: str
    hidden: list[tuple[str, str]] = field(default_factory=list)
    typed: dict[str, str] = field(default_factory=dict)
    radios: list[tuple[str, str, str]] = field(default_factory=list)  # label, name, value
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # label, address
    marked: dict[str, str] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        """Whether something on it is still to be marked."""
        return {name for _, name, _ in self.radios} != set(self.marked)


class Page(HTMLParser):
    """What came back: its words, its links, its forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []  # label, address
        self.forms: list[Form] = []
        self._words: list[str] = []
        self._skip = self._inside = False
        self._label: list[str] = []
        self._for: tuple[str, ...] = ()
        self.feed(html)
        self.text = plain("".join(self._words))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._skip = tag in ("style", "script", "title")
        if tag != "bdi":
            self._words.append(" ")
        if tag in ("a", "button", "label"):
            self._label, self._for = [], (tag, found.get("href", found.get("name", "")),
                                          found.get("value", ""))  # fmt: skip
        elif tag == "form":
            self.forms.append(Form(found["method"], found["action"]))
            self._inside = True
        elif tag == "input":
            self._input(self.forms[-1], found)

    def _input(self, form: Form, found: dict[str, str]) -> None:
        if found.get("type") == "hidden":
            form.hidden.append((found["name"], found.get("value", "")))
        elif found.get("type") == "radio":
            self._for = ("radio", found["name"], found["value"])
        else:
            form.typed[found["name"]] = found.get("value", "")

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._words.append(data)
            self._label.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._skip = False
        self._inside = self._inside and tag != "form"
        label = plain("".join(self._label))
        match self._for:
            case ("a", address, _) if tag == "a":
                links = self.forms[-1].links if self._inside else self.links
                links.append((label, address))
            case ("button", name, value) if tag == "button":
                self.forms[-1].buttons.append((label, name, value))
            case ("radio", name, value) if tag == "label":
                self.forms[-1].radios.append((label, name, value))

    @property
    def form(self) -> Form:
        """The form of the page; not the one that leaves."""
        found = [form for form in self.forms if not form.action.endswith("/leave")]
        assert found, f"no form on:\n{self.text}"
        return found[0]


class Visitor:
    """One browser with its cookies, in one language."""

    def __init__(self, house: Any, language: str = "fr") -> None:
        self.language = language
        self.status = 0
        self.page = Page("")
        self._browser = house.web.test_client()

    def says(self, words: Text | str) -> str:
        """A sentence as these pages show it."""
        return plain(say(Text(words) if isinstance(words, str) else words, self.language))

    def opens(self, path: str) -> Visitor:
        return self._shown(self._browser.get(path))

    def signs_in(self, phone: Phone) -> Visitor:
        """With a code that the phone reads on its screen."""
        code = phone.dials("*384*3939*4#").finds(r"\b\d{6}\b")
        self.opens(f"/{self.language}/sign-in").fills(phone=phone.number, code=code)
        return self.presses("Entrer")

    def fills(self, **typed: str) -> Visitor:
        """Type into fields, by their name."""
        form = self.page.form
        assert typed.keys() <= form.typed.keys(), f"no such field: {typed} on {form.typed}"
        form.typed |= typed
        return self

    def types(self, text: str) -> Visitor:
        """Type into the next empty field; the last one sends the form."""
        form = self.page.form
        empty = [name for name, value in form.typed.items() if not value]
        form.typed[empty[0]] = text
        return self if len(empty) > 1 or form.open else self.presses("Continuer")

    def choose(self, label: str) -> Visitor:
        """Mark a choice, follow a link or press a button, on the next pages of a long list if need
        be; the last mark sends the form."""
        wanted = self.says(label)
        forms = [form for form in self.page.forms if not form.action.endswith("/leave")]
        for form in forms:
            for shown, name, value in form.radios:
                if _named(wanted, shown):
                    form.marked[name] = value
                    done = not form.open and "" not in form.typed.values()
                    return self.presses("Continuer") if done else self
        links = [link for form in forms for link in form.links]
        found = [address for shown, address in links if _named(wanted, shown)]
        if not found and not self.offers(label):
            found = [address for shown, address in self.page.links if _named(wanted, shown)]
            every = [*links, *self.page.links]
            more = [address for shown, address in every if shown == self.says("Suite")]
            if more and not found:
                return self.opens(more[0]).choose(label)
        return self.opens(found[0]) if found else self.presses(label)

    def presses(self, label: str) -> Visitor:
        """Press a button: the form leaves with what was filled."""
        form, wanted = self.page.form, self.says(label)
        found = [button for button in form.buttons if _named(wanted, button[0])]
        assert found, f"no « {wanted} » on:\n{self.page.text}"
        _, name, value = found[0]
        pairs = [*form.hidden, *form.typed.items(), *form.marked.items()]
        data: MultiDict[str, str] = MultiDict([*pairs, (name, value)] if name else pairs)
        if form.method == "get":
            return self._shown(self._browser.get(form.action, query_string=data))
        return self._shown(self._browser.post(form.action, data=data))

    def offers(self, label: str) -> bool:
        """Whether a button of this name stands on the page."""
        wanted = self.says(label)
        forms = [form for form in self.page.forms if not form.action.endswith("/leave")]
        return any(_named(wanted, button[0]) for form in forms for button in form.buttons)

    def _shown(self, response: Any) -> Visitor:
        while response.status_code in (301, 302, 303, 307):
            response = self._browser.get(response.location)
        self.status = response.status_code
        html = response.get_data(as_text=True)
        assert not_isolated(html) == []
        self.page = Page(html)
        return self

    def sees(self, *words: Text | str) -> Visitor:
        for word in words:
            assert self.says(word) in self.page.text, f"no « {word} » on:\n{self.page.text}"
        return self

    def sees_not(self, *words: Text | str) -> Visitor:
        for word in words:
            assert self.says(word) not in self.page.text, f"« {word} » on:\n{self.page.text}"
        return self


def _named(wanted: str, shown: str) -> bool:
    """Whether a link or a button is called so; its digit stands before its name."""
    return wanted == re.sub(r"^\d{1,2} ", "", shown) or shown.endswith(f" {wanted}")
