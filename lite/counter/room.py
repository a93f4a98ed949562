"""The room: what every page of the counter needs, and one visit to it."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import request

from lite.desk.door import Door
from lite.desk.facts import Person
from lite.desk.office import Office
from lite.identity import staff_sessions
from lite.identity.staff_sessions import Clerk
from lite.papers.keys import PaperKeys
from lite.text import LANGUAGES

if TYPE_CHECKING:
    from lite.store import Store
    from lite.vault import Vault

# A cookie without `Secure` is for a machine that talks to itself.
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
LANGUAGE = "counter_language"


@dataclass(frozen=True)
class Room:
    """Built once; shared by every visit."""

    office: Office
    door: Door
    secure: bool
    service_code: str
    card_pdf: Callable[[str], bytes] | None
    papers: PaperKeys

    def cookie_name(self) -> str | None:
        """The name of the session cookie; None where a session would travel in clear."""
        if self.secure or request.is_secure:
            return "__Host-staff"
        host = request.host
        bare = host.rpartition(":")[0] if host[-1:].isdigit() and ":" in host else host
        return "staff" if bare in _LOOPBACK else None

    def visit(self) -> Visit:
        """Who opened this page, in which language."""
        name = self.cookie_name()
        cookie = request.cookies.get(name, "") if name else ""
        now = self.office.clock.now()
        clerk = None
        if cookie:
            clerk = staff_sessions.find(self.office.store, self.office.vault, cookie, now)
        wanted = request.args.get("lang") or request.cookies.get(LANGUAGE, "")
        language = wanted if wanted in LANGUAGES else LANGUAGES[0]
        return Visit(self, cookie if clerk else "", clerk, language, now)


@dataclass(frozen=True)
class Visit:
    """One request: who it is from, if they are signed in."""

    room: Room
    cookie: str
    who: Clerk | None
    language: str
    now: datetime

    @property
    def store(self) -> Store:
        return self.room.office.store

    @property
    def vault(self) -> Vault:
        return self.room.office.vault

    @property
    def clerk(self) -> Clerk:
        """Who is signed in: the gate let nobody else come so far."""
        if self.who is None:
            raise PermissionError("nobody is signed in")
        return self.who

    @property
    def open(self) -> bool:
        """Whether a file lies open, of somebody who is still in the store."""
        return bool(self.clerk.person) and self.room.door.person_known(self.clerk.person)

    @property
    def person(self) -> Person:
        """Whom the open file is about."""
        desk = self.room.door.desk(None, "", self.language, signed=self.clerk.person)
        return desk.people[0]

    def token(self) -> str:
        """What a form of this page must bring back: bound to the session and to the file that is
        open now, under a mask of its own, so that no two pages hold the same bytes."""
        secret = self._secret()
        mask = secrets.token_bytes(len(secret))
        return base64.urlsafe_b64encode(mask + _xor(mask, secret)).decode()

    def brings(self, token: str) -> bool:
        """Whether a form comes from a page of this session, for the file that is open now."""
        secret = self._secret()
        try:
            given = base64.urlsafe_b64decode(token.encode("ascii", "replace"))
        except ValueError:
            return False
        mask, masked = given[: len(secret)], given[len(secret) :]
        return len(mask) == len(secret) and hmac.compare_digest(masked, _xor(mask, secret))

    def _secret(self) -> bytes:
        person = self.who.person if self.who else ""
        return bytes.fromhex(self.vault.hash("counter-form", f"{self.cookie}:{person}"))


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
