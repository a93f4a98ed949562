"""`lite contact`: before an agent calls somebody, the six digits that prove the call."""

from __future__ import annotations

import click

from lite.app import House
from lite.cli.operate import ready
from lite.config import SettingError
from lite.desk import contacts
from lite.numbers import plain, typed_phone
from lite.services.genuine import CALLS

_LONGEST_NAME = 20


@click.command()
@click.argument("phone")
@click.option("--about", required=True, type=click.Choice(list(CALLS)), help="What for.")
@click.option("--agent", required=True, help="First name, as the agent will say it.")
@click.pass_obj
def contact(house: House, phone: str, about: str, agent: str) -> None:
    """Print the six digits to say on a call: lite contact 0612345678 --about dossier --agent Salma.

    Whoever is called can check them for 24 hours, from the phone that was called.
    """
    ready(house)
    number = typed_phone(phone)
    if number is None:
        raise SettingError(f"{phone} is not a phone number. Write it as +212612345678.")
    name = plain(agent)
    if not name.replace("-", "").isalpha() or len(name) > _LONGEST_NAME:
        raise SettingError(f"--agent is one first name, of {_LONGEST_NAME} letters at most.")
    click.echo(contacts.begin(house.office, number, about, name))


COMMANDS = (contact,)
