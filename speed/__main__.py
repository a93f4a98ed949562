"""`make speed`: seconds on a slow link, beside the physical limit and beside GOV.UK Frontend.

A real Chromium in a network namespace of its own reaches the shipped nginx file, with a house
behind it, over a link of 800 ms and 40 / 20 kbit/s made in user space (speed/link.py). Exit code 1
if a goal is missed, 2 if nothing could be measured. As root: namespaces are made.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from speed import anchor, browser, front, pages, told
from speed.dialled import KEYS, turns
from speed.house import Scene, scene
from speed.journeys import walked
from speed.link import PROFILES, Profile
from speed.people import people
from tools.namespaces import Refused

PARTS = ("pages", "journeys")
_TIMES, _MOST = 5, 6  # rounds; more would need more people whose phone has asked for nothing yet


def main() -> None:
    """Measure the parts asked for, or all."""
    chosen = _parser().parse_args()
    logging.getLogger("lite").addHandler(logging.NullHandler())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # by way of every `finally`
    if why := browser.missing() or front.missing():
        sys.exit(_refused(why))
    if why := anchor.missing():
        print(f"speed: {why}: nothing stands beside Lite", file=sys.stderr)
    since = monotonic()
    try:
        with scene(_profile(chosen)) as one:
            wrong = _measured(one, chosen)
    except Refused as refused:
        sys.exit(_refused(refused))
    except KeyboardInterrupt:
        sys.exit(130)
    print(f"({monotonic() - since:.0f} s)")
    if wrong or "pages" in (chosen.parts or PARTS):  # a journey has no goal of its own
        print("\n".join(["goals missed:", *wrong] if wrong else ["every goal is met"]))
    sys.exit(bool(wrong))


def _refused(why: object) -> int:
    print(f"speed: not measured: {why}", file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m speed", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add = parser.add_argument
    add("parts", nargs="*", choices=[*PARTS, []], help="pages, journeys; all, if none is named")
    add("--quick", action="store_true", help="one round instead of the median of --times")
    add("--times", type=int, default=_TIMES, metavar="N", help=f"rounds, {_TIMES}; {_MOST} at most")
    add("--link", choices=list(PROFILES), default="gprs", help="a kind of link (gprs)")
    add("--trip", type=float, metavar="MS", help="its round trip instead, in milliseconds")
    add("--down", type=float, metavar="KBIT", help="its kbit/s down instead")
    add("--up", type=float, metavar="KBIT", help="its kbit/s up instead")
    add("--price-sms", type=float, default=0.48, metavar="DH", help="a segment of an SMS (0.48)")
    add("--price-mb", type=float, default=0.10, metavar="DH", help="a megabyte of data (0.10)")
    add("--price-turn", type=float, default=0.05, metavar="DH", help="a turn of USSD (0.05)")
    return parser


def _profile(chosen: argparse.Namespace) -> Profile:
    profile = PROFILES[chosen.link]
    trip = profile.trip if chosen.trip is None else chosen.trip / 1000
    down, up = chosen.down or profile.down, chosen.up or profile.up
    return replace(profile, trip=trip, down=down, up=up)


def _measured(one: Scene, chosen: argparse.Namespace) -> list[str]:
    """Print the tables; the goals that were missed."""
    times = 1 if chosen.quick else max(1, min(chosen.times, _MOST))
    parts = chosen.parts or PARTS
    wrong = []
    print(f"{one.apart.profile}; medians of {times}\n")
    with browser.chromium(one) as chromium:
        with browser.fresh(chromium) as page:  # its first page is slow for reasons of its own
            page.goto("data:text/html,<h1>a")
        if "pages" in parts:
            views: pages.Views = {}
            _rounds("pages", times, lambda: pages.once(one, chromium, views))
            timed = one.apart.profile == PROFILES["gprs"]
            print(told.pages(views, timed))
            wrong = pages.missed(views, timed)
        if "journeys" in parts:
            walks: told.Walks = {}
            crowd = iter(people(one.house))
            slow = one.apart.profile != PROFILES["open"]  # what htmx puts in is no page of its own
            _rounds("journeys", times, lambda: told.add(
                walks, walked(one, chromium, crowd, scripts=slow)))  # fmt: skip
            dialled = {name: turns(next(crowd), name) for name in KEYS}
            prices = told.Prices(chosen.price_sms, chosen.price_mb, chosen.price_turn)
            print(told.journeys(walks, dialled, prices, one.apart.profile))
    return wrong


def _rounds(what: str, times: int, once: Callable[[], object]) -> None:
    """So many times, and how far that is, for who watches."""
    for number in range(times):
        print(f"\r{what}: round {number + 1} of {times} ", end="", file=sys.stderr, flush=True)
        once()
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
