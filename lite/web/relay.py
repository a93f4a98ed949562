"""Browsers whose pages are drawn elsewhere: TLS ends on the machines of a third party.

What such a browser shows, its makers can read. So it opens what a call from the enrolled phone
opens, and no code of a card is asked there: the code would be read on its way, and what it opens.
"""

from __future__ import annotations

from flask import Response, g, request

# Opera Mini, UC Browser for feature phones, Nokia Xpress, Puffin: as they name themselves. Opera
# Mini can call itself something else ("desktop view"), but its servers still add these headers.
_NAMES = ("Opera Mini", "UCWEB", "OviBrowser", "Puffin")
_HEADERS = "X-OperaMini"


def relayed() -> bool:
    """Whether a third party reads this page on its way. From then on, the answer depends on it."""
    g.relay = True
    agent = request.headers.get("User-Agent", "")
    return any(name in agent for name in _NAMES) or any(
        name.lower().startswith(_HEADERS.lower()) for name, _ in request.headers
    )


def vary(response: Response) -> None:
    """Say it, where the answer depends on which browser asked."""
    if "relay" in g:
        response.vary.update(("User-Agent", f"{_HEADERS}-Phone-UA", f"{_HEADERS}-Features"))
