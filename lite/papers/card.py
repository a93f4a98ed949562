"""The card of one-time codes as an A6 PDF, in French and Arabic."""

from __future__ import annotations

from collections.abc import Mapping

from lite.papers.typeset import typeset


def card_pdf(card_id: str, codes: Mapping[int, str], service_code: str) -> bytes:
    """The card to print: its number, its codes by number, and what to dial when it is lost.

    No name and no identifier: whoever finds the card learns nothing.
    """
    pairs = [[str(number), codes[number]] for number in sorted(codes)]
    return typeset("card.typ", {"id": card_id, "dial": service_code, "codes": pairs})
