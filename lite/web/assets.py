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

from lite.text import LANGUAGES, TN, T, Text, say

STATIC = Path(__file__).parent / "static"
HTMX = "htmx-4.0.1.min.js"
# Of the file as its authors published it (npm htmx.org 4.0.1, dist/htmx.min.js).
HTMX_SHA256 = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
_STRING, _SIGN = re.compile(r"""("[^"]*"|'[^']*')"""), re.compile(r" ?([{}()=;,:?&|+<>!]) ?")
CODINGS = ("br", "gzip")  # no old browser takes zstd

# What the worker keeps for when there is no network, below each language, and beside them.
SHELL = ("", "status", "help", "services/agencies", "services/verify", "services/callback",
         "services/complaint")  # fmt: skip
_SHELL = (*(f"/{language}/{path}" for language in LANGUAGES for path in SHELL), "/verify/offline")
_OFFLINE = T("Pas de réseau. Rien n'a été envoyé. Réessayez.")
_COPY = T("Hors ligne : copie du #.")
_MOST = 3  # forms that one phone keeps
_WORDS = {
    "kept": T("Pas de réseau. La demande est gardée sur ce téléphone et partira au retour."),
    "fill": T("Pas de réseau. Répondez à toutes les questions : la demande sera gardée."),
    "full": T("Pas de réseau, et trop de demandes attendent déjà."),
    "later": T("Pas encore de réseau. Nous réessaierons."),
    "sent": T("Demande envoyée. Référence :"),
    "wrong": T("Demande refusée : une réponse n'allait pas. Remplissez-la de nouveau."),
    "dropped": T("Demande effacée."),
    "leave": T("Une demande attend sur ce téléphone. Envoyez-la ou effacez-la, puis quittez."),
    "send": T("Envoyer"),
    "drop": T("Effacer"),
}


@dataclass(frozen=True)
class Assets:
    """The stylesheets and the gate as they stand in a page, the scripts that it leads to by their
    paths, and the worker."""

    css: str
    paper: str
    gate: str
    scripts: Mapping[str, bytes]
    worker: bytes

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


def load() -> Assets:
    """Read the files once, when the application is built."""
    htmx = _filled("boost.js", offline=_json(_said(_OFFLINE))).encode() + _read(HTMX).encode()
    page = _filled("page.js", words=_json(_words()), htmx=(last := _path(htmx))).encode()
    copies = {language: _json(said) for language, said in _said(_COPY).items()}
    worker = _filled("worker.js", shell=_json(_SHELL), version=_path(page)[8:16], **copies)
    return Assets(
        styles(_read("lite.css")), styles(_read("paper.css")),
        _filled("gate.js", source=(first := _path(page))), {first: page, last: htmx},
        worker.encode(),
    )  # fmt: skip


def _said(text: Text) -> dict[str, str]:
    return {language: say(text, language) for language in LANGUAGES}


def _words() -> dict[str, dict[str, object]]:
    """What the page's own script says, in each language; how many wait, up to `_MOST`."""
    waits = [TN("{n} demande en attente", "{n} demandes en attente", n + 1) for n in range(_MOST)]
    return {
        language: {
            **{name: say(text, language) for name, text in _WORDS.items()},
            "wait": [say(text, language) for text in waits],
        }
        for language in LANGUAGES
    }


def _path(script: bytes) -> str:
    return f"/static/{hashlib.sha256(script).hexdigest()[:8]}.js"


def _filled(name: str, **values: str) -> str:
    """A script of ours, tight, with its values where their names stand in braces."""
    source = tight(_read(name))
    for key, value in values.items():
        source = source.replace(f"{{{key}}}", value)
    return source


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def squeezed(body: bytes, coding: str, quality: int = 11) -> bytes:
    """A body in one of `CODINGS`; `quality` is brotli's, up to 11."""
    if coding == "br":
        # A window of 64 KB holds any page; the default one costs more to lay out than to use.
        packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality, lgwin=16)
        return packed
    return gzip.compress(body, 9, mtime=0)


def tight(source: str) -> str:
    """A script of ours without its comments, its indentation and the spaces around its signs; its
    statements end in semicolons."""
    bare = re.sub(r"\n\s*", "", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)).strip()
    pieces = _STRING.split(bare)  # what stands between quotes stays as it is
    return "".join(
        piece if index % 2 else _SIGN.sub(r"\1", piece) for index, piece in enumerate(pieces)
    )


def styles(source: str) -> str:
    """A stylesheet without what a browser does not read."""
    bare = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL))
    return re.sub(r" ?([{};,>+]) ?|(:) ", r"\1\2", bare).replace(";}", "}").strip()


def _read(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def _hash(inline: str) -> str:
    digest = hashlib.sha256(inline.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
