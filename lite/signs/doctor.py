"""What `lite doctor` says, in words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lite.clock import local, stamp
from lite.identity import heads, throttle
from lite.notices import overdue
from lite.signs.around import around
from lite.store.engine import StoreError
from lite.store.sealed import COLUMNS
from lite.stuck import stuck
from lite.vault import Tampered, people_file

if TYPE_CHECKING:
    from lite.app import House


class Finding(NamedTuple):
    """One thing looked at: `well`, and what to do when it is not."""

    well: bool
    says: str


_SAMPLE = 100
_REASONS = 5  # why rows of a batch were set aside: so many are told
_LOW_DISK = 200 * 1024 * 1024
# So many fakes reported in a day are a campaign: warn people, tell the police.
_FRAUDS_A_DAY = 20
_SIM_ANSWER = timedelta(hours=1)


def findings(house: House) -> Iterator[Finding]:
    """What is wrong with this house, in words; errors that stop a check are findings too."""
    yield from _keys(house)
    try:
        yield from _store(house)
        yield from _people(house)
    except StoreError as error:
        yield Finding(False, str(error))
        return
    yield from _seals(house)
    yield from _gateway(house)
    yield from (Finding(*one) for one in around(house, _demo(house)))
    yield from _heads(house)
    yield from _funds(house)
    yield from (Finding(*one) for one in stuck(house))
    yield from _frauds(house)
    yield from _guesses(house)
    yield from _sims(house)


def _keys(house: House) -> Iterator[Finding]:
    path = Path(house.settings.key_file)
    if not path.exists():
        yield Finding(False, f"no key file at {path}: run `lite migrate`")
        return
    for file in (path, *([] if house.settings.people else [people_file(path)])):
        mode = file.stat().st_mode & 0o777 if file.exists() else 0
        remedy = "" if mode == 0o600 else f": chmod 600 {file}"
        yield Finding(mode == 0o600, f"key file {file}, mode {mode:o} (wanted: 600){remedy}")
    store = house.settings.store
    apart = isinstance(store, str) or path.absolute().parent != store.absolute().parent
    yield Finding(apart, "the key file is kept apart from the store's folder" if apart else (
        "the key file lies in the store's folder, so in its backups: move it, with what begins "
        "with its name, and set LITE_KEY_FILE"
    ))  # fmt: skip


def _store(house: House) -> Iterator[Finding]:
    yield Finding(True, f"store: {house.store.sql.version()}")
    pending = house.store.pending()
    yield Finding(not pending, f"migrations missing: {len(pending)} (run `lite migrate`)")
    free = shutil.disk_usage(house.settings.folder).free
    room = free > _LOW_DISK
    remedy = "" if room else ": make room, or nothing can be written (lite purge)"
    yield Finding(room, f"disk: {free // 2**20} MB free{remedy}")


def _people(house: House) -> Iterator[Finding]:
    """Where the people's keys are: never what is backed up with the store."""
    if not house.settings.people:
        if isinstance(house.settings.store, str):
            yield Finding(True, "people's keys: a file of this machine (more than one machine: "
                                "lite move --keys, LITE_PEOPLE_DATABASE)")  # fmt: skip
        return
    keys = house.vault.owners.sql
    apart = keys.server() != house.store.sql.server()
    says = "people's keys: kept on another server than the store's" if apart else (
        "people's keys: on the store's own server, so in its backups too: move them to another one"
    )  # fmt: skip
    yield Finding(apart, f"{says} ({keys.version()})")


def _seals(house: House) -> Iterator[Finding]:
    """The people's keys may be lost, or another store's: a hundred records tell."""
    if house.store.pending():
        return
    lost = 0
    for *key, sealed in next(house.store.sealed.old(COLUMNS[0], "", _SAMPLE), []):
        try:
            house.vault.open(COLUMNS[0].of(key), sealed)
        except Tampered:
            lost += 1
    says = f"records that no key opens: {lost} of the first {_SAMPLE} (put back {{}}.people)"
    yield Finding(not lost, says.format(house.settings.key_file))


