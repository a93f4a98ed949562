"""What loses its order in a text read from the right, and whether something holds it together.

Inside Arabic `*123#` shows as `#123*`, `+212 6` as `6 212+`, `2026-09` as `09-2026`. A page holds
such a run in an element with a direction of its own; a phone, which knows no element, has it alone
on its line.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Digits joined by a space, a sign or more than one group, a sign before digits, and whatever is
# too long to be told from a reference.
AT_RISK = re.compile(r"[+*#-]*\d(?:[\d \u00a0\u202f]|[-+*#/:.,](?=\d))*[\d#]|[+*#-]+\d+|\d{5,}")
# What turns round on a phone: a code to dial, a plus, a dash, groups with spaces.
TURNS = re.compile(r"[+*#-]+\d[\d*#]*|\d[\d*]*[*#-]+\d*|(?<![/:\d])\d{2,}(?: \d{2,})+(?![/:\d])")
ARABIC = re.compile("[\u0621-\u064a]")
_SAFE = 4  # so few digits alone read the same in both directions
_VOID = ("input", "meta", "link", "br", "path", "img", "hr")
_UNREAD = ("style", "script")


class _Bare(HTMLParser):
    """Gathers what stands in right-to-left text outside of anything with its own direction."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.alone: list[str] = []
        self._open: list[tuple[str, str]] = []  # tag, the direction inside it
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        outside = self._open[-1][1] if self._open else ""
        inside = found.get("dir") or ("auto" if tag == "bdi" else outside)
        if tag not in _VOID:
            self._open.append((tag, "" if tag in _UNREAD else inside))
        elif found.get("type") != "hidden" and inside == "rtl":
            self.alone.append(found.get("value", "") if found.get("type") != "radio" else "")

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag in [name for name, _ in self._open]:
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][1] == "rtl":
            self.alone.append(re.sub("[\u2066-\u2068][^\u2069]*\u2069", "\n", data))


def not_isolated(html: str) -> list[str]:
    """The numbers of a page that stand in right-to-left text with nothing to hold them."""
    found = (run[0].strip() for part in _Bare(html).alone for run in AT_RISK.finditer(part))
    return [run for run in found if not run.isdigit() or len(run) > _SAFE]


def turned(text: str) -> list[str]:
    """The numbers of a message or a screen that an Arabic line would turn round."""
    lines = [line for line in text.split("\n") if ARABIC.search(line)]
    return [run[0] for line in lines for run in TURNS.finditer(line)]
