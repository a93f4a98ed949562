"""The room itself: what every page needs, and who stands at the counter."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Response, g, request

from lite.desk.door import Door
from lite.identity import late, sessions
from lite.identity.sessions import Session
from lite.papers.keys import PaperKeys
from lite.services.form import Service
from lite.web.assets import Assets
from lite.web.relay import relayed

if TYPE_CHECKING:
    from lite.desk.office import Office
    from lite.desk.service import Desk

# A cookie without `Secure` is for a machine that talks to itself.
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_TOKEN = 12  # bytes
_PENDING = "p"  # the cookie of a browser that is about to sign in
_LONGEST = 40  # characters of it


@dataclass(frozen=True)
class Site:
    """Built once; shared by every page."""

    office: Office
    door: Door
    services: Mapping[str, Service]
    assets: Assets
    demo: bool
    phone_url: str
    service_code: str
    short_code: str
    secure: bool
    public_url: str = ""
    papers: PaperKeys = field(default_factory=PaperKeys)

    def dial(self, key: str) -> str:
        """The code that dials one service: `*384*3939*4#`."""
        return f"{self.service_code.rstrip('#')}*{self.services[key].ussd}#"

    def cookie(self, name: str = "s") -> str | None:
        """The name of a cookie, the session's if none is given; None where it would travel in
        clear."""
        if self.secure or request.is_secure:
            return f"__Host-{name}"
        host = request.host.rpartition(":")[0] if request.host[-1:].isdigit() else request.host
        return name if (host or request.host) in LOOPBACK else None

    def browser(self) -> str:
        """The cookie of a browser that asked to sign in; empty for one that did not."""
        name = self.cookie(_PENDING)
        return request.cookies.get(name, "")[:_LONGEST] if name else ""

    def known(self, response: Response, browser: str) -> Response:
        """Let a browser be known again for as long as a form of it is kept; its codes and its
        digits live less long, in the store."""
        if name := self.cookie(_PENDING):
            self._hand(response, name, browser, int(late.LIFE.total_seconds()))
        return response

    def forgotten(self, response: Response) -> Response:
        """What the browser was known by is done with."""
        if (name := self.cookie(_PENDING)) and name in request.cookies:
            self._hand(response, name, "", 0)
        return response

    def _hand(self, response: Response, name: str, value: str, age: int | None = None) -> None:
        secure = name.startswith("__Host-")
        response.set_cookie(
            name, value, max_age=age, secure=secure, httponly=True, samesite="Lax"
        )  # fmt: skip

    def visitor(self) -> Visitor:
        """Who opened this page; looked up once a request."""
        if "visitor" not in g:
            office, value = self.office, self.sent()
            now = office.clock.now()
            session = sessions.find(office.store, office.vault, value, now) if value else None
            g.visitor = Visitor(value if session else "", session)
        visitor: Visitor = g.visitor
        return visitor

    def sent(self) -> str:
        """The session's cookie as it came, whether it opens anything or not."""
        name = self.cookie()
        return request.cookies.get(name, "")[:_LONGEST] if name else ""

    def last(self) -> Session | None:
        """The session of that cookie, even if it ended by itself."""
        office, value = self.office, self.sent()
        if not value:
            return None
        return sessions.last(office.store, office.vault, value, office.clock.now())

    def whose(self) -> str:
        """The signed-in person's id; empty for a passer-by."""
        session = self.visitor().session
        return session.person if session else ""

    def desk(self, language: str, once: str = "") -> Desk:
        """The desk for this request."""
        session = self.visitor().session
        if session is None:
            return self.door.desk(None, once, language)
        proved = session.person if session.level > 1 and not relayed() else None
        return self.door.desk(session.phone, once, language, session.person, proved)

    def admit(self, response: Response, cookie: str) -> Response:
        """Hand a new session's cookie to the browser."""
        if name := self.cookie():
            self._hand(response, name, cookie)
        return response

    def level(self) -> int:
        """What the visitor has shown so far."""
        session = self.visitor().session
        return session.level if session else 0

    def rise(self) -> str:
        """Replace the visitor's session by one of the next level; its cookie. A form that waits
        for it goes along."""
        visitor, office = self.visitor(), self.office
        if visitor.session is None:
            raise PermissionError("nobody is signed in")
        session, now = visitor.session, office.clock.now()
        sessions.end(office.store, office.vault, visitor.cookie)
        cookie = sessions.begin(
            office.store, office.vault, session.person, session.phone, 2, now, session
        )
        late.move(office.store, office.vault, visitor.cookie, cookie, session.person, now)
        return cookie

    def ended(self) -> bool:
        """Whether the session that this page was opened in has ended meanwhile."""
        visitor, office = self.visitor(), self.office
        return visitor.session is not None and not sessions.find(
            office.store, office.vault, visitor.cookie, office.clock.now()
        )

    def csrf(self) -> str:
        """The session's token under a fresh mask, so that no two pages hold the same bytes; empty
        for a passer-by."""
        session = self.visitor().session
        if session is None:
            return ""
        mask = secrets.token_bytes(_TOKEN)
        return base64.urlsafe_b64encode(mask + _xor(mask, self._token(session))).decode()

    def genuine(self, token: str, session: Session | None) -> bool:
        """Whether a form comes from a page of this session, or of one that it followed; a
        passer-by has nothing to forge."""
        if session is None:
            return True
        try:
            given = base64.urlsafe_b64decode(token.encode("ascii", "replace"))
        except ValueError:
            return False
        return hmac.compare_digest(_xor(given[:_TOKEN], given[_TOKEN:]), self._token(session))

    def _token(self, session: Session) -> bytes:
        return bytes.fromhex(self.office.vault.hash("csrf", session.thread))[:_TOKEN]


@dataclass(frozen=True)
class Visitor:
    """A signed-in person, or a passer-by (no cookie, no session)."""

    cookie: str
    session: Session | None


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=False))
