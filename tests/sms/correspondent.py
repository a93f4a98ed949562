"""Somebody who texts us: urlencoded bodies through the gate, letters read as they leave."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import urlencode

from lite.desk.door import Door
from lite.desk.office import Office
from lite.fit import fold
from lite.gate import Gate
from lite.services import SERVICES
from lite.sms.webhook import SmsDoor
from lite.text import say, unpack

SHORT_CODE = "3939"


class Letter(NamedTuple):
    """An SMS as it would leave now."""

    klass: str
    language: str
    text: str


def mail(office: Office) -> list[Letter]:
    """Every SMS ever written, in order."""
    rows = office.store.sql.all(
        "select id, class, language, sealed from letters where kind = 'sms' order by created_at, id"
    )
    letters = []
    for id, klass, language, sealed in rows:
        lines = office.open(f"letters.sealed:{id}", sealed)["lines"]
        text = fold("\n".join(say(unpack(line), language) for line in lines))
        letters.append(Letter(klass, language, text))
    return letters


@dataclass
class Post:
    """The gateway, towards us: callbacks through the gate, and how they were answered."""

    office: Office
    services: Any = SERVICES
    ids: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        door = SmsDoor(Door(self.office, "sms"), self.services)
        handlers = {"sms": door.inbound, "delivery": door.delivery, "optout": door.optout}
        self._gate = Gate(["secret"], handlers, {}, lambda environ, start: [b"inner"])

    def post(self, name: str, body: bytes) -> tuple[str, bytes]:
        """Status and body of one callback."""
        seen: list[str] = []
        environ = {
            "PATH_INFO": f"/at/secret/{name}",
            "REQUEST_METHOD": "POST",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "wsgi.input": io.BytesIO(body),
        }
        answer = self._gate(environ, lambda status, headers: seen.append(status))
        return seen[0], b"".join(answer)

    def message(self, phone: str, text: str, **fields: str) -> tuple[str, bytes]:
        """One message as the gateway posts it; a field given as "" is posted blank."""
        form = {
            "date": "2026-11-24 09:00:00",
            "from": phone,
            "id": f"ATXid_{next(self.ids)}",
            "linkId": "",
            "text": text,
            "to": SHORT_CODE,
            "cost": "MAD 0.00",
            "networkCode": "60401",
        }
        return self.post("sms", urlencode(form | fields).encode())

    def texts(self, phone: str, *texts: str) -> list[Letter]:
        """Send messages one after the other; the letters that the last one caused."""
        before = 0
        for text in texts:
            before = len(mail(self.office))
            assert self.message(phone, text) == ("200 OK", b"")
        return mail(self.office)[before:]
