"""Numbers keep their order inside Arabic, and nobody's words become tags."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from lite.services import SERVICES
from lite.text import Ltr, Money, T, Text, raw
from lite.web import dress
from lite.web.dress import said

# What loses its order in a text read from the right: digits joined by a space, a sign or more
# than one group, and whatever is too long to be told from a reference.
AT_RISK = re.compile(r"[+*#-]*\d(?:[\d ]|[-+*#/:.,](?=\d))*[\d#]|\d{5,}")
PAGES = ["", "sign-in", "status", "privacy", "help", "verify/123", "verify/214629998219",
         "services/agencies?town=Sal%C3%A9&place=1", "services/callback"]  # fmt: skip
OWN = ["services/dossiers", "services/dossiers?dossier=1", "services/dossiers?dossier=2",
       "services/rights", "services/requests", "services/attestation?kind=1&period=1",
       "services/attestation?kind=1&period=4", "services/callback?reason=1&time=2"]  # fmt: skip


def ltr(text: str) -> str:
    return f'<bdi dir="ltr">{text}</bdi>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (T("a < b & c"), "a &lt; b &amp; c"),
        (T("Réf {r}.", r=Ltr("214629998219")), f"Réf {ltr('214629998219')}."),
        (T("{d}", d=date(2026, 9, 5)), ltr("05/09/2026")),
        (T("{d}", d=datetime(2026, 9, 5, 23, 30, tzinfo=UTC)), ltr("06/09/2026")),
        (T("{n} fois", n=3), f"{ltr('3')} fois"),
        (T("Payé {m}", m=Money(123450)), f"Payé {ltr('1234,50')} DH"),
        (T("{m}", m=Money(-5)), f"{ltr('-0,05')} DH"),
        (T("Au nom de {n}", n="<b>Ali"), "Au nom de <bdi>&lt;b&gt;Ali</bdi>"),
        (T("de 08:30-16:30, ou 1"), f"de {ltr('08:30-16:30')}, ou 1"),
        (T("Tapez 1, 2 ou 12"), "Tapez 1, 2 ou 12"),
        (T("au 06 12 34 56 78."), f"au {ltr('06 12 34 56 78')}."),
        (T("Exemple : 012026"), f"Exemple\u00a0: {ltr('012026')}"),
        (T("« {w} » ? Oui ; ou {c} : non !", w=Ltr("A1"), c=Ltr("*1#")),
         f"«\u00a0{ltr('A1')}\u00a0»\u00a0? Oui\u00a0; ou {ltr('*1#')}\u00a0: non\u00a0!"),
        (T("Composez *384*3939#."), f"Composez {ltr('*384*3939#')}."),
        (raw("9h-12h, 08:30-16:30"), f"<bdi>9h-12h, {ltr('08:30-16:30')}</bdi>"),
        (T("{a}", a=T("x {b}", b=Ltr("+2126"))), f"x {ltr('+2126')}"),
        (raw("l'an \ue0002\ue002"), "<bdi>l'an 2</bdi>"),
        (raw(Ltr("")), ltr("")),
    ],
)
def test_a_sentence_is_dressed(text: Text, html: str) -> None:
    assert said(text, "fr") == html


@pytest.mark.parametrize("path", PAGES)
def test_no_line_of_a_french_page_can_begin_with_a_colon(client: FlaskClient, path: str) -> None:
    text = re.sub(r"(?s)<(style|script|title)>.*?</\1>|<[^>]*>", "", client.get(f"/fr/{path}").text)
    assert re.findall(r".{0,9} [:;?!»].{0,9}|.{0,9}« .{0,9}", unescape(text)) == []


def test_no_attribute_of_a_template_is_quoted_with_an_apostrophe() -> None:
    folder = Path(dress.__file__).parent / "templates"
    assert [one.name for one in folder.iterdir() if "='" in one.read_text("utf-8")] == []


def bare(html: str) -> str:
    """What stands in an Arabic page outside of anything isolated."""
    html = re.sub(r"(?s)<(style|script)>.*?</\1>", "", html)
    html = re.sub(r'(?s)<(bdi|b|input|section)\b[^>]*dir="ltr"[^>]*>(.*?</\1>)?', "\n", html)
    return unescape(re.sub(r"<[^>]*>", "\n", html))


def at_risk(html: str) -> list[str]:
    found = (match[0] for match in AT_RISK.finditer(bare(html)))
    return [one for one in found if not one.isdigit() or len(one) > 4]


def test_the_check_itself_finds_what_is_not_isolated() -> None:
    assert at_risk("<p>06 12</p>") and at_risk("<p>*384*39#</p>") and at_risk("<p>12345</p>")
    assert not at_risk(f"<p>{ltr('06 12')} ثم 1234، 2</p>")


def test_no_number_of_an_arabic_page_is_left_alone(
    client: FlaskClient, sign_in: Callable[..., Any], with_dossiers: Callable[[int], Any]
) -> None:
    for path in [*PAGES, *[f"services/{one.key}" for one in SERVICES]]:
        assert at_risk(client.get(f"/ar/{path}").text) == [], path
    sign_in(with_dossiers(20)["phone"])
    for path in [*PAGES, *OWN]:
        response = client.get(f"/ar/{path}")
        assert response.status_code in (200, 422)
        assert at_risk(response.text) == [], path
