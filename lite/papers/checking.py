"""Checking a paper with no network: its file, byte for byte, or what its printed code holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Literal

from lite.papers.signature import Face, PublicKeys, read_file, read_token

_TOKEN = re.compile(rb"(?:#|^)([A-Za-z0-9_-]{40,1500}\.[A-Za-z0-9_-]{80,100})\s*$")
_MARK = b"%lite-signature "
_LARGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class Checked:
    """`genuine`; `late`: genuine and past its last day; `altered`: something was changed since it
    was signed; `unsigned`: nobody we know signed it. The face is told when its token holds."""

    state: Literal["genuine", "late", "altered", "unsigned"]
    face: Face | None = None


def check(data: bytes, keys: PublicKeys, today: date) -> Checked:
    """What is true of a PDF file, or of the text that its code holds."""
    if len(data) > _LARGEST:
        return Checked("unsigned")
    return _file(data, keys, today) if data[:5] == b"%PDF-" else _text(data, keys, today)


def _file(data: bytes, keys: PublicKeys, today: date) -> Checked:
    whole = read_file(data, keys)
    if whole is None:
        return Checked("altered" if _MARK in data else "unsigned")
    face = read_token(_embedded(whole), keys)
    return Checked(_state(face, today), face) if face else Checked("altered")


def _text(data: bytes, keys: PublicKeys, today: date) -> Checked:
    found = _TOKEN.search(data.strip())
    if not found:
        return Checked("unsigned")
    face = read_token(found[1].decode(), keys)
    return Checked(_state(face, today), face) if face else Checked("altered")


def _state(face: Face, today: date) -> Literal["genuine", "late"]:
    return "late" if date.fromisoformat(face.valid_until) < today else "genuine"


def _embedded(pdf: bytes) -> str:
    """The token as the document's keywords hold it; empty when they hold none."""
    import pikepdf

    try:
        with pikepdf.open(BytesIO(pdf)) as document:
            return str(document.docinfo.get("/Keywords", ""))
    except pikepdf.PdfError:
        return ""
