"""An agency: its staff, a browser for each of them, and what was done there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lite.desk.office import Office
from lite.identity import second_factor, staff
from lite.upstream.pretend_people import heads

PASSWORD = "le thé est sur la table"
KHADIJA = heads()[0].insured
CNSS, CIN = KHADIJA.keys["cnss"], KHADIJA.keys["cin"]
NEW = {"phone": "0612345678", "again": "06 12 34 56 78", "agreed": "1", "seen": "1"}


@dataclass
class Browser:
    """Opens pages of the counter and sends the forms that stand on them."""

    client: FlaskClient
    page: TestResponse = field(init=False)

    def open(self, path: str) -> TestResponse:
        self.page = self.client.get(f"/counter/{path}", follow_redirects=True)
        return self.page

    def send(self, path: str, **fields: str) -> TestResponse:
        """Post a form of the page that is open, with its hidden fields."""
        return self.post(path, **{**self.hidden(), **fields})

    def post(self, path: str, **fields: str) -> TestResponse:
        """Post from nowhere: no hidden field is brought along."""
        self.page = self.client.post(f"/counter/{path}", data=fields, follow_redirects=True)
        return self.page

    def hidden(self) -> dict[str, str]:
        found = re.findall(
            r'type="hidden" name="(csrf|consent|version)" value="([^"]*)"', self.html
        )
        return dict(found)

    @property
    def html(self) -> str:
        return self.page.get_data(as_text=True)

    @property
    def text(self) -> str:
        """What is read on the page, without isolates."""
        bare = re.sub(r"<style>.*?</style>|<[^>]+>", " ", self.html, flags=re.DOTALL)
        return re.sub(r"[\u2066-\u2069]", "", " ".join(unescape(bare).split()))


@dataclass
class Agency:
    """The counter of one agency."""

    office: Office
    app: Flask
    printed: list[str]
    clock_file: Path

    @property
    def now(self) -> datetime:
        return self.office.clock.now()

    def staff(self, name: str, role: Any = "clerk") -> None:
        staff.add(self.office.store, self.office.vault, name, role, PASSWORD, self.now)

    def digits(self, name: str) -> str:
        row = self.office.store.staff.get(name)
        assert row
        return second_factor.code(
            self.office.vault.open(f"staff.sealed:{name}", row.sealed), self.now
        )

    def browser(self, name: str = "") -> Browser:
        browser = Browser(self.app.test_client())
        browser.open("")
        if name:
            browser.send("sign-in", name=name, password=PASSWORD, code=self.digits(name))
            assert browser.page.status_code == 200
        return browser

    def person(self, number: str) -> str:
        found = self.office.store.people.of_key(self.office.vault.hash("key", number))
        assert found
        return found

    def acts(self) -> list[tuple[str, str, str]]:
        return [(row.who, row.act, row.detail) for row in self.office.store.audit.after(0, 1000)]


def found(agency: Agency, name: str = "amina", shown: bool = True, number: str = CNSS) -> Browser:
    """Somebody signed in, with Khadija's file open."""
    browser = agency.browser(name)
    browser.send("find", scheme="cnss", number=number, reason="enrol")
    if shown:
        browser.send("show")
    return browser
