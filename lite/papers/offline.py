"""One page, complete in itself, that checks the code of an attestation with no network.

It holds the public keys of the funds. Kept on a phone or on a stick, it needs nothing else than a
browser with Ed25519 (Chrome 137, Firefox 129, Safari 17 and later); an older one is told what to
do instead. It never sends what is pasted in it.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import dataclass
from pathlib import Path

from lite.papers.signature import TOKEN_DOMAIN, PublicKeys
from lite.papers.wording import KIND_TITLES
from lite.text import T, Text, say

_HERE = Path(__file__).parent
_LANGUAGES = ("fr", "ar")

_TITLE = T("Vérifier sans Internet")
_ASK = T("Scannez le code carré du papier, puis collez ici tout le texte lu.")
_BUTTON = T("Vérifier")
_WORDS = {
    "genuine": T("Attestation vraie : signée par la caisse."),
    "late": T("Vraie, mais expirée : demandez-en une plus récente."),
    "altered": T("Attention : ce code a été modifié. Ne vous y fiez pas."),
    "unsigned": T("Signature inconnue. Vérifiez la référence par SMS ou sur le site."),
    "nothing": T("Ce n'est pas le code d'une attestation. Collez tout le texte lu."),
    "old": T("Ce navigateur ne sait pas vérifier une signature. Rien n'est prouvé."),
    "send": T(
        "À faire : envoyez ce SMS au numéro écrit sur le papier, ou ouvrez cette page sur un"
        " téléphone plus récent."
    ),
    "compare": T("Comparez chaque ligne au papier. Annulée depuis ? Seul VERIF par SMS le dit."),
    "reference": T("Référence"),
    "fund": T("Caisse"),
    "name": T("Nom"),
    "total": T("Total"),
    "issued": T("Délivrée le"),
    "until": T("Valable jusqu'au"),
}
_TOLD = {
    "from": T("Début"),
    "to": T("Fin"),
    "scheme": T("Régime"),
    "number": T("Numéro d'immatriculation"),
    "registered_on": T("Immatriculé depuis le"),
    "birth": T("Date de naissance"),
    "cin": T("Carte nationale d'identité"),
    "children": T("Enfants"),
}
_CSS = (
    "body{margin:0;font:1.1em/1.6 sans-serif;color:#222}main{max-width:30em;margin:auto;"
    "padding:0 .8em}h1{font-size:1.3em}span,bdi{display:block}bdi{font-weight:700}"
    "textarea,button{box-sizing:border-box;width:100%;font:inherit;padding:.5em}"
    "button{color:#fff;background:#054;border:0;border-radius:.5em}"
    ".g{padding:.5em;background:#efe}.b{padding:.5em;border:3px solid #b00;color:#b00}"
)


@dataclass(frozen=True, slots=True)
class Offline:
    """The page, and the Content-Security-Policy under which it may run: nothing leaves it."""

    html: str
    policy: str


def offline_page(keys: PublicKeys) -> Offline:
    """The page for these keys: 14 KB at most, whatever the number of funds of a country."""
    script = _script(keys)
    values = {"css": _CSS, "script": script}
    for name, text in (("title", _TITLE), ("ask", _ASK), ("button", _BUTTON)):
        values |= {f"{name}_{one}": html.escape(say(text, one)) for one in _LANGUAGES}
    page = re.sub(
        r"\{(\w+)\}", lambda found: values[found[1]], (_HERE / "offline.html").read_text("utf-8")
    )
    policy = (
        f"default-src 'none';style-src {_hash(_CSS)};script-src {_hash(script)};img-src data:;"
        "base-uri 'none';form-action 'none';frame-ancestors 'none'"
    )
    return Offline(page, policy)


def _script(keys: PublicKeys) -> str:
    source = (_HERE / "offline.js").read_text("utf-8")
    tight = re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)).strip()
    words = {name: _both(text) for name, text in _WORDS.items()}
    told = {
        **words, "kinds": {kind: _both(title) for kind, title in KIND_TITLES.items()},
        "told": {name: _both(text) for name, text in _TOLD.items()},
        "domain": base64.b64encode(TOKEN_DOMAIN).decode(),
    }  # fmt: skip
    public = {
        id: [one.fund, base64.b64encode(one.key.public_bytes_raw()).decode()]
        for id, one in keys.items()
    }
    return tight.replace("{keys}", _json(public)).replace("{words}", _json(told))


def _json(value: object) -> str:
    """JSON that no browser can take for markup."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _both(text: Text) -> list[str]:
    return [say(text, language) for language in _LANGUAGES]


def _hash(inline: str) -> str:
    digest = hashlib.sha256(inline.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
