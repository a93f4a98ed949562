"""Signing in by text: a page shows six digits, its reader sends them from the enrolled phone.

What is typed on the phone is no secret and nothing is guessed at: whoever sends digits opens their
own file to the browser that shows them. So no failure elsewhere can close this way in; and the one
danger is to send the digits of somebody else's screen, which the phone is told before it confirms.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from lite import numbers
from lite.clock import instant, stamp
from lite.identity.codes import LIFE, of_browser
from lite.store import Store
from lite.store.pending import PageRow
from lite.vault import Vault

# A fifth of all numbers: a free one is found at once. Beyond, the oldest page makes room.
MOST = 20_000


@dataclass(frozen=True)
class Page:
    """A page that waits: its digits (the last one a check digit), until when, and whether they
    came: then its browser may enter."""

    digits: str
    until: datetime
    sent: bool


@dataclass(frozen=True)
class Entered:
    """Who sent the digits, and from which phone (E.164)."""

    person: str
    phone: str


def begin(store: Store, vault: Vault, cookie: str, now: datetime) -> None:
    """A page of this browser waits from now on for ten minutes; if one waits already, it stays."""
    with store.transaction():
        if find(store, vault, cookie, now):
            return
        browser = of_browser(vault, cookie)
        store.pending_pages.drop(browser)
        while not _add(store, vault, browser, now):
            pass


def _add(store: Store, vault: Vault, browser: str, now: datetime) -> bool:
    digits = numbers.with_digit(f"{secrets.randbelow(10**5):05}")
    row = PageRow(
        browser, _number(vault, digits), _seal(vault, browser, {"digits": digits}), None,
        stamp(now), stamp(now + LIFE),
    )  # fmt: skip
    return store.pending_pages.add(row, MOST)


def find(store: Store, vault: Vault, cookie: str, now: datetime) -> Page | None:
    """The page that waits in this browser."""
    row = store.pending_pages.of_browser(of_browser(vault, cookie), stamp(now))
    if row is None:
        return None
    return Page(_open(vault, row)["digits"], instant(row.expires_at), row.person is not None)


def asked_at(store: Store, vault: Vault, digits: str, now: datetime) -> datetime | None:
    """When the page was opened that waits for exactly these digits; None if there is none."""
    row = store.pending_pages.of_number(_number(vault, digits), stamp(now))
    return instant(row.created_at) if row else None


def send(
    store: Store, vault: Vault, digits: str, person: str, phone: str, now: datetime
) -> bool:  # fmt: skip
    """A person sends, from an enrolled phone (E.164), the digits of a page: it opens for them.
    False if no page waits for them (any more)."""
    number = _number(vault, digits)
    with store.transaction():
        row = store.pending_pages.of_number(number, stamp(now))
        if row is None:
            return False
        sealed = _seal(vault, row.hash, {"digits": digits, "phone": phone})
        return store.pending_pages.bind(number, person, sealed, stamp(now))


def enter(store: Store, vault: Vault, cookie: str, now: datetime) -> Entered | None:
    """Whose file this browser enters, once; None if the digits did not come, or if the phone that
    sent them was lost to this person since."""
    with store.transaction():
        row = store.pending_pages.take(of_browser(vault, cookie), stamp(now))
        if row is None or row.person is None:
            return None
        phone = _open(vault, row)["phone"]
        speaks = row.person in store.people.of_phone(vault.hash("phone", phone))
        return Entered(row.person, phone) if speaks else None


def close(store: Store, person: str) -> None:
    """Every page that is open for this person, or about to be, is closed."""
    with store.transaction():
        store.pending_pages.close(person)


def _number(vault: Vault, digits: str) -> str:
    return vault.hash("page", digits)


def _seal(vault: Vault, hash: str, content: dict[str, str]) -> str:
    return vault.seal(f"pending_pages.sealed:{hash}", json.dumps(content).encode())


def _open(vault: Vault, row: PageRow) -> dict[str, str]:
    content: dict[str, str] = json.loads(vault.open(f"pending_pages.sealed:{row.hash}", row.sealed))
    return content
