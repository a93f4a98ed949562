"""`lite card`: a new card of one-time codes, ready to print."""

from __future__ import annotations

import os
from pathlib import Path

import click

from lite.app import House
from lite.cli.operate import ready
from lite.cli.people import person_of
from lite.config import SettingError


@click.command()
@click.argument("scheme")
@click.argument("number")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The PDF to write.",
)
@click.pass_obj
def card(house: House, scheme: str, number: str, out: Path) -> None:
    """Issue a new card to a person and write it as a PDF: lite card cnss 123456789 --out card.pdf.

    The person's card before it stops at once. Print the file, then delete it: the codes are kept
    nowhere else. A demo's cards always have the same codes.
    """
    ready(house)
    person = person_of(house, scheme, number)
    with house.store.transaction():  # no file, no new card
        issued, pdf = house.new_card(person)
        _write(out, pdf)
    click.echo(f"Card {issued}: {out}")


def _write(path: Path, pdf: bytes) -> None:
    """A file for its owner only."""
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            file.write(pdf)
    except OSError as error:
        raise SettingError(
            f"{path} cannot be written ({error.strerror}), and no card was issued. "
            "Name a file in a folder of yours."
        ) from error


COMMANDS = (card,)
