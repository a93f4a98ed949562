"""Sentences for a page: escaped, every value isolated, so that a number keeps its order."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from lite.text import Ltr, Money, Text, Value, say

# Marks that stand for tags until the text is escaped; of the private use area, so in no text.
_LTR, _NAME, _END = "\ue000", "\ue001", "\ue002"
_TAGS = {ord(_LTR): '<bdi dir="ltr">', ord(_NAME): "<bdi>", ord(_END): "</bdi>"}
_NO_MARKS = dict.fromkeys(_TAGS)

# A run of digits with what joins them: a phone in groups, a code to dial, an hour, a range.
# A comma and a space part two numbers, each of which keeps its place in the sentence.
_RUN = re.compile(r"[+*#]*\d(?:[\d*#]|[ \u00a0\u202f./:,+-](?=\d))*")
_VALUE = re.compile(f"({_LTR}[^{_END}]*{_END})")
# French parts these from their word by a space, at which no line may end.
_PARTED = re.compile(" (?=[:;?!»])|(?<=«) ")
_SAFE = 4  # so few digits alone read the same in both directions


def said(text: Text, language: str) -> Markup:
    """A sentence as HTML. Numbers, dates, references, phones and codes to dial stand in
    `<bdi dir="ltr">`, also those that the sentence itself holds; names in `<bdi>`. No line begins
    with a colon, nor ends with an opening quotation mark. An apostrophe stays one, so it quotes no
    attribute of a template."""
    pieces = _VALUE.split(say(text, language, _dressed))
    marked = "".join(
        piece if index % 2 else _RUN.sub(_isolated, piece) for index, piece in enumerate(pieces)
    )
    html = str(escape(_PARTED.sub("\u00a0", marked)))
    return Markup(html.replace("&#39;", "'").translate(_TAGS))


def _dressed(shown: str, value: Value) -> str:
    shown = shown.translate(_NO_MARKS)
    if isinstance(value, str) and not isinstance(value, Ltr):
        return f"{_NAME}{shown}{_END}"
    if isinstance(value, Money):
        # The currency is a word of the sentence: درهم stands to the left of its number.
        number, _, currency = shown.partition(" ")
        return f"{_LTR}{number}{_END} {currency}"
    return f"{_LTR}{shown}{_END}"


def _isolated(run: re.Match[str]) -> str:
    found = run[0]
    return found if found.isdigit() and len(found) <= _SAFE else f"{_LTR}{found}{_END}"
