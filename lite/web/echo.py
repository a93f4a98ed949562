"""Pages that repeat what was sent to them are not compressed where they hold something secret.

Whoever watches the length of a compressed page, and can make its reader's browser ask for it with
words of their choice, learns whether these words stand elsewhere in the page (BREACH). So a page
that is kept nowhere, because it is somebody's own, is compressed only if nothing of it came with
the request. The token of its forms is masked anew each time besides, and says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from urllib.parse import unquote_plus

from flask import g, request

from lite.services.form import Choice, questions
from lite.web.questions import Filled, typed

# Less is a digit that chooses: nothing can be guessed by it. A letter beside a guess does not hide
# it: in an address it is percent and digits.
_WORDS = (re.compile(r"\w{3,}"), re.compile(r"\w{3,}", re.ASCII))
_MASKED = ("csrf", "once")  # in a form that we made: never the same twice
_NAMES = ("part", "next", "lost")  # of what an address of ours says, but for questions


def accepted(filled: Filled) -> Filled:
    """Note which answers are of our own making: a choice that was found on somebody's list is
    nothing that a stranger could have thought of."""
    chosen = [one.name for one in questions(filled.service) if isinstance(one, Choice)]
    ours(*(filled.carried[name] for name in chosen if name in filled.carried))
    return filled


def ours(*words: str) -> None:
    """Note words of this request that we made ourselves and gave to nobody but this person."""
    g.chosen = {*g.get("chosen", ()), *words}


def harmless() -> None:
    """Note that this answer holds nothing that its reader did not send."""
    g.harmless = True


def repeated(body: bytes, known: Container[str]) -> bool:
    """Whether a word that came with this request, and is none of `known`, stands in this answer."""
    if "harmless" in g:
        return False
    shown, chosen = body.decode(), {*g.get("chosen", ()), *_NAMES}
    return any(
        word in shown and word not in chosen and word not in known
        for text in _sent()
        for word in _words(text)
    )


def _sent() -> Iterator[str]:
    """What came with this request. The link to the other language repeats an address whole, with
    the names in it."""
    yield str((request.view_args or {}).get("reference", ""))
    for pair in request.args.items(multi=True):
        yield from pair
    yield from (text for name, text in request.form.items(multi=True) if name not in _MASKED)


def _words(text: str) -> Iterator[str]:
    """Its words as they came, as an address within it says them, and as an answer is read."""
    for shown in (text, unquote_plus(text), typed([text])):
        for words in _WORDS:
            yield from words.findall(shown)
