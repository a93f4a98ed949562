"""Canaries: people whose every fact is a string that stands nowhere else, living at every door."""

from __future__ import annotations

import re
import secrets
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from lite.app import House
from lite.identity import cards, second_factor, staff
from lite.upstream import port

PEOPLE = 20
_PASSWORD = "sept perruches sur un fil"
_HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
_SHOWN = re.compile(r"\b(\d{4} ?\d{4})\b")


@dataclass(frozen=True)
class Bird:
    """One person. `said` is what they type that no service asks for."""

    rank: int
    name: str
    name_ar: str
    cin: str
    number: str
    phone: str
    second: str
    dossiers: tuple[str, ...]
    said: str
    seen: str

    @property
    def facts(self) -> tuple[str, ...]:
        """What must be found nowhere; phones without their prefix, however they are written."""
        return (
            *self.name.split(), self.name_ar, self.cin, self.number, self.phone[4:],
            self.second[4:], *self.dossiers, self.said, self.seen,
        )  # fmt: skip


def birds() -> list[Bird]:
    """The same twenty each time."""
    return [_bird(rank) for rank in range(PEOPLE)]


def _bird(rank: int) -> Bird:
    mark = chr(ord("a") + rank)
    return Bird(
        rank, f"Qwx{mark}zara Vkj{mark}xoui", f"ظغث{chr(0x0628 + rank)}ضذخ", f"QX91{rank:02}73",
        f"91{rank:02}73862", f"+2126917{rank:02}386", f"+2126918{rank:02}386",
        tuple(f"83917{rank:02}{of}64" for of in range(2)), f"mot{mark}kqzvx", f"05917{rank:02}386",
    )  # fmt: skip


@dataclass
class Seen:
    """What came by while they lived: codes of cards typed on a telephone's keypad, other codes."""

    transcripts: list[str] = field(default_factory=list)
    typed: list[tuple[str, str]] = field(default_factory=list)  # person, code of a card
    codes: list[str] = field(default_factory=list)


# Before any clock that a house may go by.
_AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


class Fund:
    """Tells of the birds once."""

    name = "flock"

    def capabilities(self) -> port.Capabilities:
        return port.Capabilities("flock", "1", "none", False, False, False, cadence=60)

    def pull(self, since: str | None, mode: port.Mode) -> port.Pull:
        return port.Pull(_pages())


def _pages() -> Generator[port.Page, None, port.Batch]:
    yield port.Page(tuple(port.upsert(record) for bird in birds() for record in _records(bird)))
    yield port.Page((), ())
    return port.Batch("flock", _AS_OF, None, complete=True)


def _records(bird: Bird) -> Iterator[port.Record]:
    key = port.PersonKey("cnss", bird.number)
    yield port.Insured(
        {"cnss": bird.number, "cin": bird.cin}, family=bird.number, role="head", name=bird.name,
        name_ar=bird.name_ar, birth="1984-03-12", phones=(bird.phone,), language="fr",
    )  # fmt: skip
    yield port.Right(key, "amo", port.RightStatus.OPEN, "2026-01-01", "2027-12-31")
    for number in bird.dossiers:
        yield port.Dossier(
            number, key, "reimbursement", "2026-10-02", port.DossierStatus.REJECTED, "2026-11-05",
            reasons=(port.Reason("missing_document"),), claimed=123450,
        )  # fmt: skip


def live(house: House) -> Seen:
    """Everybody at every door; what the gateway, the browser and the printer saw."""
    house.intake.pull(Fund())
    seen = Seen()
    clerk = _clerk(house)
    for bird in birds():
        person = house.store.people.of_phone(house.office.index(bird.phone))[0]
        card = cards.issue(house.store, house.vault, person, house.clock.now())
        _calls(house, bird, person, card, seen)
        _writes(house, bird)
        _browses(house, bird, seen)
        if bird.rank < 3:
            _enrols(house, clerk, bird, seen)
        _breaks(house, bird)
        house.outbox.run_once()
    return seen


def _calls(house: House, bird: Bird, person: str, card: cards.Card, seen: Seen) -> None:
    """A dossier, its amount after a code of the card, a word where none is due; an attestation,
    and a fake that is reported."""
    asked = cards.challenge(house.store, person)
    assert asked
    code = card.codes[asked.number]
    seen.typed.append((person, code))
    session = secrets.token_hex(8)
    amount = f"1*1*{code}*7"  # on the second screen: what is old begins with its date
    for text in ("", "1", "1*1", f"1*1*{code}", amount, f"{amount}*{bird.said}"):
        fields = {"sessionId": session, "phoneNumber": bird.phone, "text": text}
        answer = _posted(house, "ussd", fields)
        seen.transcripts += [text, answer]
    _posted(house, "ussd/ended", {**fields, "status": "Success", "lastAppResponse": answer})
    for text in ("2*3*1", f"5*12*1*1*{bird.seen}"):
        fields = {"sessionId": secrets.token_hex(8), "phoneNumber": bird.phone, "text": text}
        _posted(house, "ussd", fields)


