"""The card of one-time codes as an A6 PDF, in French and Arabic."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import typst

_HERE = Path(__file__).parent
_ONE = threading.Lock()


def card_pdf(card_id: str, codes: Mapping[int, str], service_code: str) -> bytes:
    """The card to print: its number, its codes by number, and what to dial when it is lost.

    No name and no identifier: whoever finds the card learns nothing. Same values, same bytes.
    Values travel as data, so none of them can be read as markup. PDF/UA-1, so that it can be heard.
    """
    pairs = [[str(number), codes[number]] for number in sorted(codes)]
    card = {"id": card_id, "dial": service_code, "codes": pairs}
    with _ONE:
        pdf = _compiler().compile(
            format="pdf", sys_inputs={"card": json.dumps(card)}, pdf_standards="ua-1"
        )
    if not isinstance(pdf, bytes):
        raise TypeError("the card is more than one document")
    return pdf


@cache
def _compiler() -> typst.Compiler:
    """One a process, made from a file: one made from bytes fails at its second use."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"]
    )
    return typst.Compiler(_HERE / "card.typ", root=_HERE, font_paths=fonts)
