"""The switch of the pretend fund: one page with plain buttons, for whoever shows the demo."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lite.phone.fund_words import HEADS, STATES

# It comes back by itself after so many seconds, unless it is to stay.
_SHORT = 120


@dataclass(frozen=True)
class Switch:
    """`standing`: the state the fund is in, and for how many seconds still (None: for good).
    `turn`: put it in a state for so many seconds, or for good."""

    standing: Callable[[], tuple[str, int | None]]
    turn: Callable[[str, int | None], None]


def make_switch(switch: Switch) -> Blueprint:
    """The page at `/phone/fund`, and its buttons."""
    page = Blueprint("fund", __name__, url_prefix="/phone/fund")

    @page.get("")
    def show() -> ResponseReturnValue:
        language = "ar" if request.args.get("lang") == "ar" else "fr"
        at = ("fr", "ar").index(language)
        state, seconds = switch.standing()
        return render_template(
            "fund.html", language=language, state=state, seconds=seconds,
            said={name: words[at] for name, words in HEADS.items()},
            states={name: [words[at] for words in told] for name, told in STATES.items()},
        )  # fmt: skip

    @page.post("")
    def turn() -> ResponseReturnValue:
        if request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            return "", 403
        state, language = request.form.get("state", ""), request.form.get("lang", "fr")
        if state not in STATES:
            return "", 400
        back = state != "up" and request.form.get("stay") != "1"
        switch.turn(state, _SHORT if back else None)
        return redirect(url_for("fund.show", lang=language), 303)

    return page
