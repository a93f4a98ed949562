"""Checkers that nobody here wrote read every page: the HTML checker, axe, a parser of ES5."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from every import OWN, PASSING, checkers, dossiers, es5, walked
from flask.testing import FlaskClient

from lite.web import assets


@pytest.fixture
def pages(
    client: FlaskClient, sign_in: Callable[..., Any], with_dossiers: Callable[[int], Any]
) -> dict[str, str]:
    """Every page, by its address."""
    found = {}
    for language in ("fr", "ar"):
        found |= dict(walked(client, PASSING, language))
    for language in ("fr", "ar"):
        sign_in(with_dossiers(3)["phone"], language)
        own = walked(client, OWN + dossiers(client), language)
        found |= {f"{address} in": page for address, page in own}
    return found


def test_the_html_checker_finds_no_error_on_any_page(
    pages: dict[str, str], tmp_path: Path
) -> None:
    if not shutil.which("java"):
        pytest.skip("NOT TESTED: the HTML checker needs a Java runtime")
    names, folder = {}, tmp_path / "pages"
    folder.mkdir()
    for number, (address, page) in enumerate(pages.items()):
        file = folder / f"{number}.html"
        file.write_text(page)
        names[file.name] = address
    jar = checkers() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    said = subprocess.run(
        ["java", "-Xss4m", "-jar", jar, "--errors-only", "--format", "json", folder],
        capture_output=True, text=True, check=False, timeout=300,
    ).stderr  # fmt: skip
    errors = {f"{names[Path(one['url']).name]}: {one['message']}"
              for one in json.loads(said)["messages"]}  # fmt: skip
    assert len(names) > 100
    assert errors == set()


def test_every_page_has_one_heading_its_language_and_its_direction(pages: dict[str, str]) -> None:
    for address, page in pages.items():
        arabic = address.startswith("/ar")
        assert page.count("<h1") == 1, address
        assert re.match(
            rf'<!doctype html><html lang="{"ar-MA" if arabic else "fr"}"'
            rf' dir="{"rtl" if arabic else "ltr"}">',
            page,
        ), address
        assert "<title>Lite - " in page, address


def test_an_error_is_in_the_title_and_names_its_field(pages: dict[str, str]) -> None:
    for address in ("/fr/sign-in POST", "/fr/services/callback POST", "/ar/sign-in POST"):
        page = pages[address]
        assert re.search("<title>Lite - (Erreur|خطأ) ?: ", page), address
        summary = re.search(r'role="alert"[^>]*><a href="#(\w+)">', page)
        assert summary, address
        assert f'id="{summary[1]}"' in page, address


def test_our_scripts_are_read_by_a_parser_of_es5() -> None:
    loaded = assets.load()
    htmx = (assets.STATIC / assets.HTMX).read_text("utf-8")
    ours = [script.decode().replace(htmx, "") for script in loaded.scripts.values()]
    for script in (*ours, loaded.gate, loaded.worker.decode()):
        assert es5(script) == ""
    assert es5("let a = () => `x`") != ""
