"""The form of a callback is read by hand: what it says is what the standard library reads."""

from __future__ import annotations

import io
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lite.gate import Unreadable, fields

FORM = "application/x-www-form-urlencoded"
# What a body may be made of: names, values, everything that has a meaning in a form.
PIECES = st.sampled_from(
    [b"a", b"b", b"sessionId", b"text", b"=", b"=", b"&", b"&", b"+", b"%", b"%2", b"%2B", b"%2a",
     b"%zz", b"%00", b"%C3%A9", b"%E9", b"%D9%A1", b"%F0%9F%92%B6", b"*", b";", b" ", b"#"]
)  # fmt: skip


def read(body: bytes, kind: str = FORM) -> dict[str, str]:
    return fields({"wsgi.input": io.BytesIO(body), "CONTENT_TYPE": kind})


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_a_form_says_what_the_standard_library_reads(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="replace")
    if len(dict(pairs)) == len(pairs):
        assert read(body) == dict(pairs)
    else:
        with pytest.raises(Unreadable, match="twice"):
            read(body)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_unreadable(body: bytes) -> None:
    try:
        form = read(body)
    except Unreadable:
        return
    assert all(text.encode() is not None for text in (*form, *form.values()))  # no lone surrogate


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"phoneNumber=%2B212600000001&text=", {"phoneNumber": "+212600000001", "text": ""}),
        (b"text=1*2%2A3&&", {"text": "1*2*3"}),
        (b"text=Bonjour+%C3%A0+tous", {"text": "Bonjour à tous"}),
        (b"text=\xc3\xa9%C3%A9", {"text": "éé"}),
        (b"text=\xe9", {"text": "\ufffd"}),
        (b"text", {"text": ""}),
        (b"a=b=c", {"a": "b=c"}),
        (b"", {}),
    ],
)
def test_bodies_as_they_come(body: bytes, form: dict[str, str]) -> None:
    assert read(body) == form


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"&".join(b"f%d=1" % one for one in range(41)), "too many"),
        (b"text=1&text=1", "twice"),
        (b"text=1&%74ext=2", "twice"),
    ],
)
def test_what_is_no_form_of_ours(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(body)
