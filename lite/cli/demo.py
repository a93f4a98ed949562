"""`lite demo`: the whole house on one machine, with fictitious people and phones to try."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from lite import config, vault
from lite.app import House
from lite.cli import demo_fund
from lite.cli.operate import bindable
from lite.cli.people import demo_people, person_of
from lite.config import SettingError, Settings
from lite.identity import cards, staff
from lite.identity.cards import demo_codes
from lite.papers.signature import new_key
from lite.places import import_agencies
from lite.store import StoreError

_AGENCIES = Path(__file__).parent.parent / "demo" / "agencies.csv"
_PATIENCE = 30.0
_CLERK = "guichet"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.pass_obj
def demo(house: House, host: str, port: int) -> None:
    """Start web, worker, pull and the phone simulator, and stay in the foreground."""
    bindable(host, port)
    settings, environment = _settings(house.settings, host, port, _free_port(host))
    house = House(settings)
    furnish(house)
    entrance = clerk_link(house)
    children = [
        _child(environment, "serve", "--host", host, "--port", str(port)),
        _child(environment, "work"),
        _child(environment, "pull", "--every", "5"),
    ]
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: sys.exit(0))
    try:
        _wait(f"{settings.public_url}/health", children)
        _say(house, entrance)
        _phones(house, host)
    finally:
        for child in children:
            child.terminate()
        for child in children:
            _end(child)


def _settings(given: Settings, host: str, port: int, phone: int) -> tuple[Settings, dict[str, str]]:
    """The demo's own settings; what stands in the environment already wins."""
    own = {
        "LITE_DEMO": "1",
        "LITE_PUBLIC_URL": f"http://{host}:{port}",
        "LITE_PHONE_URL": f"http://{host}:{phone}/phone",
        "LITE_AT_URL": f"http://{host}:{phone}",
        "LITE_AT_API_KEY": "demo",
        "LITE_AT_SENDER": Settings.short_code,
        "LITE_WEBHOOK_SECRETS": secrets.token_urlsafe(24),
        "LITE_PAPER_KEYS": f"pretend={_paper_key()}",
    }
    # Calls to this machine never go through a proxy.
    environment = {**own, "NO_PROXY": "127.0.0.1,localhost", **os.environ}

    return replace(config.read(environment), demo=True), environment


def _paper_key() -> Path:
    """The key that the pretend fund names for its attestations, made once."""
    if not config.PAPER_KEY.exists():
        new_key(config.PAPER_KEY)
    return config.PAPER_KEY.absolute()


def _free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _end(child: subprocess.Popen[bytes]) -> None:
    """A part that does not end when asked is ended."""
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()


def _child(environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "lite", *arguments], env=environment)


def furnish(house: House) -> None:
    """A migrated, marked demo store with keys, people and agencies; what is there is kept."""
    vault.create(Path(house.settings.key_file), house.settings.people)
    house.store.migrate()
    places = house.store.places
    if places.fact("demo") is None and house.store.people.funds():
        raise StoreError(
            "The store holds real people: it is not used for a demo. "
            "Unset LITE_DATABASE, or name a new one."
        )
    if places.fact("demo") is None:
        click.echo("Filling the demo store …")
        for fund in house.funds.values():
            house.intake.pull(fund, full=True)
        import_agencies(house.store, _AGENCIES, demo=True)
        give_cards(house)
        places.set_fact("demo", "1")


def give_cards(house: House) -> None:
    """Everybody who can be tried has a paper card, whose codes `lite people` tells."""
    from lite.upstream import pretend

    now = house.clock.now()
    with house.store.transaction():
        for row in pretend.people(now):
            person = person_of(house, *next(iter(row["keys"].items())))
            cards.issue(house.store, house.vault, person, now, demo_codes(house.vault, person))


def clerk_link(house: House) -> str:
    """The token that lets the demo's clerk in, once: their password is known to nobody."""
    now = house.clock.now()
    if house.store.staff.get(_CLERK) is None:
        password = secrets.token_urlsafe(32)
        staff.add(house.store, house.vault, _CLERK, "clerk", password, now)
    return staff.one_time_link(house.store, house.vault, _CLERK, now)


def _wait(url: str, children: list[subprocess.Popen[bytes]]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if any(child.poll() is not None for child in children):
            raise SettingError("A part of the demo stopped: the lines above say why.")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SettingError(f"{url} did not answer within {_PATIENCE:.0f} seconds.")


def _say(house: House, entrance: str) -> None:
    settings = house.settings
    root = settings.public_url
    click.echo(f"Lite is ready: {root}/")
    click.echo(f"  phone simulator  {root}/phone")
    click.echo(f"  the fund's switch {settings.phone_url}/fund   (or: lite demo-fund down)")
    click.echo(f"  pages            {root}/fr/  {root}/ar/")
    click.echo(f"  counter (one-time sign-in link)  {root}/counter/enter/{entrance}")
    click.echo(f"  dial             {settings.service_code}   SMS to {settings.short_code}")
    click.echo("  people to try (lite people lists them all):")
    for row in demo_people(house)[:6]:
        count, insured = len(row["dossiers"]), f"{row['insured']:9}"
        click.echo(
            f"    {row['phone']}  {row['language']}  {insured}  {count:2} dossiers  {row['name']}"
        )
    sys.stdout.flush()


def _phones(house: House, host: str) -> None:
    """The phone simulator, in this process: it knows the house only by HTTP."""
    from lite.phone.app import make_phone, serve

    settings = house.settings
    phones = make_phone(
        f"{settings.public_url}/at/{settings.webhook_secrets[0]}",
        f"{settings.public_url}/",
        settings.service_code,
        demo_people(house),
        house.clock.now,
        switch=_switch(house),
    )
    serve(phones, host, int(settings.phone_url.rsplit(":", 1)[1].split("/")[0]))


def _switch(house: House) -> Any:
    """The switch of the pretend fund, where there is one."""
    from lite.phone.fund import Switch

    def standing() -> tuple[str, int | None]:
        state, until = demo_fund.standing(house)
        return state, round((until - house.clock.now()).total_seconds()) if until else None

    if not demo_fund.pretend_funds(house):
        return None
    return Switch(standing, lambda *how: demo_fund.turn(house, *how))


COMMANDS = (demo, *demo_fund.COMMANDS)
