"""A pull from a fund that speaks FHIR R4: people first, then their rights and their dossiers."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from lite.upstream import fhir_claims, fhir_people
from lite.upstream.answers import Change, Page, upsert
from lite.upstream.fhir_census import STRANGER, Census, best
from lite.upstream.fhir_claims import Answer, Claim
from lite.upstream.fhir_dialect import Dialect
from lite.upstream.fhir_pages import Losses, Refused, answering, one, search
from lite.upstream.fhir_values import Resource, Unreadable
from lite.upstream.records import Record
from lite.upstream.signed import Signed

Read = TypeVar("Read")
_PAGE = 500
_RAW = 500  # characters of an unreadable row that are kept


@dataclass
class Feed:
    """One reading of a fund, on one day (`today`, ISO).

    `queries`: what narrows the search for a kind. `halves`: a claim or an answer may come without
    its other half, which is then asked for. `alone`: rows of strangers are none of our business.
    """

    wire: Signed
    dialect: Dialect
    census: Census
    today: str
    currency: str
    queries: dict[str, Mapping[str, str]] = field(default_factory=dict)
    halves: bool = False
    alone: bool = False
    losses: Losses = field(default_factory=Losses)
    strangers: int = 0  # rows about people whom no list holds
    _sent: dict[tuple[str, str], str] = field(default_factory=dict)

    def pages(self) -> Generator[Page, None, None]:
        """Everything, in pages of bounded size. FundDown when not even people can be read."""
        yield from self._bounded(self.people())
        yield from self._bounded(self.rights())
        yield from self._bounded(self.dossiers())

    def people(self) -> Iterator[Record]:
        options = self.wire.where.options
        for group in self._read("Group", lambda row: fhir_people.group(row, self.dialect)):
            self.census.group(group)
        try:
            for place, row in search(self.wire, self.dialect, "Patient", {}, self.losses):
                found = self._tried("Patient", place, row, lambda row: self.census.patient(
                    fhir_people.patient(row, self.dialect, options)))  # fmt: skip
                if found is not None:
                    yield found
        except Refused as error:
            raise self.wire.down(error.reason) from None

    def rights(self) -> Iterator[Record]:
        found = self._read("Coverage", lambda row: list(
            self.census.rights(fhir_people.coverage(row, self.dialect), self.today)))  # fmt: skip
        yield from best(right for rights in found for right in rights).values()

    def dossiers(self) -> Iterator[Record]:
        """Claims and what answers them, joined; where answers were lost, a claim without one is
        left as it was."""
        claims = self.claims()
        before, answered = self.losses.count - self.strangers, set[str]()
        for told in self.answers():
            if told.claim & answered:
                continue
            asked = next((claims[name] for name in sorted(told.claim) if name in claims), None)
            answered |= told.claim | (asked.ids if asked else frozenset())
            yield from self._dossier(asked or self._claim_of(told), told)
        lost = self.losses.count - self.strangers > before
        for asked in dict.fromkeys(claims.values()):
            if not asked.ids & answered and not lost:
                yield from self._dossier(asked, self._answer_to(asked))

    def claims(self) -> dict[str, Claim]:
        """Claims by each of their names."""
        found = self._read("Claim", self._claim)
        return {name: claim for claim in found for name in claim.ids}

    def answers(self) -> Iterator[Answer]:
        for kind in self.dialect.answers:
            yield from self._read(kind, self._answer)

    def _claim(self, row: Resource) -> Claim:
        return fhir_claims.claim(row, self.dialect, self.currency)

    def _answer(self, row: Resource) -> Answer:
        return fhir_claims.answer(row, self.dialect, self.currency)

    def _claim_of(self, told: Answer) -> Claim | None:
        """The claim that did not move with its answer, where there may be one."""
        found = (one(self.wire, self.dialect, "Claim", name) for name in sorted(told.claim))
        if not self.halves:
            return None
        row = next((row for row in found if row), None)
        return self._tried("Claim", -1, row, self._claim) if row else None

    def _answer_to(self, asked: Claim) -> Answer | None:
        """The answer that did not move with its claim, where there may be one."""
        if not self.halves:
            return None
        for kind in self.dialect.answers:
            for row in answering(self.wire, self.dialect, kind, asked.ids, self.losses):
                told = self._tried(kind, -1, row, self._answer)
                if told and told.claim & asked.ids:
                    return told
        return None

    def _dossier(self, asked: Claim | None, told: Answer | None) -> Iterator[Record]:
        """The records of one dossier; nothing when its two halves are not of the same person."""
        try:
            whom = {self.census.person(half.whom) for half in (asked, told) if half}
            if len(whom) > 1:
                raise Unreadable("a claim and its answer name two people")
        except Unreadable as error:
            self._lost("Claim" if asked else self.dialect.answers[0], error, "")
            return
        made = fhir_claims.dossier(
            whom.pop(), asked, told, self.today, self.dialect, self.currency
        )
        yield from (record for record in made if record)

    def _read(
        self, kind: str, reader: Callable[[Resource], Read | None]
    ) -> Iterator[Read]:
        """What a reader makes of each row of a kind; a kind that is refused is a gap."""
        query = self.queries.get(kind, {})
        try:
            for place, row in search(self.wire, self.dialect, kind, query, self.losses):
                made = self._tried(kind, place, row, reader)
                if made is not None:
                    yield made
        except Refused as error:
            self.losses.gap(kind, error.reason)

    def _tried(
        self, kind: str, place: int, row: Resource, reader: Callable[[Resource], Read | None]
    ) -> Read | None:
        try:
            return reader(row)
        except Unreadable as error:
            raw = json.dumps(row, default=str)[:_RAW]
            self._lost(f"{kind}[{place}]", error, raw)
            return None

    def _lost(self, where: str, error: Unreadable, raw: str) -> None:
        self.strangers += str(error) == STRANGER
        if not self.alone or str(error) != STRANGER:
            self.losses.row(where, str(error), raw)

    def _bounded(self, records: Iterable[Record]) -> Iterator[Page]:
        """The records as pages, each once, with the rows that were lost on the way."""
        held: list[Change] = []
        for record in records:
            change, sent = upsert(record), len(self._sent)
            before = self._sent.setdefault((change.kind, change.key), change.fingerprint)
            if len(self._sent) == sent:
                if before != change.fingerprint:
                    self.losses.row(change.kind, "another row bears the same number")
                continue
            held.append(change)
            if len(held) == _PAGE:
                yield Page(tuple(held))
                held = []
        if held or self.losses.rows:
            yield Page(tuple(held), self.losses.taken())
