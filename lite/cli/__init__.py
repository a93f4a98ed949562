"""The commands. Each one tells in one line what is wrong and what to do about it."""

from __future__ import annotations

import os
import sys

import click

from lite import config
from lite.app import House
from lite.cli import (
    boxes,
    cards,
    contacts,
    demo,
    drops,
    letters,
    move,
    notices,
    operate,
    papers,
    people,
    pulling,
    restoring,
    retention,
    rotation,
    staff,
)
from lite.clock import ClockError
from lite.config import SettingError
from lite.notices import Incomplete
from lite.places import BadFile
from lite.store import StoreError
from lite.vault import KeyFileError

_KNOWN = (SettingError, StoreError, KeyFileError, ClockError, BadFile, Incomplete)


class Told(click.Group):
    """A group whose known errors are one line on the error stream, not a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except _KNOWN as error:
            if os.environ.get("LITE_TRACE"):
                raise
            click.echo(f"lite: {error}", err=True)
            sys.exit(1)


@click.group(cls=Told, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lite")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Lite gives every insured person their own file on any phone.

    Settings are environment variables (LITE_DATABASE, LITE_UPSTREAM ...); without them, every
    command uses the demo's store in .demo/.
    """
    ctx.obj = House(config.read())


for command in (
    *operate.COMMANDS,
    *pulling.COMMANDS,
    *notices.COMMANDS,
    *people.COMMANDS,
    *letters.COMMANDS,
    *cards.COMMANDS,
    *contacts.COMMANDS,
    *papers.COMMANDS,
    *staff.COMMANDS,
    *restoring.COMMANDS,
    *retention.COMMANDS,
    *rotation.COMMANDS,
    *move.COMMANDS,
    *demo.COMMANDS,
    *drops.COMMANDS,
    *boxes.COMMANDS,
):
    main.add_command(command)
