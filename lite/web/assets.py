"""What a page carries with it: one stylesheet and one small gate inlined, one script for later."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli

from lite.text import LANGUAGES, T, say

STATIC = Path(__file__).parent / "static"
HTMX = "htmx-4.0.1.min.js"
# Of the file as its authors published it (npm htmx.org 4.0.1, dist/htmx.min.js).
HTMX_SHA256 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
CODINGS = ("br", "gzip")  # no old browser takes zstd

_OFFLINE = T("Pas de réseau. Rien n'a été envoyé. Réessayez.")


@dataclass(frozen=True)
class Assets:
    """The stylesheet and the gate as they stand in a page, and the script that the gate loads."""

    css: str
    paper: str
    gate: str
    script_path: str
    script: bytes

    @cached_property
    def policy(self) -> str:
        """The Content-Security-Policy: nothing inline but these two, nothing from elsewhere."""
        return self._policy(self.css)

    @cached_property
    def paper_policy(self) -> str:
        """The same for a page that also carries the stylesheet of papers."""
        return self._policy(self.css, self.paper)

    def _policy(self, *styles: str) -> str:
        hashes = " ".join(_hash(one) for one in styles)
        return (
            f"default-src 'self' {hashes} {_hash(self.gate)};"
            "img-src data:;form-action 'self';base-uri 'none';frame-ancestors 'none'"
        )

    @cached_property
    def encoded(self) -> Mapping[str, bytes]:
        """The script, compressed once."""
        return {coding: squeezed(self.script, coding) for coding in CODINGS}


def load() -> Assets:
    """Read the files once, when the application is built."""
    sentences = {language: say(_OFFLINE, language) for language in LANGUAGES}
    before = tight(_read("boost.js")).replace("{offline}", json.dumps(sentences))
    script = f"{before}\n{_read(HTMX)}".encode()
    path = f"/static/{hashlib.sha256(script).hexdigest()[:8]}.js"
    gate = tight(_read("gate.js")).replace("{source}", path)
    return Assets(styles(_read("lite.css")), styles(_read("paper.css")), gate, path, script)


def squeezed(body: bytes, coding: str, quality: int = 11) -> bytes:
    """A body in one of `CODINGS`; `quality` is brotli's, up to 11."""
    if coding == "br":
        # A window of 64 KB holds any page; the default one costs more to lay out than to use.
        packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality, lgwin=16)
        return packed
    return gzip.compress(body, 9, mtime=0)


def tight(source: str) -> str:
    """A script of ours without its comments and indentation; its statements end in semicolons."""
    return re.sub(r"\n\s*", "", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)).strip()


def styles(source: str) -> str:
    """A stylesheet without what a browser does not read."""
    bare = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL))
    return re.sub(r" ?([{};,>+]) ?|(:) ", r"\1\2", bare).replace(";}", "}").strip()


def _read(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def _hash(inline: str) -> str:
    digest = hashlib.sha256(inline.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
