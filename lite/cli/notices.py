"""`lite notice`: tell people of a planned stop or an incident, in both languages."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lite import notices
from lite.app import House
from lite.cli import notice_file
from lite.cli.operate import ready
from lite.clock import day, hour
from lite.config import SettingError
from lite.notices import Notice
from lite.services import SERVICES

_WHEN = click.DateTime(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
_KEYS = frozenset(service.key for service in SERVICES)
_LANGUAGES = {"fr": "French", "ar": "Arabic"}
_TELLS = {
    "stops": "what stops",
    "works": "what still works",
    "agency": "how to find the nearest agency",
    "post": "where to write by post",
    "contact": "whom to call or text",
    "hours": "when they answer",
    "pending": "what becomes of requests that wait",
    "instead": "what to do meanwhile, for all that stops",
}


@click.group()
def notice() -> None:
    """Planned stops and incidents: shown before the USSD menu, on every page, by ETAT.

    Everything is told in French and in Arabic: what stops, what still works, when it is back (or
    the hour of the next news), what to do meanwhile, the agency, the post, the contact and its
    hours, what becomes of requests that wait. A planned stop is announced 7 days ahead; an
    incident at once, with the same fields. Those who wait for something are told by SMS, 72, 24
    and 1 hours before, when it begins, changes and ends; one message a day each, none at night.

    \b
    lite notice template > stop.toml     write it with an editor, then
    lite notice add --file stop.toml
    lite notice revise ID --until 2026-12-02T09:00
    lite notice close ID
    """


def _given(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what a notice says; each of them wins over the file."""
    both = [(name, language) for name in _TELLS for language in _LANGUAGES]
    for name, language in reversed(both):
        told = f"{_TELLS[name].capitalize()}, in {_LANGUAGES[language]}."
        command = click.option(f"--{name}-{language}", help=told)(command)
    command = click.option(
        "--instead", "own", nargs=3, multiple=True, metavar="SERVICE FRENCH ARABIC",
        help="What to do meanwhile for one service; again for another.",
    )(command)  # fmt: skip
    command = click.option(
        "--service", "services", multiple=True,
        help="A function that stops, by its key (`lite services`), or all; again for another.",
    )(command)  # fmt: skip
    for flag, name, told in (
        ("--next-news", "next_news", "The hour of the next news, when nobody knows the return."),
        ("--until", "until", "When it is back."),
        ("--from", "from", "When it stops: 2026-12-01T22:00, Casablanca time."),
    ):
        command = click.option(flag, name, type=_WHEN, help=told)(command)
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    return click.option(
        "--file", type=file, help="All of it in a TOML file: `lite notice template`."
    )(command)


@notice.command()
@click.option("--fund", help="The fund that stops; none for Lite itself.")
@click.option("--kind", type=click.Choice(notices.KINDS), help="planned, unless you say incident.")
@_given
@click.pass_obj
def add(house: House, /, **given: Any) -> None:
    """Announce a stop. Refused, with all that is missing, if people would be left without an
    answer."""
    ready(house)
    draft = notice_file.draft(given)
    made = notices.announce(house.store, draft, house.clock.now(), _KEYS, house.settings.funds)
    click.echo(f"Notice {made.id} is shown from now on.")


@notice.command()
@click.argument("id")
@_given
@click.pass_obj
def revise(house: House, /, id: str, **given: Any) -> None:
    """Change what the notice ID says; what you do not give stays. Each version is kept, and
    earlier returns stay to be read."""
    ready(house)
    old = _open(house, id)
    draft = notice_file.draft({**given, "kind": old.kind, "fund": old.fund}, old)
    made = notices.revise(
        house.store, id, draft, house.clock.now(), _KEYS, house.settings.funds
    )
    if made is None:
        raise SettingError(f"Somebody else revised {id} at the same time. Look, then try again.")
    click.echo(f"Notice {id}, version {made.version}, is shown from now on.")


@notice.command()
def template() -> None:
    """A TOML file to fill, with sentences that may stay as they are."""
    click.echo(notice_file.TEMPLATE, nl=False)


@notice.command("list")
@click.pass_obj
def list_(house: House) -> None:
    """The notices that are not over."""
    ready(house)
    for one in notices.open_now(house.store, house.clock.now()):
        click.echo(_line(one))


@notice.command()
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="JSON, every version.")
@click.pass_obj
def show(house: House, id: str, as_json: bool) -> None:
    """All that the notice ID says, and said."""
    ready(house)
    found = notices.versions(house.store, id)
    if not found:
        raise SettingError(f"No notice was ever called {id}. See `lite notice list`.")
    if as_json:
        told = [asdict(one) for one in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))
        return
    for one in found:
        click.echo(f"{_line(one)}  version {one.version}, {day(one.at)} {hour(one.at)}")
    for name, both in [*one.words.items(), *((f"instead.{k}", v) for k, v in one.instead.items())]:
        click.echo(f"  {name}\n    {both['fr']}\n    {both['ar']}")


@notice.command()
@click.argument("id")
@click.pass_obj
def close(house: House, id: str) -> None:
    """End the notice ID now: those who were told of it are told that it is over."""
    ready(house)
    _open(house, id)
    notices.close(house.store, id, house.clock.now())
    click.echo(f"Notice {id} is closed.")


def _open(house: House, id: str) -> Notice:
    found = notices.get(house.store, id)
    if found is None or found.closed_at:
        raise SettingError(f"No notice {id} is open. `lite notice list` shows them.")
    return found


def _line(one: Notice) -> str:
    start, end = one.starts_at, one.hour
    what = "until" if one.ends_at else "next news"
    hours = f"{day(start)} {hour(start)}, {what} {day(end)} {hour(end)}"
    kind = "by itself" if one.own else one.kind
    return f"{one.id}  {one.fund or 'lite'}  {kind}  {hours}  {one.words['stops']['fr']}"


COMMANDS = (notice,)
