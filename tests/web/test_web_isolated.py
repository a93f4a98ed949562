"""Every page there is: no number, date, reference, phone or code to dial stands alone in Arabic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from every import OWN, PASSING, dossiers, walked
from flask.testing import FlaskClient
from isolated import not_isolated, turned

RTL = '<html dir="rtl"><p>{}</p>'


@pytest.mark.parametrize(
    "run",
    ["*384*39#", "+212600", "06 12 34", "05/09/2026", "2026-09", "12:30", "1,3", "12345", "-5",
     "1.234,50", "123#"],
)  # fmt: skip
def test_what_is_not_isolated_is_found(run: str) -> None:
    assert not_isolated(RTL.format(f"في {run} ثم")) == [run]
    assert not_isolated(RTL.format(f"<b>{run}</b>")) == [run]
    assert not_isolated(f'<div dir="ltr"><p dir="rtl">{run}') == [run]
    assert not_isolated(f'<html dir="rtl"><input value="{run}">') == [run]


@pytest.mark.parametrize(
    "held",
    ['<bdi dir="ltr">{}</bdi>', "<bdi>{}</bdi>", '<b dir="ltr">{}</b>', "\u2066{}\u2069",
     '<input dir="ltr" value="{}">', '<input type="hidden" value="{}">', "<style>{}</style>"],
)  # fmt: skip
def test_what_is_isolated_is_not_found(held: str) -> None:
    assert not_isolated(RTL.format(f"في {held.format('06 12 34')}، 2 ثم 2026")) == []


def test_a_line_of_a_message_is_turned_round_or_not() -> None:
    assert turned("ركبوا *384*3939#") == ["*384*3939#"]
    assert turned("من 9-12") == ["9-12"]
    assert turned("المبلغ -5") == ["-5"]
    assert turned("ركبوا\n*384*3939#\nيوم 05/09/2026 رقم 214629998219") == []


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_number_of_any_page_is_left_alone(
    client: FlaskClient, sign_in: Callable[..., Any], with_dossiers: Callable[[int], Any],
    language: str,
) -> None:  # fmt: skip
    found = dict(walked(client, PASSING, language))
    for number in (20, 3):
        sign_in(with_dossiers(number)["phone"], language)
        own = walked(client, OWN + PASSING + dossiers(client), language)
        found |= {f"{address} in, {number}": page for address, page in own}
    assert len(found) > 100
    wrong = {address: alone for address, page in found.items() if (alone := not_isolated(page))}
    assert wrong == {}
