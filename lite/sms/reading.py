"""Answers that came along in one message, read in the order of the questions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lite.services.form import SURE, WHOM, Field, Form, Invalid, Words

BETWEEN = " *,،"
_AROUND = " .)("  # what people write around a digit
_WORD = re.compile(r"[^\s*,،]+")
# No more words than this are tried, one after the other, as one answer.
_MOST_WORDS = 20


def feed(form: Form, rest: str) -> str:
    """Answer questions from words sent along, as far as they go. Raises `Invalid`.

    "Are you sure" is never among them: whoever confirms has read what. Nor is "for whom", lest a
    digit mean something else on a shared phone: the words are handed back, to be read after it.
    """
    while rest and (asked := form.asked()) and asked.name != SURE:
        if asked is WHOM:
            return rest
        rest = rest[take(form, asked, rest) :].lstrip(BETWEEN)
    return ""


def take(form: Form, asked: Field, text: str, sent: Mapping[str, str] | None = None) -> int:
    """Answer one question from the start of a text; how many characters that took.

    All of it if possible, else as few words as make an answer. Raises the `Invalid` of the whole.
    A digit of the list that was `sent` means what stood behind it then: the list may have moved.
    """
    trouble: Invalid | None = None
    for end in _ends(asked, text):
        try:
            form.feed((sent or {}).get(text[:end].strip(_AROUND), text[:end]))
            return end
        except Invalid as error:
            trouble = trouble or error
    raise trouble or Invalid(asked.help)


def _ends(asked: Field, text: str) -> Iterator[int]:
    yield len(text)
    if asked.name != SURE and not isinstance(asked, Words):
        for word in list(_WORD.finditer(text))[:_MOST_WORDS]:
            if word.end() < len(text):
                yield word.end()
