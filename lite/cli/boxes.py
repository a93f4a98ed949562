"""Boxes: the same program in a town hall, fed by a stick. `docs/agency-box.md` is for its clerk."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from lite.app import House
from lite.boxes import reading, writing
from lite.cli.operate import ready
from lite.cli.people import person_of
from lite.clock import day, stamp
from lite.config import SettingError
from lite.identity import audit, boxes
from lite.identity.consent import BOX_CURRENT
from lite.intake.latest import trust
from lite.store.boxes import BoxRow
from lite.upstream import machines
from lite.upstream.machines import BadKeys, Public

_FOLDER = click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.group()
def box() -> None:
    """Boxes in town halls and relay points, and the sticks between them and here."""


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except BadKeys as error:
        raise SettingError(str(error)) from error
    except OSError as error:
        raise SettingError(
            f"The stick cannot be used ({error.strerror}). What lay on it before is still whole: "
            "put it in again, and run this again."
        ) from error


def _key_file(house: House) -> Path:
    file = Path(house.settings.key_file).absolute()
    return file.with_name(f"{file.name}.box")


def _box(house: House, name: str) -> BoxRow:
    row = house.store.boxes.get(name)
    if row is None:
        raise SettingError(f"No box is called {name}. `lite box list` names them.")
    return row


@box.command()
@click.pass_obj
def key(house: House) -> None:
    """Make this machine's keys if need be, and print the public ones: on a box, at the centre."""
    with _plainly():
        public = machines.make(_key_file(house)).public
    click.echo(str(public))
    click.echo(f"Fingerprint: {_spelled(public)}. The other side must read out the same.", err=True)
    click.echo(f"The secret ones are in {_key_file(house)}: keep it with the key file.", err=True)


def _spelled(public: Public) -> str:
    print_ = public.fingerprint
    return " ".join(print_[at : at + 4] for at in range(0, len(print_), 4))


@box.command()
@click.argument("name")
@click.argument("public")
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 366),
              help="How long the box may keep what a stick told it.")  # fmt: skip
@click.pass_obj
def add(house: House, name: str, public: str, days: int) -> None:
    """Register the box NAME with the keys that `lite box key` printed there."""
    ready(house)
    if not boxes.NAME.fullmatch(name):
        raise SettingError("Call a box by small letters, digits and dashes: tafraout-commune.")
    with _plainly():
        known = Public.read(public)
    now = house.clock.now()
    with house.store.transaction():
        house.store.boxes.add(name, str(known), days, stamp(now))
        detail = f"box={name} days={days}"
        audit.append(house.store, house.vault, audit.SYSTEM, "box_added", "", detail, now)
    click.echo(f"{name}: fingerprint {_spelled(known)}. Compare it with the one on the box.")


@box.command()
@click.argument("name")
@click.pass_obj
def remove(house: House, name: str) -> None:
    """Write nothing more for the box NAME; what it holds expires by itself."""
    ready(house)
    _box(house, name)
    now = house.clock.now()
    with house.store.transaction():
        house.store.boxes.remove(name)
        audit.append(
            house.store, house.vault, audit.SYSTEM, "box_removed", "", f"box={name}", now
        )
    click.echo(f"{name} is removed.")


@box.command("list")
@click.pass_obj
def list_(house: House) -> None:
    """Every box: how many people, the last stick written and read."""
    ready(house)
    for row in house.store.boxes.all():
        people = house.store.boxes.count(row.name)
        click.echo(
            f"{row.name:32} {people:6,} people  batch {row.sequence}, written "
            f"{row.written_at or 'never'}, read {row.read_at or 'never'}"
        )


@box.command()
@click.argument("name")
@click.argument("scheme")
@click.argument("number")
@click.option("--end", is_flag=True, help="They agree no more.")
@click.option("--language", default="fr", type=click.Choice(["fr", "ar"]), show_default=True)
@click.pass_obj
def people(
    house: House, name: str, scheme: str, number: str, end: bool, language: str
) -> None:  # fmt: skip
    """Note that a person agreed to be served at the box NAME: lite box people NAME cnss 123456789.

    At the counter a clerk does the same after reading the text to the person.
    """
    ready(house)
    _box(house, name)
    person, now = person_of(house, scheme, number), house.clock.now()
    if end:
        boxes.disagree(house.store, house.vault, name, person, audit.SYSTEM, now)
    else:
        boxes.agree(
            house.store, house.vault, name, person, BOX_CURRENT, language, audit.SYSTEM, now
        )
    click.echo(f"{name} serves {house.store.boxes.count(name):,} people.")


@box.command()
@click.argument("name")
@_FOLDER
@click.pass_obj
def write(house: House, name: str, folder: Path) -> None:
    """Write the next stick of the box NAME into FOLDER, sealed for it alone."""
    ready(house)
    row = _box(house, name)
    with _plainly():
        own = machines.load(_key_file(house))
        done = writing.write(house.store, house.vault, own, row, folder, house.clock.now())
    told = ", ".join(f"{fund} {number:,}" for fund, number in done.records.items())
    click.echo(f"Batch {done.sequence} for {name}: {done.people:,} people, records: {told or 0}.")
    click.echo(f"It may be kept until {day(done.expires)}. Take the stick out safely.")


@box.command()
@_FOLDER
@click.pass_obj
def read(house: House, folder: Path) -> None:
    """Take in what was asked at boxes, from a stick's FOLDER. Exit code 1: something is wrong."""
    ready(house)
    known = [row for row in house.store.boxes.all() if (folder / row.name).is_dir()]
    if not known:
        raise SettingError(f"{folder} holds no folder of a box that is known here.")
    wrong = False
    for row in known:
        with _plainly():
            own = machines.load(_key_file(house))
            done = reading.take_in(house.office, own, row, folder, house.clock.now())
        click.echo(f"{row.name}: {done.new} new requests, {done.again} that came before.")
        for why, number in done.refused.items():
            click.echo(f"{row.name}: not taken: {number} ({why})")
        for why in done.wrong:
            click.echo(f"{row.name}: refused: {why}")
        wrong |= bool(done.wrong)
    sys.exit(1 if wrong else 0)


@box.command("trust-clock")
@click.pass_obj
def trust_clock(house: House) -> None:
    """After the clock of this machine ran wild and was set right: believe it again."""
    ready(house)
    trust(house.store, house.clock.now())
    click.echo(f"It is {stamp(house.clock.now())}. Now put the stick in again.")


COMMANDS = (box,)