def _gateway(house: House) -> Iterator[Finding]:
    settings = house.settings
    secrets = (
        (bool(settings.webhook_secrets), "callback secret", "LITE_WEBHOOK_SECRETS"),
        (bool(settings.at_api_key), "gateway key", "LITE_AT_API_KEY"),
    )
    for there, what, name in secrets:
        if not there and _demo(house):
            yield Finding(True, f"{what}: made by `make demo` for its own processes ({name})")
        else:
            yield Finding(there, f"{what} set ({name})")
    https = settings.at_url.startswith("https://") or settings.demo
    yield Finding(https, "gateway reached over https (LITE_AT_URL)")


def _demo(house: House) -> bool:
    """Whether this is the store of a demo: its secrets are nobody's business but its own."""
    return not house.store.pending() and house.store.places.fact("demo") is not None


def _heads(house: House) -> Iterator[Finding]:
    folder = house.settings.audit_heads
    if not folder:
        says = "heads of the audit log: none is kept elsewhere, a cut end would not show"
        yield Finding(_demo(house), f"{says} (LITE_AUDIT_HEADS)")
        return
    last, today = heads.latest(Path(folder)), local(house.clock.now()).date()
    fresh = last is not None and today - last <= timedelta(days=2)
    yield Finding(fresh, f"heads of the audit log: the last in {folder} is of {last or 'never'}")


def _funds(house: House) -> Iterator[Finding]:
    if house.store.pending():
        return
    known = {row.fund: row for row in house.store.people.funds()}
    for name in house.settings.funds:
        row = known.get(name)
        if row is None:
            yield Finding(False, f"fund {name}: never pulled (run `lite pull`)")
        else:
            detail, as_of = f", {row.detail}" if row.detail else "", row.as_of or "never"
            yield Finding(row.state == "up", f"fund {name}: {row.state}, as of {as_of}{detail}")
            yield from _batch(house, name)
    for seen in house.store.notices.watched():
        if seen.state == "down" and seen.fund in house.settings.funds:
            yield Finding(False, f"fund {seen.fund}: does not answer, since {seen.since}")
    since = stamp(house.clock.now() - timedelta(hours=24))
    for fund, reason, number in house.store.people.set_aside(since):
        yield Finding(False, f"fund {fund}: rows set aside in 24 hours: {number}: {reason}")
    yield from (Finding(False, says) for says in overdue(house.store, house.clock.now()))


def _batch(house: House, source: str) -> Iterator[Finding]:
    """The last batch of a source, in numbers: nothing of what a row says."""
    last = house.store.funds.last(source)
    if last is None:
        return
    says = f"fund {source}: last batch {last.batch}: {last.rows:,} rows, {last.bad:,} set aside"
    shown = last.reasons[:_REASONS]
    told = [f"{number:,}: {reason}" for reason, number in shown]
    if (others := last.bad - sum(number for _, number in shown)) > 0:
        told.append(f"{others:,}: for other reasons")
    yield Finding(not last.bad, "; ".join([says, *told]))


def _frauds(house: House) -> Iterator[Finding]:
    if house.store.pending():
        return
    since = stamp(house.clock.now() - timedelta(hours=24))
    number = house.store.contacts.reported(since)
    says = f"fakes reported in the last 24 hours: {number} (a campaign from {_FRAUDS_A_DAY})"
    yield Finding(number < _FRAUDS_A_DAY, says)


def _guesses(house: House) -> Iterator[Finding]:
    if house.store.pending():
        return
    found, budget = throttle.guesses(house.store, house.clock.now()), house.settings.guess_budget
    says = f"wrong codes typed on the web: {found.count} in 24 hours, of {budget}"
    if found.count >= budget:
        says += "; signing in by a typed code is closed, by text it is open"
    if found.noticed:
        says += f"; somebody was guessing at {found.noticed.isoformat(timespec='seconds')}"
    yield Finding(found.noticed is None and found.count < budget / 2, says)


def _sims(house: House) -> Iterator[Finding]:
    if house.settings.sim_check == "off" or house.store.pending():
        says = "changes of SIM cards: nobody asks the operators (LITE_SIM_CHECK=off);"
        yield Finding(True, f"{says} 72 hours and notices protect a number")
        return
    now = house.clock.now()
    number = house.store.sims.unanswered(stamp(now - timedelta(days=2)), stamp(now - _SIM_ANSWER))
    says = f"changes of SIM cards: operators are asked; without an answer: {number} in two days"
    yield Finding(number == 0, says)
