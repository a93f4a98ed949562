"""`lite letters`: what waits, what was given up and why, and sending it again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import click

from lite.app import House
from lite.cli.operate import ready
from lite.clock import instant, stamp
from lite.config import SettingError
from lite.fit import fold
from lite.identity import audit
from lite.store.shelf import OVER, Shelved
from lite.text import say, unpack

_STATES = ("waiting", "sending", "unknown", "accepted", "delivered", "undelivered", "refused",
           "expired", "dead", "withdrawn", "dropped")  # fmt: skip
_MOST = 10_000
_WORDS = re.compile(r"(?!.*[0-9]{6})[a-z0-9 .,-]{3,60}")
_KIND = click.option("--kind", default="", help="sms, fund, wish.")
_BECAUSE = click.option("--because", default="", help="Given up for this reason, in full.")
_REASON = click.option("--reason", required=True, help="A few plain words for the audit log.")


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice(_STATES), multiple=True, help="List those, one a line.")
@_KIND
@_BECAUSE
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, _MOST))
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_context
def letters(
    ctx: click.Context, state: tuple[str, ...], kind: str, because: str, most: int, as_json: bool
) -> None:
    """Count the letters by state, or list some: lite letters --state dead --kind sms."""
    house: House = ctx.obj
    ready(house)
    if ctx.invoked_subcommand:
        return
    if state or kind or because:
        found = house.store.shelf.find(state or _STATES, kind, because, most)
        rows = [_told(house, one) for one in found]
    else:
        names = ("kind", "fund", "state", "number", "oldest")
        rows = [dict(zip(names, row, strict=True)) for row in house.store.shelf.counts()]
    _print(rows, as_json)


def _told(house: House, one: Shelved) -> dict[str, Any]:
    """A letter without its words, its phone, its person."""
    age = house.clock.now() - instant(one.created_at)
    return {
        "id": one.id, "kind": one.kind, "class": one.klass, "fund": one.route,
        "state": one.state, "reason": one.reason, "attempts": one.attempts,
        "hours": round(age.total_seconds() / 3600, 1), "due": one.due_at,
    }  # fmt: skip


def _print(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo("  ".join(f"{value or '-'}" for value in row.values()))


@letters.command()
@click.argument("id")
@click.option("--open", "opened", is_flag=True, help="Show its words too; the audit log keeps it.")
@click.option("--reason", default="", help="Why it is opened.")
@click.pass_obj
def show(house: House, id: str, opened: bool, reason: str) -> None:
    """Everything that is known of a letter, and each try."""
    one = _one(house, id)
    for name, value in {**_told(house, one), "turn": one.turn}.items():
        click.echo(f"{name:9} {value or '-'}")
    for try_ in house.store.shelf.attempts(id):
        click.echo(f"try {try_.number:5} {try_.started_at}  {try_.outcome}  {try_.detail}")
    if opened:
        for line in _opened(house, one, _plain(reason)):
            click.echo(line)


def _one(house: House, id: str) -> Shelved:
    found = house.store.shelf.get(id)
    if found is None:
        raise SettingError(f"No letter is called {id}. List them: lite letters --state dead.")
    return found


def _opened(house: House, one: Shelved, reason: str) -> list[str]:
    """The words of a letter, once the log holds that they were read."""
    language, sealed, address = house.store.shelf.content(one.id)
    if not sealed:
        return ["(its words are forgotten: LITE_KEEP_TEXTS)"]
    person = address if one.kind == "fund" else house.office.owner(address)
    audit.append(
        house.store, house.vault, audit.SYSTEM, "letter_opened", person, reason, house.clock.now()
    )
    content = house.office.open(f"letters.sealed:{one.id}", sealed)
    lines = content.pop("lines", [])
    told = [fold(say(unpack(line), language)) for line in lines]
    return [*told, json.dumps(content, ensure_ascii=False)]


@letters.command()
@click.argument("ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that were given up, filtered as below.")
@click.option("--state", type=click.Choice(OVER), default="dead", show_default=True)
@_KIND
@_BECAUSE
@_REASON
@click.pass_obj
def retry(
    house: House, ids: tuple[str, ...], every: bool, state: str, kind: str, because: str,
    reason: str,
) -> None:  # fmt: skip
    """Send letters again that were given up: lite letters retry ID… --reason "sender mended"."""
    if bool(ids) == every:
        raise SettingError("Name the letters to send again, or write --all.")
    words = _plain(reason)
    if every:
        ids = tuple(one.id for one in house.store.shelf.find((state,), kind, because, _MOST))
    done = _change(house, ids, _Act("letter_retried", words))
    click.echo(f"{done} of {len(ids)} will leave again.")


@letters.command()
@click.argument("ids", nargs=-1, required=True)
@_REASON
@click.pass_obj
def drop(house: House, ids: tuple[str, ...], reason: str) -> None:
    """Give letters up that have not left: lite letters drop ID… --reason "twice the same"."""
    done = _change(house, ids, _Act("letter_dropped", _plain(reason)))
    click.echo(f"{done} of {len(ids)} are given up.")


@dataclass(frozen=True)
class _Act:
    name: str
    reason: str


def _change(house: House, ids: tuple[str, ...], act: _Act) -> int:
    """Do one thing to some letters, with one entry in the log; how many it could be done to."""
    now, store = house.clock.now(), house.store
    with store.transaction():
        done = sum(_done(house, _one(house, id), act, stamp(now)) for id in ids)
        said = f"{act.reason} letters={done}"
        audit.append(store, house.vault, audit.SYSTEM, act.name, "", said, now)
    return done


def _done(house: House, one: Shelved, act: _Act, now: str) -> bool:
    """A request follows its letter: what the fund had refused waits again, what is dropped is
    taken back."""
    shelf, again = house.store.shelf, act.name == "letter_retried"
    moved = shelf.revive(one.id, now) if again else shelf.drop(one.id, act.reason, now)
    if moved and one.kind == "fund":
        reference = one.id.removeprefix("request-")
        states = ("rejected", "cancelled") if again else ("queued",)
        house.store.requests.move(reference, states, "queued" if again else "cancelled", "", now)
    return moved


def _plain(reason: str) -> str:
    """What the audit log may hold of a reason. Raises with the remedy."""
    if not _WORDS.fullmatch(reason.lower()):
        raise SettingError("--reason is a few words without accents: --reason 'sender mended'.")
    return reason.lower()


COMMANDS = (letters,)
