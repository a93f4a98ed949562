"""The pages of papers in a real Chromium: on one sheet of A4, on 240 pixels, read by axe, left."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from chromium import SMALL, chromium, driver
from every import checkers
from flask.testing import FlaskClient
from paperwork import later
from pypdf import PdfReader
from test_web_papers_kinds import KINDS, WORKER, Kind, ordered, own_phone, seen

from lite.app import House

pytestmark = pytest.mark.browser
__all__ = ["chromium", "driver"]
A4 = (595, 842)  # points
# The longest that the pretend fund knows: two years of salaries.
THIRTY = 3  # the rank of whoever has thirty dossiers
LONGEST = Kind(WORKER, ("Salaires déclarés", "Autre période"), "salaries")


def two_years(house: House) -> str:
    """The reference of an attestation of as many months as the fund knows."""
    phone = own_phone(house, WORKER)
    phone.dials().choose("Attestation", *LONGEST.choices).presses("112024").presses("102026")
    phone.choose("Oui").drops()
    house.outbox.run_once()
    later(house, minutes=5)
    ((reference,),) = house.store.sql.all("select reference from requests")
    return str(reference)


@pytest.fixture
def browse(chromium: Any, address: str, house: House, sign_in: Callable[..., FlaskClient]) -> Any:
    """A browser of somebody who gave a code of their card."""
    contexts = []

    def opened(kind: Kind, **options: Any) -> Any:
        client = sign_in(own_phone(house, kind.rank).number)
        seen(house, client, kind)
        context = chromium.new_context(viewport=SMALL, base_url=address, **options)
        contexts.append(context)
        cookie = client.get_cookie("s")
        assert cookie
        context.add_cookies([{"name": "s", "value": cookie.value, "url": address}])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def printed(page: Any) -> PdfReader:
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_two_years_of_salaries_are_one_sheet(house: House, browse: Any, language: str) -> None:
    reference, page = two_years(house), browse(LONGEST)
    page.goto(f"/{language}/papers/{reference}")
    sheets = printed(page)
    assert len(sheets.pages) == 1
    assert [round(float(side)) for side in sheets.pages[0].mediabox[2:]] == list(A4)
    assert reference in sheets.pages[0].extract_text()


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_statement_fits_a_small_screen(browse: Any, language: str) -> None:
    page = browse(Kind(THIRTY, (), ""))
    page.goto(f"/{language}/papers/statement?months=12")
    assert page.locator("tr").count() > 5
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_it_fits_a_small_screen_and_axe_finds_nothing(
    house: House, browse: Any, kind: Kind
) -> None:
    reference, page = ordered(house, kind), browse(kind, bypass_csp=True)
    page.add_init_script(path=checkers() / "axe-core" / "axe.min.js")
    for language in ("fr", "ar"):
        page.goto(f"/{language}/papers/{reference}")
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
        said = page.evaluate("axe.run({resultTypes: ['violations']})")
        assert [f"{one['id']}: {one['nodes'][0]['html'][:90]}" for one in said["violations"]] == []
        assert len(printed(page).pages) == 1


def test_the_html_checker_finds_no_error(
    house: House, sign_in: Callable[..., FlaskClient], tmp_path: Path
) -> None:
    if not shutil.which("java"):
        pytest.skip("NOT TESTED: the HTML checker needs a Java runtime")
    reference, client = two_years(house), sign_in(own_phone(house, WORKER).number)
    seen(house, client, LONGEST)
    paths = [f"/{one}/papers/{what}" for one in ("fr", "ar") for what in (reference, "statement")]
    for number, path in enumerate([*paths, "/verify/offline"]):
        (tmp_path / f"{number}.html").write_text(client.get(path).text)
    jar = checkers() / "vnu-jar" / "build" / "dist" / "vnu.jar"
    pages = sorted(tmp_path.glob("?.html"))
    said = subprocess.run(
        ["java", "-Xss4m", "-jar", jar, "--errors-only", "--format", "json", *pages],
        capture_output=True, text=True, check=False, timeout=120,
    ).stderr  # fmt: skip
    assert len(pages) == 5
    assert {f"{one['url']}: {one['message']}" for one in json.loads(said)["messages"]} == set()
