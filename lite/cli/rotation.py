"""`lite rotate`: a new key, while everything goes on."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

import click

from lite import rotation
from lite.app import House
from lite.cli.operate import ready
from lite.clock import stamp


@click.command()
@click.option("--prepare", is_flag=True, help="Add a key that seals nothing yet.")
@click.option("--finish", is_flag=True, help="Drop the old keys, once nothing needs them.")
@click.pass_obj
def rotate(house: House, prepare: bool, finish: bool) -> None:
    """Add a sealing key and seal everything anew with it. Doors go on answering.

    Cut short, it is run again. Keep a copy of the key file before and after; `--finish` drops the
    old keys, and then backups made before the rotation cannot be opened without the old file. With
    several machines: `--prepare` on one, copy the key file to the others, this on each, `--finish`
    on each.
    """
    ready(house)
    path = Path(house.settings.key_file)
    with rotation.alone(path):
        if prepare:
            click.echo(f"{rotation.prepare(path)} seals nothing yet: copy {path} to every machine.")
        elif finish:
            rotation.finish(house.store, house.vault, path, house.clock.now())
            click.echo(f"{house.vault.keys.current} is the only key now.")
        else:
            _rotate(house, path)


def _rotate(house: House, path: Path) -> None:
    rotation.begin(path, house.vault, _elsewhere(house))
    current = house.vault.keys.current
    left = house.store.sealed.count(current)
    with click.progressbar(length=left, label=f"Sealing with {current}") as bar:
        done = rotation.rewrite(house.store, house.vault, house.clock.now(), bar.update)
    click.echo(f"{done.rows:,} values sealed anew.")
    if done.unreadable:
        click.echo(f"{done.unreadable:,} could not be opened: damaged, or of somebody erased.")
    click.echo("In a minute: lite rotate --finish")


def _elsewhere(house: House) -> set[str]:
    """Other machines whose workers said within five minutes that they live."""
    here, since = socket.gethostname(), stamp(house.clock.now() - timedelta(minutes=5))
    names = {worker.rpartition(":")[0] for worker in house.store.beats.alive(since)}
    return names - {here}


COMMANDS = (rotate,)
