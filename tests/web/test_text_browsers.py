"""Browsers of text alone, over plain http on a loopback address: their cookie is `s`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cast import FR_THIRTY

BROWSERS = {
    "w3m": ["-cookie", "-o", "accept_cookie=1", "-dump", "-post", "{form}"],
    "lynx": ["-accept_all_cookies", "-dump", "-post_data"],
}


@pytest.mark.parametrize(("language", "said"), [("fr", "jusqu'à 10:20"), ("ar", "حتى 10:20")])
@pytest.mark.parametrize("browser", BROWSERS)
def test_a_code_opens_the_page(
    address: str, new_code: Callable[[str], str], tmp_path: Path, browser: str, language: str,
    said: str,
) -> None:  # fmt: skip
    if not shutil.which(browser):
        pytest.skip(f"{browser} is not installed")
    form = tmp_path / "form"
    form.write_text(f"phone={FR_THIRTY.replace('+', '%2B')}&code={new_code(FR_THIRTY)}")
    shown = subprocess.run(
        [browser, *(one.format(form=form) for one in BROWSERS[browser]),
         f"{address}/{language}/sign-in?next=rights"],
        env={**os.environ, "HOME": str(tmp_path), "TERM": "dumb", "LC_ALL": "C.UTF-8"},
        input=f"{form.read_text()}\n---\n" if browser == "lynx" else "",
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    assert said in shown
    assert "2027" in shown
