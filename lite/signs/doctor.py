"""What `lite doctor` says, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lite.clock import local, stamp
from lite.config import SettingError
from lite.identity import heads, throttle
from lite.notices import overdue
from lite.signs import at_hand
from lite.signs.around import around, gateway
from lite.signs.at_hand import Said
from lite.store.engine import StoreError
from lite.store.sealed import COLUMNS
from lite.stuck import stuck
from lite.vault import KeyFileError, Tampered

if TYPE_CHECKING:
    from lite.app import House


class Finding(NamedTuple):
    """One thing looked at: `well`, and what to do when it is not."""

    well: bool
    says: str


Check = Callable[["House"], Iterator[Said]]
_SAMPLE = 100
_REASONS = 5  # why rows of a batch were set aside: so many are told
# So many fakes reported in a day are a campaign: warn people, tell the police.
_FRAUDS_A_DAY = 20
_SIM_ANSWER = timedelta(hours=1)
_TOLD = (StoreError, SettingError, KeyFileError)  # they say what to do


def findings(house: House) -> Iterator[Finding]:
    """What is wrong with this house, in words; errors that stop a check are findings too, and the
    others go on: but nothing is asked of a store that is not there."""
    told: set[str] = set()
    for checks in (_APART, (_store,), _WITHIN):
        if checks is _WITHIN and not _stands(house):
            return
        for check in checks:
            for one in _guarded(check, house):
                if one.says not in told:
                    yield one
                told.add(one.says)


def _guarded(check: Check, house: House) -> Iterator[Finding]:
    try:
        yield from (Finding(*one) for one in check(house))
    except _TOLD as error:
        yield Finding(False, str(error))
    except Exception as error:  # its words may be somebody's
        yield Finding(False, (
            f"{check.__name__.strip('_')}: cannot be looked at ({type(error).__name__}); if the "
            "store is malformed, restore it: docs/operations.md"
        ))  # fmt: skip


def _stands(house: House) -> bool:
    """Whether there is a store with every table."""
    store = house.settings.store
    try:
        return (isinstance(store, str) or store.exists()) and not house.store.pending()
    except Exception:
        return False


def _demo(house: House) -> bool:
    """Whether this is the store of a demo: its secrets are nobody's business but its own."""
    return _stands(house) and house.store.places.fact("demo") is not None


def _store(house: House) -> Iterator[Said]:
    """Which engine, and whether it has every table. A file that is not there is not made."""
    place = house.settings.store
    if isinstance(place, Path) and not place.exists():
        raise StoreError(
            f"no store at {place}: set LITE_DATABASE to where it is, or restore it "
            "(docs/operations.md); only for a new one run `lite migrate`"
        )
    yield True, f"store: {house.store.sql.version()}"
    pending = len(house.store.pending())
    yield not pending, f"migrations missing: {pending}{' (run `lite migrate`)' if pending else ''}"


def _people(house: House) -> Iterator[Said]:
    """Where the people's keys are: never what is backed up with the store."""
    if not house.settings.people:
        if isinstance(house.settings.store, str):
            yield True, ("people's keys: a file of this machine (more than one machine: "
                     "lite move --keys, LITE_PEOPLE_DATABASE)")  # fmt: skip
        return
    keys = house.vault.owners.sql
    apart = keys.server() != house.store.sql.server()
    says = "people's keys: kept on another server than the store's" if apart else (
        "people's keys: on the store's own server, so in its backups too: move them to another one "
        "(lite move --keys)"
    )  # fmt: skip
    yield apart, f"{says} ({keys.version()})"


def _seals(house: House) -> Iterator[Said]:
    """The people's keys may be lost, or another store's: a hundred records tell."""
    lost = 0
    for *key, sealed in next(house.store.sealed.old(COLUMNS[0], "", _SAMPLE), []):
        try:
            house.vault.open(COLUMNS[0].of(key), sealed)
        except Tampered:
            lost += 1
    says = f"records that no key opens: {lost} of the first {_SAMPLE}"
    file = house.settings.key_file
    yield not lost, f"{says}: put back {file} and {file}.people of this store" if lost else says


