"""Typst, once a process for each template: data in as JSON, one PDF out, always the same bytes.

Typst and qpdf are read from the disk when the first paper is made: most processes make none.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typst

_HERE = Path(__file__).parent
_ONE = threading.Lock()


def typeset(template: str, values: Mapping[str, Any]) -> bytes:
    """The PDF of a template of this folder; it finds `values` as JSON in `sys.inputs.data`.

    Values travel as data, so none of them can be read as markup. PDF/UA-1, so that it can be
    heard; no date and no system font, so that the same values give the same bytes.
    """
    data = json.dumps(values, ensure_ascii=False)
    with _ONE:
        pdf = _compiler(template).compile(
            format="pdf", sys_inputs={"data": data}, pdf_standards="ua-1"
        )
    if not isinstance(pdf, bytes):
        raise TypeError(f"{template} is more than one document")
    return _packed(pdf)


def _packed(pdf: bytes) -> bytes:
    """The same document with its many small objects pressed together: 40 KB instead of 72."""
    import pikepdf

    out, pressed = BytesIO(), pikepdf.ObjectStreamMode.generate
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(out, object_stream_mode=pressed, deterministic_id=True)
    return out.getvalue()


@cache
def _compiler(template: str) -> typst.Compiler:
    """Made from a file: one made from bytes fails at its second use."""
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"]
    )
    return typst.Compiler(_HERE / template, root=_HERE, font_paths=fonts)
