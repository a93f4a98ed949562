"""Batches of files from the terminal: an example to imitate, and a check before sending."""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from pathlib import Path

import click

from lite.app import House
from lite.config import SettingError
from lite.upstream import filedrop, pretend
from lite.upstream.answers import BatchRefused, FundDown
from lite.upstream.filedrop import export, inbox, signature
from lite.upstream.filedrop.write import Head

_FOLDER = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
_FUND = click.option("--fund", default="cnss", show_default=True, help="The fund's name in Lite.")
SHOWN = 20


@click.command("example-drop")
@_FOLDER
@_FUND
@click.option("--format", "form", type=click.Choice(["csv", "ndjson"]), default="csv",
              show_default=True, help="A Data Package, or a Bulk Publish manifest.")  # fmt: skip
@click.option("--delta", is_flag=True, help="Only what changed since the day of the last batch.")
@click.option("--gzip", "packed", is_flag=True, help="Compress the files.")
@click.option("--sign", type=click.Path(dir_okay=False, path_type=Path), help="A private key, PEM.")
@click.pass_obj
def example_drop(
    house: House, folder: Path, fund: str, form: export.Form, delta: bool, packed: bool,
    sign: Path | None,
) -> None:  # fmt: skip
    """Write the next batch of an invented fund into FOLDER, as a real fund would."""
    now = house.clock.now()
    try:
        key = signature.private_key(sign) if sign else None
        folder.mkdir(parents=True, exist_ok=True)
        drops = inbox.scan(folder, signature.verifier(None), fund).drops
        last = drops[max(drops)] if drops else None
        if delta and last is None:
            raise SettingError("The first batch must be full. Leave out --delta.")
        head = Head(max(drops, default=0) + 1, "delta" if delta else "full", now, fund)
        made = export.folder_of(folder, head.sequence, now)
        since = last.as_of if last and delta else None
        export.write(made, head, _invented(fund, now, since), form, packed, key)
    except (OSError, ValueError, FundDown) as error:
        raise SettingError(f"No batch was written: {error}") from error
    click.echo(f"Batch {head.sequence} ({head.mode}): {made}")


def _invented(fund: str, now: datetime, since: datetime | None) -> list[export.Change]:
    with tempfile.TemporaryDirectory() as beside:
        source = pretend.fund(fund, f"pretend://{beside}/fund.db", lambda: now)
        pull = source.pull(since.date().isoformat() if since else None, "delta")
        return [change for page in pull for change in page.changes]


@click.command("check-drop")
@_FOLDER
@_FUND
@click.option("--key", help="The fund's public key, PEM: batches must be signed.")
@click.pass_obj
def check_drop(house: House, folder: Path, fund: str, key: str | None) -> None:
    """Read the newest full batch in FOLDER and what follows it, and learn nothing.

    Exit code: 0 all is well, 3 some rows cannot be read, 1 it would be refused.
    """
    try:
        source = filedrop.Filedrop(fund, folder.absolute(), house.clock.now, key, None, quiet=True)
        bad = _checked(source)
    except (BatchRefused, FundDown, ValueError) as error:
        click.echo(f"Refused: {error}")
        sys.exit(1)
    sys.exit(3 if bad else 0)


def _checked(source: filedrop.Filedrop) -> int:
    rows = bad = 0
    pull = source.pull(None, "full")
    for page in pull:
        rows += len(page.changes)
        for row in page.quarantined:
            bad += 1
            if bad <= SHOWN:
                click.echo(f"{row.where}: {row.reason}")
    if pull.end.cursor is None:
        click.echo("Nothing lies there yet: no folder with a manifest.")
        return bad
    click.echo(f"{rows} rows can be read, {bad} cannot. As of {pull.end.as_of.isoformat()}.")
    return bad


COMMANDS = (example_drop, check_drop)
