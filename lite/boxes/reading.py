"""From a box to the centre: what was asked there is posted to the fund, each request once.

Its reference stays the one that its person was given, so that the proof of what was announced,
and when, is the same everywhere.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from lite.clock import instant, stamp
from lite.desk import post
from lite.desk.office import Office
from lite.identity import audit, phones
from lite.numbers import reference as read_reference
from lite.store.boxes import AskedRow, BoxRow
from lite.store.requests import RequestRow
from lite.upstream.answers import REQUEST_TYPES, BatchRefused, FundDown, Quarantined
from lite.upstream.filedrop import inbox, table
from lite.upstream.filedrop.addressed import Addressed
from lite.upstream.filedrop.manifest import Drop
from lite.upstream.filedrop.outbox import COLUMNS, KIND
from lite.upstream.machines import Pair, Public


@dataclass(frozen=True)
class Taken:
    """What a stick brought: new requests, those that came before, those that were not taken by
    why, and batches that cannot be believed."""

    new: int
    again: int
    refused: dict[str, int]
    wrong: list[str]


class _Asked(NamedTuple):
    key: str
    type: str
    insured: Any
    details: dict[str, str]
    asked_at: str
    fund: str


def take_in(office: Office, own: Pair, box: BoxRow, folder: Path, now: datetime) -> Taken:
    """Post what was asked at a box, as FOLDER/NAME holds it; what was taken goes from the stick.
    OSError when there is no such folder."""
    wrong: list[str] = []
    outcomes: list[str] = []
    for root in sorted(one for one in (folder / box.name).iterdir() if one.is_dir()):
        drops, asked = _read(root, box, own, wrong)
        for one in sorted(asked, key=lambda one: one.asked_at):
            outcomes.append(_take(office, box, one, now))
        for drop in drops:
            shutil.rmtree(drop.folder, ignore_errors=True)
    store = office.store
    with store.transaction():
        store.boxes.was_read(box.name, stamp(now))
        detail = f"box={box.name} requests={len(outcomes):,} wrong={len(wrong):,}"
        audit.append(store, office.vault, audit.SYSTEM, "box_read", "", detail, now)
    refused = {why: outcomes.count(why) for why in sorted(set(outcomes) - {"new", "again"})}
    return Taken(outcomes.count("new"), outcomes.count("again"), refused, wrong)


def _read(root: Path, box: BoxRow, own: Pair, wrong: list[str]) -> tuple[list[Drop], list[_Asked]]:
    """The batches of one fund that can be believed, and what they ask."""
    check = Addressed(Public.read(box.public), own)
    drops: list[Drop] = []
    asked: list[_Asked] = []
    try:
        found = inbox.scan(root / inbox.OUT, check, root.name)
    except FundDown:
        return drops, asked
    wrong += [refused.reason for refused in (*found.refused, *found.twice.values())]
    for drop in found.drops.values():
        try:
            asked += list(_rows(check.opened(drop), root.name))
            drops.append(drop)
        except (BatchRefused, FundDown) as error:
            wrong.append(f"{drop.label}: {error}")
    return drops, asked


def _rows(drop: Drop, fund: str) -> Iterator[_Asked]:
    kinds = {KIND: table.Kind(COLUMNS, lambda found: (_Asked(*(*found, fund)),))}
    for part in drop.parts:
        for row in table.read(drop.folder, part, kinds):
            if isinstance(row, Quarantined):
                raise BatchRefused(f"{row.where} {row.reason}")
            yield from row


def _take(office: Office, box: BoxRow, one: _Asked, now: datetime) -> str:
    """`new`, `again`, or why not."""
    store = office.store
    with store.transaction():
        person = store.people.of_key(office.vault.hash("key", str(one.insured)))
        refused = _amiss(office, box, one, person)
        row = AskedRow(one.key, one.fund, refused, stamp(now))
        if not store.boxes.took(box.name, row):
            return "again"
        if not refused and person:
            _post(office, box, one, person, now)
    return refused or "new"


def _amiss(office: Office, box: BoxRow, one: _Asked, person: str | None) -> str:
    """Why a request is not taken; empty if it is. A box speaks only for those it serves."""
    store = office.store
    once = office.vault.hash("once", f"box:{box.name}:{one.key}")
    other = store.requests.get(one.key)
    checks = (
        (one.type not in REQUEST_TYPES, "unknown_type"),
        (read_reference(one.key) != one.key, "bad_reference"),
        (person is None or box.name not in store.boxes.of_person(person), "not_served"),
        (one.fund not in {row.name for row in store.people.funds()}, "unknown_fund"),
        (other is not None and other.once != once, "taken_reference"),
    )
    return next((why for wrong, why in checks if wrong), "")


def _post(office: Office, box: BoxRow, one: _Asked, person: str, now: datetime) -> None:
    """The request and its letter, as if it had been asked here at the hour when it was."""
    held = phones.held(office.store, office.vault, person)
    phone = held[0].phone if held else ""
    content = {"details": dict(one.details), "phone": phone, "insured": str(one.insured)}
    row = RequestRow(
        reference=one.key, once=office.vault.hash("once", f"box:{box.name}:{one.key}"),
        person=person, phone=office.index(phone or one.key), kind=one.type, language="fr",
        state="queued", reason="", asked_at=_hour(one.asked_at, now), changed_at=stamp(now),
        fund=one.fund, receipt="",
        sealed=office.seal(f"requests.sealed:{one.key}", content, person),
    )  # fmt: skip
    office.store.requests.add(row)
    letter = {"reference": one.key, "type": one.type, "fund": one.fund, **content}
    post.request(office, person, letter, f"request-{one.key}")


def _hour(said: str, now: datetime) -> str:
    """When it was asked, as the box says; never later than now."""
    with suppress(ValueError):
        return min(stamp(instant(said)), stamp(now))
    return stamp(now)