def _secrets(house: House) -> Iterator[Said]:
    settings, demo = house.settings, _demo(house)
    for given, name, what, without in (
        (settings.webhook_secrets, "LITE_WEBHOOK_SECRETS", "callback secret", "no call comes in"),
        (settings.at_api_key, "LITE_AT_API_KEY", "gateway key", "no message leaves"),
    ):
        if given:
            yield True, f"{what} set ({name})"
        elif demo:
            yield True, f"{what}: made by `make demo` for its own processes ({name})"
        else:
            yield False, f"no {what}, so {without}: set {name}"
    https = settings.at_url.startswith("https://") or settings.demo
    yield https, "gateway reached over https (LITE_AT_URL)" if https else (
        f"the gateway is reached in clear, our key too: LITE_AT_URL={settings.at_url}: use https"
    )


def _around(house: House) -> Iterator[Said]:
    return around(house, _demo(house))


def _heads(house: House) -> Iterator[Said]:
    folder = house.settings.audit_heads
    if not folder:
        says = "heads of the audit log: none is kept elsewhere, a cut end would not show"
        yield _demo(house), f"{says} (LITE_AUDIT_HEADS)"
        return
    last, today = heads.latest(Path(folder)), local(house.clock.now()).date()
    fresh = last is not None and today - last <= timedelta(days=2)
    remedy = "" if fresh else ": `lite work` writes one a day; is the folder there, and its own?"
    yield fresh, f"heads of the audit log: the last in {folder} is of {last or 'never'}{remedy}"


def _funds(house: House) -> Iterator[Said]:
    known = {row.fund: row for row in house.store.people.funds()}
    for name in house.settings.funds:
        row = known.get(name)
        if row is None:
            yield False, f"fund {name}: never pulled (run `lite pull`)"
        else:
            detail, as_of = f", {row.detail}" if row.detail else "", row.as_of or "never"
            up = row.state == "up"
            remedy = "" if up else "; `lite pull` tries again and says why"
            yield up, f"fund {name}: {row.state}, as of {as_of}{detail}{remedy}"
            yield from _batch(house, name)
    for seen in house.store.notices.watched():
        if seen.state == "down" and seen.fund in house.settings.funds:
            says = f"fund {seen.fund}: does not answer, since {seen.since}"
            yield False, f"{says}; people are told so, tell the fund"
    since = stamp(house.clock.now() - timedelta(hours=24))
    for fund, reason, number in house.store.people.set_aside(since):
        yield False, f"fund {fund}: rows set aside in 24 hours: {number}: {reason}"
    yield from ((False, says) for says in overdue(house.store, house.clock.now()))


def _batch(house: House, source: str) -> Iterator[Said]:
    """The last batch of a source, in numbers: nothing of what a row says."""
    last = house.store.funds.last(source)
    if last is None:
        return
    says = f"fund {source}: last batch {last.batch}: {last.rows:,} rows, {last.bad:,} set aside"
    shown = last.reasons[:_REASONS]
    told = [f"{number:,}: {reason}" for reason, number in shown]
    if (others := last.bad - sum(number for _, number in shown)) > 0:
        told.append(f"{others:,}: for other reasons")
    yield not last.bad, "; ".join([says, *told])


def _frauds(house: House) -> Iterator[Said]:
    since = stamp(house.clock.now() - timedelta(hours=24))
    number = house.store.contacts.reported(since)
    says = f"fakes reported in the last 24 hours: {number} (a campaign from {_FRAUDS_A_DAY})"
    yield number < _FRAUDS_A_DAY, says


def _guesses(house: House) -> Iterator[Said]:
    found, budget = throttle.guesses(house.store, house.clock.now()), house.settings.guess_budget
    says = f"wrong codes typed on the web: {found.count} in 24 hours, of {budget}"
    if found.count >= budget:
        says += "; signing in by a typed code is closed, by text it is open"
    if found.noticed:
        says += f"; somebody was guessing at {found.noticed.isoformat(timespec='seconds')}"
    yield found.noticed is None and found.count < budget / 2, says


def _sims(house: House) -> Iterator[Said]:
    if house.settings.sim_check == "off":
        says = "changes of SIM cards: nobody asks the operators (LITE_SIM_CHECK=off);"
        yield True, f"{says} 72 hours and notices protect a number"
        return
    now = house.clock.now()
    number = house.store.sims.unanswered(stamp(now - timedelta(days=2)), stamp(now - _SIM_ANSWER))
    says = f"changes of SIM cards: operators are asked; without an answer: {number} in two days"
    yield number == 0, says


_APART: tuple[Check, ...] = (at_hand.settings, at_hand.keys, at_hand.disk, _secrets, gateway)
_WITHIN: tuple[Check, ...] = (
    _people, _seals, _around, _heads, _funds, stuck, _frauds, _guesses, _sims,
)  # fmt: skip
