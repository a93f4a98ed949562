"""`lite papers` and `lite verify`: the keys that sign attestations, and checking one offline."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lite import numbers
from lite.app import House
from lite.cli.operate import ready
from lite.config import SettingError
from lite.identity import audit
from lite.intake.revoking import Revoking
from lite.papers.checking import Checked, check
from lite.papers.signature import BadKey, Face, key_id, new_key, public_pem


@click.group()
def papers() -> None:
    """The keys that funds name for their attestations; and taking one back."""


@papers.command()
@click.argument("file", type=click.Path(path_type=Path))
def key(file: Path) -> None:
    """Make a key in FILE (mode 0600); the fund that names it sets LITE_PAPER_KEYS=fund=FILE."""
    try:
        made = new_key(file)
    except FileExistsError:
        raise SettingError(f"{file} exists already. Nothing was written over it.") from None
    click.echo(f"Key {key_id(made.public)} is in {file}. Give whoever checks the public half:")
    click.echo(public_pem(made.public), nl=False)


@papers.command()
@click.pass_obj
def public(house: House) -> None:
    """Print the public halves of all keys in LITE_PAPER_KEYS."""
    for id, trusted in house.paper_keys.public.items():
        click.echo(f"# {trusted.fund} {id}\n{public_pem(trusted.key)}", nl=False)


REASONS = ("mistake", "fraud", "court", "asked")


@papers.command()
@click.argument("reference")
@click.option(
    "--reason", required=True, type=click.Choice(REASONS),
    help="mistake: a fact is wrong; asked: the person or the fund asks for it.",
)  # fmt: skip
@click.pass_obj
def revoke(house: House, reference: str, reason: str) -> None:
    """Take back the attestation REFERENCE, for good: every check says so from now on, and whoever
    asked for it is told by SMS. The audit log keeps that it was done, and why."""
    ready(house)
    read = numbers.reference(reference)
    row = house.store.requests.get(read) if read else None
    if row is None or house.store.requests.document(row.reference) is None:
        raise SettingError(f"No attestation has the reference {reference}. Check each digit.")
    with house.store.transaction():
        if not Revoking(house.store, house.vault, house.clock, house.tell).revoke(row, reason):
            raise SettingError(f"{reference} was taken back before. Nothing was changed.")
        audit.append(
            house.store, house.vault, audit.SYSTEM, "paper_revoked", row.person or "",
            f"reason={reason}", house.clock.now(),
        )  # fmt: skip
    click.echo(f"{row.reference} is cancelled. Whoever asked for it is told by SMS.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", "keys", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A fund's public key (PEM), instead of those of LITE_PAPER_KEYS.",
)  # fmt: skip
@click.pass_obj
def verify(house: House, file: Path, keys: tuple[Path, ...]) -> None:
    """Check an attestation with no network: FILE is the PDF, or a text file that holds what a
    scanner reads in its code. Exit code: 0 genuine, 1 not, 2 genuine but past its last day."""
    from lite.papers.keys import load_keys

    try:
        known = load_keys(("", one) for one in keys) if keys else house.paper_keys
    except BadKey as error:
        raise SettingError(f"--key: {error}") from error
    if not known.public:
        raise SettingError("No key to check with. Give the fund's public key: --key FILE.pem.")
    found = check(file.read_bytes(), known.public, house.clock.now().date())
    for line in _told(found):
        click.echo(line)
    sys.exit({"genuine": 0, "late": 2}.get(found.state, 1))


_STATES = {
    "genuine": "GENUINE. Signed by the fund, and not one byte was changed.",
    "late": "GENUINE, but past its last day. Ask for a newer one.",
    "altered": "NOT GENUINE: this file is not what was signed. Do not rely on it.",
    "unsigned": "NOT SIGNED by a key that we know. Check its reference online, by SMS or USSD.",
}


def _told(found: Checked) -> list[str]:
    lines = [_STATES[found.state]]
    if found.face:
        lines += [f"  {name:<14}{value}" for name, value in _rows(found.face)]
        lines.append("Compare each line with the paper. Whether it was cancelled since, only")
        lines.append("the public check can tell: send VERIF and the reference.")
    return lines


def _rows(face: Face) -> list[tuple[str, str]]:
    total = [] if face.total is None else [("total", f"{face.total / 100:.2f} {face.currency}")]
    return [
        ("reference", face.reference), ("kind", face.kind), ("fund", face.fund),
        ("name", face.name), ("", face.name_ar), *face.told, *total,
        ("issued on", face.issued_on), ("valid until", face.valid_until),
    ]  # fmt: skip


COMMANDS = (papers, verify)
