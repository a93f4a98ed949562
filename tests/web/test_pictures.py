"""What every browser draws, kept to be looked at: `make pictures` writes docs/pictures."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import FR_THIRTY
from chromium import chromium, driver, open_page
from flask.testing import FlaskClient
from paperwork import made
from terminal import BROWSERS as TERMINALS
from terminal import Terminal
from test_web_papers import shows_card
from window import BROWSERS as WINDOWS
from window import seen

from lite.app import House
from lite.text import LANGUAGES

Image = pytest.importorskip("PIL.Image")
pytestmark = pytest.mark.browser
__all__ = ["chromium", "driver", "open_page"]
GREY, GAP = (128, 128, 128), 8
PUBLIC = ("", "sign-in", "services/callback", "services/", "status")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where pictures go: beside the documents only when asked to."""
    return Path(os.environ.get("LITE_PICTURES") or tmp_path)


def strip(pictures: list[Any], file: Path, colours: int = 32) -> None:
    """Pictures beside each other, in few colours."""
    width = sum(one.width + GAP for one in pictures) - GAP
    sheet = Image.new("RGB", (width, max(one.height for one in pictures)), GREY)
    at = 0
    for one in pictures:
        assert len(one.getcolors(1 << 24)) > 8, "an empty page"
        sheet.paste(one, (at, 0))
        at += one.width + GAP
    sheet.quantize(colours).save(file, optimize=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_on_a_small_screen(
    open_page: Callable[..., Any], with_dossiers: Callable[[int], Any],
    new_code: Callable[[str], str], folder: Path, language: str,
) -> None:  # fmt: skip
    page, pictures = open_page(java_script_enabled=False), []

    def kept(path: str) -> None:
        page.goto(f"/{language}/{path}")
        shot = page.screenshot(full_page=True)
        pictures.append(Image.open(io.BytesIO(shot)).convert("RGB"))

    for path in PUBLIC:
        kept(path)
    person = with_dossiers(3)
    page.goto(f"/{language}/sign-in")
    page.fill("#phone", person["phone"])
    page.fill("#code", new_code(person["phone"]))
    page.click("form .g")
    for path in ("services/dossiers", "services/attestation?kind=1&period=4", "services/complaint"):
        kept(path)
    strip(pictures, folder / f"pages-{language}.png")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("browser", TERMINALS)
def test_screens_of_text(
    address: str, tmp_path: Path, folder: Path, browser: str, language: str
) -> None:
    screens = []
    for number, path in enumerate(PUBLIC[:3]):
        shown = Terminal(browser, tmp_path / f"home{number}", f"{address}/{language}/{path}")
        try:
            screens.append(shown.sees("Lite", "Ko" if language == "fr" else "كيلوبايت").screen)
        finally:
            shown.close()
    text = f"\n{'-' * 64}\n".join(screen.strip("\n") for screen in screens)
    text = text.replace(address, "http://127.0.0.1:8000")
    (folder / f"{browser}-{language}.txt").write_text(f"{text}\n")


@pytest.mark.parametrize("browser", WINDOWS)
def test_browsers_with_a_window(address: str, tmp_path: Path, folder: Path, browser: str) -> None:
    pictures = []
    for language in LANGUAGES:
        for path in PUBLIC[:3]:
            file = tmp_path / "seen.png"
            seen(browser, f"{address}/{language}/{path}", tmp_path / "home", file)
            pictures.append(Image.open(file).convert("RGB"))
    strip(pictures, folder / f"{browser}.png")


def test_a_printed_attestation(
    house: House, thirty: FlaskClient, tmp_path: Path, folder: Path
) -> None:
    reference, paper = made(house, FR_THIRTY), tmp_path / "paper.pdf"
    shows_card(thirty, house, "paper")
    paper.write_bytes(thirty.get(f"/fr/papers/{reference}.pdf").data)
    subprocess.run(["pdftoppm", "-r", "72", "-f", "1", "-l", "1", "-png", "-singlefile", paper,
                    tmp_path / "paper"], check=True)  # fmt: skip
    strip([Image.open(tmp_path / "paper.png").convert("RGB")], folder / "attestation.png", 16)