def _writes(house: House, bird: Bird) -> None:
    """Questions, and words that mean nothing to us."""
    for text in ("ETAT", bird.dossiers[0], bird.said, bird.cin):
        id = secrets.token_hex(8)
        _posted(house, "sms", {"id": id, "from": bird.phone, "to": "3939", "text": text})


def _browses(house: House, bird: Bird, seen: Seen) -> None:
    """Sign in with a code that the phone shows, look, search for a word, leave."""
    session = {"sessionId": secrets.token_hex(8), "phoneNumber": bird.phone}
    screen = _posted(house, "ussd", {**session, "text": "4"})
    code = (re.findall(r"\b\d{6}\b", screen) or ["000000"])[0]
    seen.codes.append(code)
    browser = house.web.test_client()
    browser.post("/fr/sign-in", data={"phone": bird.phone, "code": code})
    for path in ("/fr/services/dossiers", f"/fr/verify/{bird.said}", "/fr/services/agencies"):
        browser.get(path, query_string={"q": bird.said})
    browser.post("/fr/services/agencies", data={"town": bird.said})


def _clerk(house: House) -> Any:
    """A clerk's browser, signed in."""
    now = house.clock.now()
    staff.add(house.store, house.vault, "amina", "clerk", _PASSWORD, now)
    row = house.store.staff.get("amina")
    assert row
    digits = second_factor.code(house.vault.open("staff.sealed:amina", row.sealed), now)
    browser = house.web.test_client()
    page = browser.get("/counter/", follow_redirects=True)
    fields = {"name": "amina", "password": _PASSWORD, "code": digits}
    _sent(browser, page, "sign-in", fields)
    return browser


def _enrols(house: House, clerk: Any, bird: Bird, seen: Seen) -> None:
    """A second phone is deposited and activated."""
    page = clerk.get("/counter/", follow_redirects=True)
    page = _sent(clerk, page, "find", {"scheme": "cin", "number": bird.cin, "reason": "enrol"})
    _sent(clerk, page, "show", {})
    page = clerk.get("/counter/enrol?consent=fr", follow_redirects=True)
    again = {"phone": bird.second, "again": bird.second, "agreed": "1", "seen": "1"}
    page = _sent(clerk, page, "enrol", again)
    for code in _SHOWN.findall(re.sub(r"<[^>]+>", " ", page.get_data(as_text=True)))[:1]:
        seen.codes.append(code.replace(" ", ""))
        session = {"sessionId": secrets.token_hex(8), "phoneNumber": bird.second}
        for text in ("", "8", f"8*{code.replace(' ', '')}"):
            _posted(house, "ussd", {**session, "text": text})
    _sent(clerk, clerk.get("/counter/file", follow_redirects=True), "close", {})


def _sent(browser: Any, page: Any, path: str, fields: dict[str, str]) -> Any:
    """A form of a page, with its hidden fields."""
    hidden = dict(_HIDDEN.findall(page.get_data(as_text=True)))
    return browser.post(f"/counter/{path}", data={**hidden, **fields}, follow_redirects=True)


def _breaks(house: House, bird: Bird) -> None:
    """What fails: a dialogue that was tampered with, a body that is no form, a wrong address."""
    phone = house.office.index(bird.phone)
    session = {"sessionId": secrets.token_hex(8), "phoneNumber": bird.phone}
    _posted(house, "ussd", {**session, "text": "1"})
    house.store.sql.run("update talks set state = 'v1:AAAA' where phone = ?", phone)
    _posted(house, "ussd", {**session, "text": f"1*{bird.said}"})
    _posted(house, "sms", {"id": "x", "from": bird.phone, "text": bird.said}, type="text/plain")
    _posted(house, "delivery", {"id": "", "phoneNumber": bird.phone, "status": bird.said})
    house.web.test_client().post(f"/fr/{bird.said}", data={"phone": bird.phone})


def _posted(
    house: House, name: str, fields: dict[str, str], type: str = "application/x-www-form-urlencoded"
) -> str:  # fmt: skip
    """A callback of the gateway; what it was answered."""
    body = urlencode(fields).encode()
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": f"/at/{house.settings.webhook_secrets[0]}/{name}",
        "CONTENT_TYPE": type, "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
    }  # fmt: skip
    return b"".join(house.wsgi(environ, lambda *_: None)).decode()
