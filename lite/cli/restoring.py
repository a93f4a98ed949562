"""`lite restored`: what is done once, after a backup was put back and before anything starts."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from lite import restoring
from lite.app import House
from lite.cli.operate import ready
from lite.cli.pulling import learned
from lite.config import SettingError
from lite.signs import set_up_logs


def _instant(ctx: click.Context, option: click.Parameter, value: str) -> datetime:
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        raise SettingError(
            f"--at {value} is no time. Write one such as 2026-11-22T10:00:00Z."
        ) from None


@click.command()
@click.option("--at", required=True, callback=_instant, help="The moment the backup is of.")
@click.option("--no-gateway", is_flag=True, help="Do not ask the gateway for messages.")
@click.option("--no-funds", is_flag=True, help="Do not ask the funds for their states.")
@click.pass_obj
def restored(house: House, at: datetime, no_gateway: bool, no_funds: bool) -> None:
    """Make good what a restored copy cannot know. Run it once, before web and worker start.

    Letters that may have left since are lost ones, settled by their class: a code is never sent
    again. Sessions and codes end. Messages that came in since are fetched from the gateway and
    heard once, and the funds are asked how their files and requests stand.
    """
    set_up_logs()
    ready(house)
    now = house.clock.now()
    if at > now:
        raise SettingError("--at is in the future: say what moment the backup is of.")
    letters, sessions = restoring.doubt(house.store, house.vault, at, now)
    click.echo(f"{letters} letters are in doubt (lite letters --state unknown).")
    click.echo(f"{sessions} sessions ended, and every code that was not used.")
    if not no_gateway:
        _hear_again(house, at)
    for fund in () if no_funds else house.funds.values():
        click.echo(f"fund {fund.name}: {learned(house, fund).name.lower()}")


def _hear_again(house: House, at: datetime) -> None:
    try:
        found = restoring.hear_again(
            house.store, house.office.index, house.gateway.fetch_messages, house.sms.inbound, at
        )
        click.echo(f"{found.new} messages heard again, of {found.kept} that the gateway keeps.")
    except Exception as error:  # its words may hold somebody's number
        raise SettingError(
            f"The gateway does not tell which messages came in ({type(error).__name__}). Check "
            "LITE_AT_URL and LITE_AT_API_KEY and run `lite restored` again, or --no-gateway."
        ) from None


COMMANDS = (restored,)
