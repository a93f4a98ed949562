"""What Lite's pages stand beside: the same words in GOV.UK Frontend's clothes.

Its compiled stylesheet and script (npm `govuk-frontend`), as its own page template links them,
served by the same nginx, packed beforehand by brotli at its tightest: better than most sites that
use it. Its web fonts are left out: their licence keeps them for gov.uk.
"""

from __future__ import annotations

import re
from pathlib import Path

import brotli

from lite.app import House

# The pages of Lite that are dressed so, and where.
PAGES = {"/fr/": "/anchor/first", "/fr/sign-in": "/anchor/next"}
_DIST = Path(".npm/speed/node_modules/govuk-frontend/dist/govuk")
_CSS, _JS = "govuk-frontend.min.css", "govuk-frontend.min.js"
_CLOTHES = {
    "h1": "govuk-heading-xl", "h2": "govuk-heading-m", "p": "govuk-body", "a": "govuk-link",
    "b": "govuk-!-font-weight-bold", "small": "govuk-body-s", "label": "govuk-label",
    "input": "govuk-input", "button": "govuk-button",
}  # fmt: skip
_PAGE = """<!DOCTYPE html>
<html lang="fr" class="govuk-template">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/anchor/{css}">
</head>
<body class="govuk-template__body">
<script>document.body.className += ' js-enabled' + \
('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '');</script>
<div class="govuk-width-container">
<main class="govuk-main-wrapper" id="main-content">{main}</main>
</div>
<script type="module" src="/anchor/{js}"></script>
<script type="module">import {{ initAll }} from '/anchor/{js}'; initAll()</script>
</body>
</html>
"""


def missing() -> str:
    """Why there is no such page; empty if there is."""
    return "" if (_DIST / _CSS).exists() else "npm could not install govuk-frontend"


def write(folder: Path, house: House) -> str:
    """Pages of a house in other clothes, in a folder; what nginx is told to serve them."""
    folder.mkdir()
    if missing():
        return ""
    style = re.sub(r"@font-face\s*\{[^}]*\}", "", (_DIST / _CSS).read_text("utf-8"))
    files = {_CSS: style, _JS: (_DIST / _JS).read_text("utf-8")}
    browser = house.web.test_client()
    for path, name in PAGES.items():
        page = browser.get(path, base_url="https://lite.example.ma").get_data(as_text=True)
        files[name.rpartition("/")[2]] = dressed(page)
    for name, text in files.items():
        (folder / name).write_bytes(brotli.compress(text.encode(), quality=11))
    return f"""
    location /anchor/ {{
        alias {folder}/;
        add_header Content-Encoding br;
        types {{ text/css css; text/javascript js; }}
        default_type "text/html; charset=utf-8";
        expires 1y;
    }}"""


def dressed(page: str) -> str:
    """A page of Lite with its words unchanged and everything else as GOV.UK Frontend has it."""
    found = re.search(r"(?s)<title>(.*?)</title>.*?<main>(.*)", page)
    if found is None:
        raise ValueError("a page without a title or a main part")
    title, main = found[1], re.sub(r"</?nav>", "", found[2].replace("</main>", ""))
    for tag, clothes in _CLOTHES.items():
        main = re.sub(rf"<{tag}(?: class=\"?\w+\"?)?([ >])", rf'<{tag} class="{clothes}"\1', main)
    return _PAGE.format(title=title, main=main, css=_CSS, js=_JS)
