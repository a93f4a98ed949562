"""`lite demo-fund`: the switch of the demo's pretend fund: down, slow, lying, up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import click

from lite.app import House
from lite.clock import short
from lite.config import SettingError
from lite.upstream import pretend

# What the switch is called here -> the mode of the pretend fund.
STATES: Mapping[str, str] = MappingProxyType(
    {
        "up": "ok",
        "down": "down",
        "slow": "slow",
        "lies": "wrong",
        "partial": "partial",
        "wrong-hash": "refused",
        "html": "html",
        "future": "future",
    }
)
_NAMES = {mode: name for name, mode in STATES.items()}


@click.command("demo-fund")
@click.argument("state", type=click.Choice(list(STATES)), required=False)
@click.option("--seconds", type=click.FloatRange(min=1), help="Up again after so many SECONDS.")
@click.pass_obj
def demo_fund(house: House, state: str | None, seconds: float | None) -> None:
    """Take the demo's pretend fund down, or say how it is.

    \b
    up          answers, and tells the truth
    down        answers nothing
    slow        takes two seconds for everything
    lies        one row in five cannot be read, requests get no answer
    partial     half of the rows are missing
    wrong-hash  the rows are not those that were announced
    html        a page of HTML instead of an answer
    future      its clock is two days ahead

    Nobody else notices more than a date, a notice and, later, an SMS: try a phone meanwhile.
    """
    if state:
        turn(house, state, seconds)
    click.echo(told(*standing(house), house.clock.now()))


def turn(house: House, state: str, seconds: float | None = None) -> None:
    """Switch every pretend fund of a house to one of STATES, for so many seconds or for good.
    Raises `SettingError` where there is none."""
    until = house.clock.now() + timedelta(seconds=seconds) if seconds else None
    for fund in _funds(house):
        pretend.switch(fund.path, STATES[state], until)


def standing(house: House) -> tuple[str, datetime | None]:
    """Which of STATES the pretend fund is in, and until when if that was said."""
    mode, until = pretend.switched(_funds(house)[0].path, house.clock.now())
    return _NAMES[mode], until


def told(state: str, until: datetime | None, now: datetime) -> str:
    """The same in words."""
    end = f", up again in {(until - now).total_seconds():.0f} s ({short(until)})" if until else ""
    return f"The pretend fund is {state}{end}."


def pretend_funds(house: House) -> list[pretend.Pretend]:
    """Those of a house's funds that may be switched."""
    return [fund for fund in house.funds.values() if isinstance(fund, pretend.Pretend)]


def _funds(house: House) -> list[pretend.Pretend]:
    found = pretend_funds(house)
    if not found:
        raise SettingError(
            "LITE_UPSTREAM names no pretend fund: there is nothing to switch. "
            "Real funds are taken down by nobody."
        )
    return found


COMMANDS = (demo_fund,)
