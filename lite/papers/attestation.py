"""The attestation as an A4 PDF: French and Arabic side by side, table, reference, QR code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import segno

from lite.papers import wording
from lite.papers.signature import Face, Signer
from lite.papers.typeset import typeset
from lite.text import Ltr, T, Text, Value, formatted, say

_LANGUAGES = ("fr", "ar")
_MASK = 3
_SHARP = 3  # pixels a module that a printer needs; a screen of any size is served by fewer
CHECK = T("Pour vérifier ce papier")


@dataclass(frozen=True)
class Paths:
    """Where a checker goes: the root of the pages, the number to text, the code to dial."""

    public_url: str
    short_code: str
    service_code: str


def check_address(paths: Paths, reference: str, token: str = "") -> str:
    """The address behind the QR. What follows `#` never leaves the checker's own phone: the
    signed facts are read there, with no network."""
    root = f"{paths.public_url.rstrip('/')}/verify/{reference}"
    return f"{root}#{token}" if token else root


def attestation_pdf(
    face: Face, facts: Mapping[str, Any], paths: Paths, signer: Signer | None = None,
    cancelled: date | None = None,
) -> bytes:  # fmt: skip
    """The paper to print, 50 KB at most, the same bytes for the same facts; signed when the fund
    named a key. Without one it says in both languages that it is no official paper; and since
    which day it is `cancelled`, if it is."""
    token = signer.token(face.telling(facts)) if signer else ""
    told = _printed(face, wording.sheet(face, facts), paths) | {
        "official": signer is not None,
        "qr": list(qr_png(check_address(paths, face.reference, token), _SHARP)),
        "token": token,
        "cancelled": _both(wording.cancelled(cancelled)) if cancelled else None,
    }
    pdf = typeset("attestation.typ", told)
    return signer.signed(pdf) if signer else pdf


def _printed(face: Face, sheet: wording.Sheet, paths: Paths) -> dict[str, Any]:
    line = wording.total(face)
    return {
        "name": _both(sheet.title),
        "warning": _both(wording.NOT_OFFICIAL),
        "example": _both(wording.EXAMPLE) if face.fund == "pretend" else None,
        "lines": _lines([*sheet.lines, *wording.dates(face)]),
        "columns": [{**_both(one.name), "numeric": one.numeric} for one in sheet.columns],
        "rows": [list(row) for row in sheet.rows],
        "total": _lines([line]) if line else [],
        "check": _both(CHECK),
        "how": {language: how(paths, face.reference, language) for language in _LANGUAGES},
        "reference": face.reference,
    }


def qr_png(text: str, pixels: int) -> bytes:
    """A QR code as PNG, so many pixels a module, no quiet zone: the paper leaves it. Half as heavy
    as lines of SVG, in a page and in a PDF."""
    out = BytesIO()
    _qr(text).save(out, kind="png", border=0, scale=pixels)
    return out.getvalue()


def _qr(text: str) -> segno.QRCode:
    # A signature looks like noise under any mask: to try all eight takes longer than the page.
    return segno.make_qr(text, error="m", boost_error=False, mask=_MASK)


def how(paths: Paths, reference: str, language: str) -> list[str]:
    """One way a line; the same reference everywhere."""
    texts = (
        T("Scannez le code carré, ou ouvrez"),
        T("Par SMS : envoyez"),
        T("Sans Internet : composez"),
    )
    values = (
        check_address(paths, reference).partition("://")[2],
        f"VERIF {reference} > {paths.short_code}",
        f"{paths.service_code.rstrip('#')}*5*4*{reference}#",
    )
    return [f"{say(text, language)}\n{value}" for text, value in zip(texts, values, strict=True)]


def _both(text: Text) -> dict[str, str]:
    return {language: say(text, language) for language in _LANGUAGES}


def _lines(lines: Sequence[wording.Line]) -> list[dict[str, dict[str, str]]]:
    return [
        {"label": _both(label), "value": {one: _shown(value, one) for one in _LANGUAGES}}
        for label, value in lines
    ]


def _shown(value: Any, language: str) -> str:
    if not isinstance(value, Text):
        return _isolated(formatted(value, language), value)
    return say(value, language, _isolated)


def _isolated(shown: str, value: Value) -> str:
    """What keeps its own order inside a line of the other direction."""
    return f"\u2066{shown}\u2069" if isinstance(value, Ltr | date | int) else shown
