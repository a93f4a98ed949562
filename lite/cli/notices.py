"""`lite notice`: tell people of a planned stop or an incident, in both languages."""

from __future__ import annotations

from datetime import datetime

import click

from lite import notices
from lite.app import House
from lite.cli.operate import ready
from lite.clock import CASABLANCA, day, hour
from lite.config import SettingError

_WHEN = click.DateTime(formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


@click.group()
def notice() -> None:
    """Planned stops and incidents, shown by the status service on every door."""


@notice.command()
@click.option("--fund", default="", help="The fund that stops; empty for Lite itself.")
@click.option("--kind", type=click.Choice(notices.KINDS), default="planned", show_default=True)
@click.option("--from", "starts", type=_WHEN, required=True, help="2026-12-01T22:00, Casablanca.")
@click.option("--until", type=_WHEN, required=True, help="When it is back, Casablanca time.")
@click.option("--stops-fr", default="", help="What stops, in French.")
@click.option("--stops-ar", default="", help="What stops, in Arabic.")
@click.option("--instead-fr", default="", help="What to do meanwhile, in French.")
@click.option("--instead-ar", default="", help="What to do meanwhile, in Arabic.")
@click.pass_obj
def add(
    house: House, /, fund: str, kind: str, starts: datetime, until: datetime, **sentences: str
) -> None:
    """Announce a stop: refused if anything people must be told is missing."""
    ready(house)
    start, end = (moment.replace(tzinfo=CASABLANCA) for moment in (starts, until))
    id = notices.announce(house.store, fund, kind, start, end, sentences, house.clock.now())
    click.echo(f"Notice {id} is shown from now on.")


@notice.command("list")
@click.pass_obj
def list_(house: House) -> None:
    """The notices that are not over."""
    ready(house)
    for id, start, end, stops in notices.current(house.store, house.clock.now()):
        click.echo(f"{id}  {day(start)} {hour(start)} - {day(end)} {hour(end)}  {stops}")


@notice.command()
@click.argument("id")
@click.pass_obj
def close(house: House, id: str) -> None:
    """End the notice ID now."""
    ready(house)
    if not notices.close(house.store, id, house.clock.now()):
        raise SettingError(f"No notice {id} is open. `lite notice list` shows them.")
    click.echo(f"Notice {id} is closed.")


COMMANDS = (notice,)
