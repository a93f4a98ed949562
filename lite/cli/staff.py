"""Accounts of the counter's staff, and the audit log."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import GetPassWarning
from pathlib import Path

import click

from lite.app import House
from lite.cli.operate import ready
from lite.clock import stamp
from lite.config import SettingError
from lite.identity import audit, heads
from lite.identity import staff as accounts


@click.group()
def staff() -> None:
    """Accounts of those who sign in at /counter/."""


@staff.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(accounts.ROLES))
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.pass_obj
def add(house: House, name: str, role: accounts.Role, password_stdin: bool) -> None:
    """Make an account, and print its second factor once."""
    ready(house)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked(name, role)
    with _plainly():
        factor = accounts.add(house.store, house.vault, name, role, password, house.clock.now())
    click.echo(f"{name} may sign in at {house.settings.public_url}/counter/ as {role}.")
    click.echo("Second factor, shown this once: add it to an authenticator.")
    click.echo(f"  {factor.address}")
    click.echo(f"  {factor.spelled}")


def _asked(name: str, role: str) -> str:
    """A password typed twice, unseen; where nobody can type, what to do instead."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)
            password: str = click.prompt(
                "Password (15 characters or more)", hide_input=True, confirmation_prompt=True
            )
    except (GetPassWarning, click.Abort) as error:
        if sys.stdin.isatty():
            raise
        raise SettingError(
            "There is no terminal to ask for a password. Write it to standard input: "
            f"lite staff add {name} --role {role} --password-stdin"
        ) from error
    return password


@staff.command("list")
@click.pass_obj
def list_(house: House) -> None:
    """Every account, with its role."""
    ready(house)
    for name, role, is_open in accounts.everybody(house.store):
        click.echo(f"{name:32} {role:10} {'open' if is_open else 'disabled'}")


@staff.command("disable")
@click.argument("name")
@click.pass_obj
def disable(house: House, name: str) -> None:
    """Close an account and end its sessions, at once. Its name stays in the audit log."""
    ready(house)
    with _plainly():
        accounts.disable(house.store, house.vault, name, house.clock.now())
    click.echo(f"{name} cannot sign in any more.")


@contextmanager
def _plainly() -> Iterator[None]:
    """What was asked for cannot be: one line, no traceback."""
    try:
        yield
    except ValueError as error:
        raise SettingError(str(error)) from error


@click.group("audit")
def audit_() -> None:
    """The log of who looked at whose file, and of what was done."""


@audit_.command("head")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Also add it, with its date, to audit-heads.txt in this FOLDER.",
)
@click.pass_obj
def head(house: House, out: Path | None) -> None:
    """Print COUNT:MAC. Keep it on another machine, or on paper: it proves a cut."""
    ready(house)
    found = audit.head(house.store)
    click.echo(found)
    if out:
        _exported(out, f"{stamp(house.clock.now())} {found}\n")


def _exported(folder: Path, line: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "audit-heads.txt").open("a") as file:
            file.write(line)
    except OSError as error:
        raise SettingError(
            f"{folder} cannot be written ({error.strerror}). Name a folder of yours, best on "
            "another machine."
        ) from error


@audit_.command("verify")
@click.option(
    "--head", "known", default="", help="COUNT:MAC, as `lite audit head` printed it once."
)
@click.pass_obj
def verify(house: House, known: str) -> None:
    """Say which entries were changed or are missing. Exit code 1 if there is one."""
    ready(house)
    folder = house.settings.audit_heads
    with _plainly():
        seen = [audit.Head.read(known)] if known else []
        seen += heads.kept(Path(folder)) if folder else []
    faults = audit.verify(house.store, house.vault, *seen)
    for fault in faults:
        click.echo(f"entry {fault.seq}: {fault.what}")
    if faults:
        sys.exit(1)
    click.echo(f"{_entries(house)} entries, none changed, none missing. {_against(len(seen))}")


def _entries(house: House) -> int:
    anchor = house.store.audit.anchor()
    return audit.head(house.store).count - (anchor.seq if anchor else 0)


def _against(heads: int) -> str:
    if not heads:
        return "A cut end shows only against a head: --head COUNT:MAC, or LITE_AUDIT_HEADS."
    return f"Seen against {heads} head{'s' if heads > 1 else ''} kept elsewhere."


COMMANDS = (staff, audit_)
