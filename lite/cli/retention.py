"""Forgetting from the terminal: purge, erase, readmit."""

from __future__ import annotations

from pathlib import Path

import click

from lite import retention
from lite.app import House
from lite.cli.operate import ready
from lite.cli.people import person_of
from lite.config import SettingError
from lite.store import StoreError


@click.command()
@click.pass_obj
def purge(house: House) -> None:
    """Delete what is older than its period (LITE_KEEP_…). Once a day is right."""
    ready(house)
    days = house.settings.keep
    removed = retention.purge(house.store, house.vault, days, house.clock.now())
    for table, number in removed.items():
        click.echo(f"{number:8,}  {table}")
    if not removed:
        click.echo("Nothing is older than its period.")


@click.command()
@click.argument("scheme")
@click.argument("number")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def erase(house: House, scheme: str, number: str, yes: bool) -> None:
    """Erase Lite's copy of one person, in every backup too: lite erase cnss 123456789."""
    ready(house)
    person = person_of(house, scheme, number)
    if not yes:
        question = f"Erase everything that Lite keeps of {scheme} {number}, for ever?"
        click.confirm(question, abort=True)
    rows = retention.erase(house.store, house.vault, person, house.clock.now())
    click.echo(f"Erased: {rows} rows, and the key that opened them in backups.")
    click.echo(f"Destroy the copies of {house.settings.key_file}.people that are older than now.")
    click.echo("The fund keeps its own file. To learn of this person again: lite readmit.")


@click.command()
@click.argument("scheme")
@click.argument("number")
@click.pass_obj
def readmit(house: House, scheme: str, number: str) -> None:
    """Somebody who was erased wants to come back: the next `lite pull --full` brings them."""
    ready(house)
    key = house.vault.hash("key", f"{scheme}:{number}")
    if not house.vault.owners.readmit(key):
        raise SettingError(f"Nobody known as {scheme} {number} was erased.")
    click.echo("Readmitted. Run `lite pull --full`.")


@click.command("copy-keys")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def copy_keys(house: House, file: Path) -> None:
    """Copy the people's keys to FILE, in place of the copy before. Keep no other: an older copy
    brings an erased person back. Without any, a broken disk erases everybody."""
    ready(house)
    try:
        house.vault.owners.copy(file)
    except (OSError, StoreError) as error:
        raise SettingError(f"{file} cannot be written ({error}). Name a file of yours.") from error
    click.echo(f"The people's keys, as of now: {file}")


COMMANDS = (purge, erase, readmit, copy_keys)
