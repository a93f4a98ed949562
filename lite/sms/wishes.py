"""A page asked for an access code: looked into here, in the worker, where nobody times it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lite.desk.door import Door, StoreError
from lite.outbox import Accepted, Carrier, Later, Outcome
from lite.services import code
from lite.services.form import Level
from lite.text import Ltr, T

if TYPE_CHECKING:
    from lite.desk.office import Office
    from lite.desk.service import Desk
    from lite.store.letters import LetterRow


def carrier(office: Office) -> Carrier:
    """Grants wishes for a code: an SMS to the phone itself, if somebody enrolled it. A phone that
    nobody enrolled gets nothing."""
    door, host = Door(office, "sms"), _host(office.public_url)

    def carry(letter: LetterRow) -> Outcome:
        wish = office.open(f"letters.sealed:{letter.id}", letter.sealed)
        try:
            with door.transaction():
                desk = door.desk(wish["to"], f"wish-{letter.id}", letter.language)
                if desk.level >= Level.T1:
                    _grant(desk, wish["browser"], host)
        except StoreError:
            return Later("the store is busy", 1)
        return Accepted()

    return carry


def _grant(desk: Desk, browser: str, host: str) -> None:
    if len(desk.ids) > 1:
        dial = f"{desk.office.service_code.rstrip('#')}*{code.SERVICE.ussd}#"
        several = T("Plusieurs personnes ont ce numéro. Pour un code, composez {code}",
                    code=Ltr(dial))  # fmt: skip
        desk.text([several], "answer")
        return
    # An Arabic SMS has 70 characters: no room for the line that binds the code to the page.
    bound = host if desk.language == "fr" else ""
    desk.text(code.lines(desk.pages.code(browser), bound), "code", life=code.LIFE)


def _host(public_url: str) -> str:
    """The host of pages that a browser may bind a code to: https alone."""
    address = urlsplit(public_url)
    return address.hostname or "" if address.scheme == "https" else ""
