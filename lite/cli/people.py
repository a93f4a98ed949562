"""A citizen's view from the terminal: dial, text, try; and what programs ask: people, services."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

import click

from lite.app import House
from lite.cli.operate import ready
from lite.clock import stamp
from lite.config import SettingError
from lite.fit import cost, fold
from lite.identity import audit
from lite.identity.cards import demo_codes
from lite.numbers import msisdn, typed_phone
from lite.services import SERVICES
from lite.text import say, unpack

_PHONE = click.option("--phone", required=True, help="The caller's number, +2126…")


def _caller(phone: str) -> str:
    number = msisdn(phone) or typed_phone(phone)
    if number is None:
        raise SettingError(f"{phone} is not a phone number. Write it as +212612345678.")
    return number


@click.command()
@click.argument("code")
@_PHONE
@click.pass_obj
def dial(house: House, code: str, phone: str) -> None:
    """Dial CODE (*384*3939# or deeper) and talk with the store: no server is needed."""
    ready(house)
    root = house.settings.service_code.rstrip("#")
    if not code.startswith(root) or not code.endswith("#"):
        raise SettingError(f"{code} is not ours. Dial {root}#, or deeper: {root}*1#.")
    _converse(house, _caller(phone), code[len(root) : -1].removeprefix("*"))


def _converse(house: House, phone: str, text: str) -> None:
    session = f"cli_{secrets.token_hex(8)}"
    while True:
        answer = house.ussd.turn({"sessionId": session, "phoneNumber": phone, "text": text})
        click.echo(answer)
        if answer.startswith("END"):
            return
        try:
            typed = click.prompt("", prompt_suffix="> ", default="", show_default=False)
        except click.Abort:
            click.echo()
            return
        text = f"{text}*{typed}" if text else typed


@click.command("text")
@click.argument("words")
@_PHONE
@click.pass_obj
def text_(house: House, words: str, phone: str) -> None:
    """Send WORDS as an SMS, and read the answers (they also leave with the next `lite work`)."""
    ready(house)
    number = _caller(phone)
    since = stamp(house.clock.now())
    fields = {"id": f"cli_{secrets.token_hex(8)}", "from": number, "text": words}
    house.sms.inbound(fields | {"to": house.settings.short_code, "date": since})
    answers = house.store.letters.written_to(house.office.index(number), since)
    for row in answers:
        _print_letter(house, row)
    if not answers:
        click.echo("(no answer)")


def _print_letter(house: House, row: Any) -> None:
    content = house.office.open(f"letters.sealed:{row.id}", row.sealed)
    message = "\n".join(fold(say(unpack(line), row.language)) for line in content["lines"])
    click.echo(message)
    price = cost(message)
    click.echo(f"({price.size} {price.alphabet}, {price.segments} SMS)", err=True)


@click.command("try")
@click.argument("service", type=click.Choice([service.key for service in SERVICES]))
@_PHONE
@click.pass_obj
def try_(house: House, service: str, phone: str) -> None:
    """Show how SERVICE is reached on each door, then dial it."""
    ready(house)
    row = next(row for row in _services() if row["key"] == service)
    root = house.settings.service_code.rstrip("#")
    click.echo(f"USSD  {root}*{row['ussd']}#")
    click.echo(f"SMS   {', '.join(row['sms']['fr'] + row['sms']['ar'])}")
    click.echo(f"Web   {house.settings.public_url}/fr{row['page']}\n")
    _converse(house, _caller(phone), row["ussd"])


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def services(house: House, as_json: bool) -> None:
    """The digit map: each service on each door."""
    rows = _services()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        words = ", ".join(row["sms"]["fr"] + row["sms"]["ar"])
        click.echo(f"{row['ussd']:5} {row['key']:12} T{row['level']}  {row['page']:24} {words}")


def _services() -> list[dict[str, Any]]:
    return [
        {
            "key": service.key,
            "level": int(service.level),
            "ussd": service.ussd,
            "sms": {language: list(words) for language, words in service.words.items()},
            "page": f"/services/{service.key}",
        }
        for service in SERVICES
    ]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def people(house: House, as_json: bool) -> None:
    """The fictitious people of a demo store."""
    ready(house)
    rows = demo_people(house)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        numbers = len(row["dossiers"])
        click.echo(f"{row['phone']}  {row['language']}  {numbers:2} dossiers  {row['name']}")


def demo_people(house: House) -> list[dict[str, Any]]:
    """Who can be tried in the demo. Raises on a store of real people."""
    if house.store.places.fact("demo") is None:
        raise SettingError("This store is no demo: its people are not listed. Run `make demo`.")
    from lite.upstream import pretend

    keep = ("phone", "insured", "name", "language", "dossiers")
    return [
        {name: row[name] for name in keep} | {"card": _card(house, row["keys"])}
        for row in pretend.people(house.clock.now())
    ]


def _card(house: House, keys: Mapping[str, str]) -> dict[str, str]:
    """The codes of a demo person's paper card, by number."""
    person = person_of(house, *next(iter(keys.items())))
    return {str(number): code for number, code in demo_codes(house.vault, person).items()}


def person_of(house: House, scheme: str, number: str) -> str:
    """The person whom a scheme numbers so. Raises with the remedy."""
    person = house.store.people.of_key(house.vault.hash("key", f"{scheme}:{number}"))
    if person is None:
        raise SettingError(
            f"Nobody is known as {scheme} {number}. Check both, and `lite pull`.{_schemes(house)}"
        )
    return person


def _schemes(house: House) -> str:
    """Whose numbers the funds bear, said where somebody may have typed a fund's name instead."""
    told = {one for fund in house.funds.values() for one in fund.capabilities().schemes}
    return f" Schemes known: {', '.join(sorted(told))}." if told else ""


@click.command()
@click.argument("scheme")
@click.argument("number")
@click.pass_obj
def export(house: House, scheme: str, number: str) -> None:
    """Everything kept of one person, as JSON: lite export cnss 123456789."""
    ready(house)
    person = person_of(house, scheme, number)
    kept = _export(house, person)
    audit.append(house.store, house.vault, audit.SYSTEM, "exported", person, "", house.clock.now())
    click.echo(json.dumps(kept, ensure_ascii=False, indent=1))


def _export(house: House, person: str) -> dict[str, Any]:
    def kept(kind: str) -> list[Any]:
        rows = house.store.people.records(person, kind)
        return [
            house.office.open(f"records.sealed:{row.fund}/{kind}/{row.key}", row.sealed)
            for row in rows
        ]

    insured = kept("insured")
    return {
        "insured": insured[0] if insured else {},
        "rights": kept("right"),
        "dossiers": kept("dossier"),
        "payments": kept("payment"),
        "benefits": kept("benefit"),
        "salaries": kept("salary"),
        "requests": [
            {"key": row.reference, "type": row.kind, "state": row.state, "asked_at": row.asked_at,
             "changed_at": row.changed_at, "reason": row.reason}
            for row in house.store.requests.of_person(person)
        ],
    }  # fmt: skip


COMMANDS = (dial, text_, try_, services, people, export)
