"""The pretend fund: a stand-in for the demo and the tests, whole behind the port.

    pretend:///path/state.db?ripen=20&slow=2

Its people and their facts are a pure function of the day (`pretend_facts.world`); only requests and
its mood live in the file. `ripen`: seconds until a request is settled. `slow`: seconds that every
call takes when it is switched to slow.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from lite.upstream.port import (
    NOTED,
    REQUEST_TYPES,
    Batch,
    BatchRefused,
    Capabilities,
    Document,
    Found,
    FundDown,
    Health,
    Lookup,
    Mode,
    NotFound,
    Page,
    PersonKey,
    Progress,
    Pull,
    Reason,
    Receipt,
    Refused,
    Request,
    RequestState,
    Submission,
    Unavailable,
    Unreachable,
)
from lite.upstream.pretend_dossiers import dossiers
from lite.upstream.pretend_feed import PAGE_SIZE, changes, keys_of, page, records_of
from lite.upstream.pretend_memory import MODES, Memory, Remembered, mode, switch, switched
from lite.upstream.pretend_papers import PAPERS, Facts, period
from lite.upstream.pretend_people import Person, heads

__all__ = ["MODES", "Pretend", "fund", "mode", "people", "switch", "switched"]

RETRY_AFTER, VALID_DAYS = 60, 90
_AHEAD = timedelta(days=2)
# What is asked of it in these moods is not answered, or not with sense.
_MUTE = ("down", "wrong", "html")
_SILENT = {"down": "", "html": "it answered a page of HTML"}


def fund(name: str, url: str, now: Callable[[], datetime]) -> Pretend:
    """The pretend fund whose file the URL names; ValueError when it names none."""
    parts = urlsplit(url)
    if not parts.path.startswith("/"):
        raise ValueError(f"{url} names no file: write pretend:///path/state.db")
    options = {key: float(values[-1]) for key, values in parse_qs(parts.query).items()}
    path = Path(unquote(parts.path))
    return Pretend(name, path, now, options.get("ripen", 20.0), options.get("slow", 2.0))


class Pretend:
    """Keeps every promise of the port, and breaks them on request (`switch`)."""

    def __init__(
        self, name: str, path: Path, now: Callable[[], datetime], ripen: float, slow: float
    ) -> None:
        self.name, self.path = name, path
        self._memory = Memory(path)
        self._now, self._ripen, self._slow = now, ripen, slow

    def capabilities(self) -> Capabilities:
        return Capabilities(
            kind="pretend", version="1", deltas="complete", tombstones=True, lookup=True,
            submit=True, cadence=60, schemes=("cnss", "cnops", "cin", "beneficiary"),
        )  # fmt: skip

    def pull(self, since: str | None, mode: Mode) -> Pull:
        """The cursor is the day of the last pull: a delta is what differs between two days."""
        return Pull(self._pages(since if mode == "delta" else None, mode))

    def lookup(self, person: PersonKey) -> Lookup:
        if self._mood() in _MUTE:
            return Unavailable(RETRY_AFTER)
        now = self._now()
        records = records_of(person, _day(now))
        return Found(records, now) if records else NotFound(now)

    def submit(self, request: Request) -> Submission:
        if self._mood() in _MUTE:
            return Unreachable(RETRY_AFTER)
        now = self._now()
        reason = _objection(request, _day(now))
        return Refused(reason) if reason else Receipt(self._memory.keep(request, now))

    def poll(self, receipts: Iterable[Receipt]) -> dict[str, Progress]:
        """An answer that makes no sense (`wrong`) is no answer: those requests stay pending."""
        if self._mood(raises=True) == "wrong":
            return {}
        held = (self._memory.recall(receipt.reference) for receipt in receipts)
        return {known.reference: self._progress(known) for known in held if known}

    def document(self, receipt: Receipt) -> Document | None:
        mood = self._mood(raises=True)
        known = self._memory.recall(receipt.reference)
        if known is None or mood == "wrong":
            return None
        if self._progress(known).state is not RequestState.READY:
            return None
        facts = _facts(known, self._settled_at(known))
        return None if isinstance(facts, Reason) else self._paper(known, facts)

    def withdraw(self, reference: str, reason: str) -> None:
        """Take back an attestation that was given, as funds do when its facts were wrong."""
        self._memory.withdraw(reference, reason, self._now())

    def health(self) -> Health:
        last = self._memory.said("last good")
        last_good = datetime.fromisoformat(last) if last else None
        mood = self._mood()
        if mood in _SILENT:
            return Health(False, None, last_good)
        return Health(True, _AHEAD.total_seconds() if mood == "future" else 0.0, last_good)

    def _mood(self, raises: bool = False) -> str:
        mood = mode(self.path, self._now())
        if mood == "slow":
            time.sleep(self._slow)
        if raises and mood in _SILENT:
            raise FundDown(RETRY_AFTER, _SILENT[mood])
        return mood

    def _pages(self, since: str | None, kind: Mode) -> Generator[Page, None, Batch]:
        mood = self._mood(raises=True)
        now = self._now()
        today = _day(now)
        feed = changes(since, today)
        if mood == "partial":
            feed = feed[::2]
        for start in range(0, len(feed), PAGE_SIZE):
            yield page(feed[start : start + PAGE_SIZE], garbled=mood == "wrong")
        if mood == "refused":
            raise BatchRefused("the rows have another sha256 than was announced")
        good = mood not in ("partial", "wrong")
        if good:
            self._memory.say("last good", now.isoformat())
        return Batch(
            id=f"{self.name}-{now:%Y%m%dT%H%M%S%f}-{kind}",
            as_of=now + (_AHEAD if mood == "future" else timedelta()),
            cursor=today.isoformat() if good else since,
            complete=good and kind == "full",
            partial=not good,
        )

    def _settled_at(self, known: Remembered) -> datetime:
        return known.asked_at + timedelta(seconds=self._ripen)

    def _progress(self, known: Remembered) -> Progress:
        if gone := self._memory.withdrawn(known.reference):
            return Progress(RequestState.REJECTED, gone[1], Reason(gone[0]))
        now, settled_at = self._now(), self._settled_at(known)
        seen_at = known.asked_at + timedelta(seconds=self._ripen / 4)
        if now < seen_at:
            return Progress(RequestState.QUEUED, known.asked_at)
        if now < settled_at:
            return Progress(RequestState.ACKNOWLEDGED, seen_at)
        if known.request.type in NOTED:
            return Progress(RequestState.ACCEPTED, settled_at)
        facts = _facts(known, settled_at)
        if isinstance(facts, Reason):
            return Progress(RequestState.REJECTED, settled_at, facts)
        return Progress(RequestState.READY, settled_at)

    def _paper(self, known: Remembered, facts: Facts) -> Document:
        """Dated the day it ripened, whenever it is fetched: a paper does not change."""
        person = _holders()[known.request.insured].insured
        issued = _day(self._settled_at(known))
        return Document(
            reference=known.reference,
            kind=known.request.type,
            person=person.key,
            issued_on=issued.isoformat(),
            valid_until=(issued + timedelta(days=VALID_DAYS)).isoformat(),
            name=person.name,
            name_ar=person.name_ar,
            total=facts[0],
            currency="MAD",
            facts=facts[1],
        )


def people(now: datetime) -> list[dict[str, Any]]:
    """The people of the demo who have a phone, ready for `json`, with their dossiers of the day."""
    held: dict[PersonKey, list[dict[str, str]]] = {}
    for dossier in dossiers(_day(now)):
        row = {"number": dossier.number, "status": dossier.status.value}
        held.setdefault(dossier.insured, []).append(row)
    return [
        {
            "phone": person.insured.phones[0],
            "phones": list(person.insured.phones),
            "insured": person.key.value,
            "keys": dict(person.insured.keys),
            "name": person.insured.name,
            "language": person.insured.language,
            "dossiers": held.get(person.key, []),
        }
        for person in heads()
        if person.insured.phones
    ]


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


@cache
def _holders() -> dict[PersonKey, Person]:
    """Who may ask, by each of their numbers."""
    return {key: person for person in heads() for key in keys_of(person.insured)}


def _objection(request: Request, day: date) -> Reason | None:
    """Why a request cannot be taken at all; what it asks for is judged later, as a fund does."""
    if request.type not in REQUEST_TYPES:
        return Reason("unknown_type")
    if request.insured not in _holders():
        return Reason("unknown_person")
    if request.type == "salaries" and period(request.details, day) is None:
        return Reason("bad_period")
    return None


def _facts(known: Remembered, at: datetime) -> Facts | Reason:
    asked = known.request
    return PAPERS[asked.type](_holders()[asked.insured], asked.details, _day(at))
