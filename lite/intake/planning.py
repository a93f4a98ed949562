"""What a chunk of rows changes: compared, matched with its people, sealed; nothing written yet."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from time import time
from typing import NamedTuple

from lite.intake.rows import News, Row, moved, news_of
from lite.store import Store
from lite.store.moves import Move
from lite.store.plan import Aside, Lies, Plan, Version
from lite.vault import Tampered, Vault

NOBODY = "nobody we know"
_SHOWN = 12  # digits of a blind key that tell one row of nobody from another


def _name() -> str:
    """Of a new person: begins with the second, as `people.since` does, so that those who come
    together lie together in every index; at random, an import of millions writes all of it anew
    with each chunk."""
    return f"{int(time()):08x}{secrets.token_hex(7)}"


class Lying(NamedTuple):
    """The version of a record that is told, and the one that is staged, where there are any."""

    told: Lies | None = None
    staged: Lies | None = None

    @property
    def last(self) -> Lies | None:
        """What readers will see if nothing more is staged."""
        if self.staged:
            return self.staged
        return self.told if self.told and self.told.died is None else None


_NOTHING = Lying()


class Known(NamedTuple):
    """A row, whose it is, and what lies in the store of it."""

    row: Row
    person: str
    lying: Lying


@dataclass(frozen=True)
class Planner:
    """Plans for one source's next generation; `then` is the day of its last pull, None
    before the first. `first`: no version of any record lies in the store, but those that this
    pull staged, and they are written over."""

    store: Store
    vault: Vault
    source: str
    generation: int
    then: date | None
    today: date
    now: str
    first: bool = False

    def plan(self, rows: Iterable[Row], second_look: bool = False) -> Plan:
        """What these rows change; of two rows with one key the last counts. At a `second_look`
        whoever is not known yet is nobody; before, such a row is set aside."""
        plan, fresh = Plan(), []
        last = {row.key: row for row in rows}
        lying = self._lying(last.values())
        for row in last.values():
            lies = lying.get(row.key, _NOTHING)
            if row.wire is None:
                self.end(plan, row.kind, lies)
            elif lies.last and lies.last.fingerprint == row.mark:
                self._still(plan, row, lies)
            else:
                fresh.append(row)
        if second_look:
            plan.settled.extend(last)
        self._learn(plan, fresh, lying, second_look)
        return plan

    def _lying(self, rows: Iterable[Row]) -> dict[str, Lying]:
        found: dict[str, Lying] = {}
        looked_for = (row for row in rows if not self.first or row.wire is None)
        by_kind = sorted(looked_for, key=lambda row: row.kind)
        for kind, some in groupby(by_kind, key=lambda row: row.kind):
            keys = [row.key for row in some]
            for lies in self.store.staging.lie(self.source, self.generation - 1, kind, keys):
                told, staged = found.get(lies.key, _NOTHING)
                new = lies.born == self.generation
                found[lies.key] = Lying(told, lies) if new else Lying(lies, staged)
        return found

    def end(self, plan: Plan, kind: str, lying: Lying) -> None:
        """A record that the fund says is gone."""
        if lying.staged:
            plan.dropped.append((kind, lying.staged.key, lying.staged.born))
            plan.unmoved.append((kind, lying.staged.key))
        if lying.told and lying.told.died is None:
            plan.ended.append((kind, lying.told.key, lying.told.born))

    def _still(self, plan: Plan, row: Row, lying: Lying) -> None:
        """Nothing changed; but time goes by, and a right comes near its end."""
        if self.then and lying.told and lying.told is lying.last and row.kind == "right":
            self._news(plan, Known(row, lying.told.person, lying))

    # People

    def _learn(
        self, plan: Plan, rows: Sequence[Row], lying: Mapping[str, Lying], second_look: bool
    ) -> None:
        numbers = {number for row in rows for number in row.owners}
        barred = self.vault.owners.barred(numbers)
        found = self.store.staging.people(list(numbers))
        known, strangers = [], []
        for row in rows:
            # Somebody who was erased: the fund may tell, we do not learn it.
            if barred and not barred.isdisjoint(row.owners):
                continue
            person = self._whose(plan, row, found)
            if person:
                known.append(Known(row, person, lying.get(row.key, _NOTHING)))
            else:
                strangers.append(row)
        self._keep(plan, known)
        if second_look:
            plan.bad.extend((f"{row.kind} {row.key[:_SHOWN]}", NOBODY) for row in strangers)
        else:
            plan.asides.extend(self._aside(strangers))

    def _whose(self, plan: Plan, row: Row, found: dict[str, str]) -> str | None:
        """The person of a row: who is named by the first of the numbers that we know. An insured
        person whom we do not know by any is new."""
        if row.kind != "insured":
            return found.get(row.owners[0])
        person = next((found[number] for number in row.owners if number in found), None)
        if person is None:
            person = _name()
            plan.people.append((person, self.now))
        for number in row.owners:
            if number not in found:
                found[number] = plan.keys[number] = person
        return person

    def _aside(self, rows: Sequence[Row]) -> list[Aside]:
        sealed = self.vault.seal_many(
            [(f"set_aside.sealed:{self.source}/{row.key}", row.wire or b"", "") for row in rows]
        )
        return [
            Aside(row.key, row.kind, row.owners[0], row.mark, told)
            for row, told in zip(rows, sealed, strict=True)
        ]

    # Records

    def _keep(self, plan: Plan, known: Sequence[Known]) -> None:
        new = [one for one in known if not one.lying.told or not self._back(plan, one)]
        sealed = self.vault.seal_many([
            (f"records.sealed:{self.source}/{one.row.kind}/{one.row.key}",
             one.row.wire or b"", one.person) for one in new
        ])  # fmt: skip
        for (row, person, lying), told in zip(new, sealed, strict=True):
            plan.versions.append(Version(
                self.source, row.kind, row.key, self.generation, person, row.mark, row.family,
                row.role, told,
            ))  # fmt: skip
            if lying.told and lying.told.died is None:
                plan.ended.append((row.kind, row.key, lying.told.born))
        self._phones(plan, [one for one in known if one.row.kind == "insured"])
        if self.then:
            self._moves(plan, [one for one in new if one.row.news])

    def _back(self, plan: Plan, one: Known) -> bool:
        """Whether the row says again what is told: what was staged meanwhile is taken back."""
        told, staged = one.lying
        if not told or told.fingerprint != one.row.mark or told.person != one.person:
            return False
        plan.revived.append((one.row.kind, told.key, told.born))
        if staged:
            plan.dropped.append((one.row.kind, staged.key, staged.born))
            plan.unmoved.append((one.row.kind, staged.key))
        return True

    def _phones(self, plan: Plan, insured: Sequence[Known]) -> None:
        """The phones that a fund holds for a person, and no others."""
        fresh = {person for person, _ in plan.people}
        old = [one.person for one in insured if one.person not in fresh]
        held = self.store.staging.phones(self.source, old)
        for row, person, _ in insured:
            before = held.get(person, set())
            plan.phones.extend((phone, person) for phone in row.phones if phone not in before)
            plan.silenced.extend((phone, person) for phone in before.difference(row.phones))

    # News

    def _moves(self, plan: Plan, changed: Sequence[Known]) -> None:
        """Whoever the fund tells us of for the first time gets no news of it."""
        people = self.store.staging.told(self.source, list({one.person for one in changed}))
        for one in changed:
            if one.person in people:
                self._news(plan, one)

    def _news(self, plan: Plan, one: Known) -> None:
        row, told = one.row, one.lying.told
        if row.news is None or self.then is None:
            return
        before = None
        if told and told.person == one.person:
            before = row.news if told.fingerprint == row.mark else self._before(row, told)
        found = moved(before, row.news, self.then, self.today)
        if found:
            plan.moves.append(
                Move(self.source, self.generation, row.kind, row.key, one.person, *found, self.now)
            )
        elif one.lying.staged:
            plan.unmoved.append((row.kind, row.key))

    def _before(self, row: Row, told: Lies) -> News | None:
        place = f"records.sealed:{self.source}/{row.kind}/{told.key}"
        sealed = self.store.staging.sealed(self.source, row.kind, told.key, told.born)
        try:
            return news_of(row.kind, self.vault.open(place, sealed))
        except Tampered:  # what nobody can open is replaced, and is no news
            return row.news
