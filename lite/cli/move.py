"""`lite move`: the store, or the people's keys, to another engine and back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lite.app import House
from lite.cli.operate import ready
from lite.config import SettingError, place
from lite.store import Store, StoreError, moving
from lite.store.owners import Owners

_NEXT = """Next:
  1. stop `lite serve`, `lite work` and `lite pull`, on every machine
  2. set LITE_DATABASE to the new store; the key file and the people's keys stay where they are
  3. run `lite doctor`, then start everything again
Keep the old store until then; destroy it and its backups after."""
_SINCE = """Somebody wrote to the store while it was copied: what came since is not in the copy.
Use this copy to rehearse. To move for good, stop everything first, and move to an empty store."""


@click.command()
@click.argument("to")
@click.option("--keys", is_flag=True, help="Move the people's keys instead of the store.")
@click.pass_obj
def move(house: House, to: str, keys: bool) -> None:
    """Copy the store TO another one, empty: sqlite:///new.db or postgresql://user@host/database.

    Every row is read again on both sides and compared. The store of now is not changed, and doors
    may go on. Cut short, nothing was written: run it again. Exit code 3: somebody wrote meanwhile.
    """
    ready(house)
    if keys:
        _keys(house, to)
        return
    if to == house.settings.database:
        raise SettingError("This is the store itself. Name another one, empty.")
    target = Store(place("TO", to))
    try:
        with click.progressbar(length=moving.count(house.store), label="Moving") as bar:
            moved = moving.move(house.store, target, bar.update)
    except StoreError as error:
        raise StoreError(f"Nothing was moved. {error}") from error
    total = sum(moved.rows.values())
    click.echo(f"{total:,} rows of {len(moved.rows)} tables, the same on both sides.")
    if moved.since:
        click.echo(_SINCE)
        sys.exit(3)
    click.echo(_NEXT)


def _keys(house: House, to: str) -> None:
    """People's keys into a file or a database that several machines share; what is there stays."""
    there = place("TO", to)
    if there == house.settings.store or to == house.settings.people_database:
        raise SettingError("The keys are not kept in the store, nor moved onto themselves.")
    number = house.vault.owners.give(Owners(there, make=True))
    click.echo(f"{number:,} people's keys.")
    if isinstance(there, Path):
        click.echo(f"Keep it as {house.settings.key_file}.people, with LITE_PEOPLE_DATABASE unset.")
    else:
        click.echo("Set LITE_PEOPLE_DATABASE to it on every machine, then start everything again.")


COMMANDS = (move,)
