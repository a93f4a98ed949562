"""Writing letters: an SMS out, or a request on its way to a fund."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from lite import trace
from lite.clock import stamp
from lite.desk import contacts
from lite.desk.office import Office
from lite.store.letters import LetterRow
from lite.text import Text, pack

# What may be done when the outcome of a sending was lost: a code is never sent again, an answer
# or a receipt once more.
Class = Literal["code", "answer", "receipt", "notice", "news", "request"]


def sms(
    office: Office, phone: str, lines: Sequence[Text], language: str, klass: Class,
    life: timedelta | None = None,
) -> str:  # fmt: skip
    """Post an SMS to a phone (E.164): it leaves after this turn is committed, and says under which
    reference its reader can ask whether it is ours. Its letter's id."""
    with office.store.transaction():
        reference = contacts.begin(office, phone, klass)
        signed = contacts.signed(lines, reference, language)
        content = {"to": phone, "lines": [pack(line) for line in signed]}
        index = office.index(phone)
        return _post(
            office, "sms", klass, index, language, content, life, owner=office.owner(index)
        )


def wish(office: Office, phone: str, browser: str, language: str, life: timedelta) -> str:
    """Somebody on a page wants a code for a phone (E.164), in a browser (its keyed hash). It is
    looked into when it is carried: a page answers alike, and in the same time, for every phone."""
    content = {"to": phone, "browser": browser}
    return _post(office, "wish", "code", office.index(phone), language, content, life)


def request(office: Office, person: str, content: Mapping[str, Any], id: str) -> str:
    """Post a request to the `fund` of its content; one person's leave for a fund in order."""
    route = str(content["fund"])
    return _post(office, "fund", "request", person, "", dict(content), None, id, person, route)


def _post(
    office: Office, kind: str, klass: str, address: str, language: str, content: dict[str, Any],
    life: timedelta | None, id: str = "", owner: str = "", route: str = "",
) -> str:  # fmt: skip
    now = office.clock.now()
    letter = id or f"{time.time_ns():016x}{secrets.token_hex(4)}"  # in the order of writing
    office.store.letters.post(
        LetterRow(
            id=letter,
            kind=kind,
            klass=klass,
            state="waiting",
            address=address,
            language=language,
            sealed=office.seal(f"letters.sealed:{letter}", content, owner),
            due_at=stamp(now),
            expires_at=stamp(now + life) if life else None,
            attempts=0,
            created_at=stamp(now),
            route=route,
            turn=trace.posted(),
        )
    )
    return letter
