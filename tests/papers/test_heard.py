"""A paper that is heard: what PDF/UA-1 asks, as far as a program can tell, on every kind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pikepdf
import pytest
from test_attestation import PATHS, face, months

from lite.papers.attestation import attestation_pdf
from lite.papers.statement import Entry, Statement, statement_pdf
from lite.text import T, raw

MEMBER = {"name": "Ghita Ennajmaoui", "name_ar": "غيثة النجماوي", "to": "2027-06-30"}
FACTS: dict[str, dict[str, Any]] = {
    "salaries": months(30),
    "amo": {"scheme": "cnss", "from": "2014-03-01", "to": None, "dependants": [MEMBER]},
    "no_registration": {"number": None, "cin": "ZZ123456", "birth": "1999-05-01"},
    "no_family_allowances": {"receiving": False},
}


def statement(language: str) -> bytes:
    one = Entry("1234567890", raw("Soins"), date(2026, 10, 2), T("payé"), None, 100, 90, 90)
    known = Statement("Rkia", date(2026, 8, 1), date(2026, 11, 2), date(2026, 11, 1), [one] * 40)
    return statement_pdf(known, language)


PAPERS = {kind: attestation_pdf(face(kind, None), facts, PATHS) for kind, facts in FACTS.items()}
PAPERS |= {f"statement {language}": statement(language) for language in ("fr", "ar")}


@pytest.fixture(params=PAPERS, ids=str)
def paper(request: pytest.FixtureRequest) -> Iterator[tuple[str, pikepdf.Pdf]]:
    with pikepdf.open(io.BytesIO(PAPERS[request.param])) as document:
        yield request.param, document


def elements(document: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the tree that a screen reader walks."""
    waiting = [document.Root.StructTreeRoot.K]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Array):
            waiting += list(one)
        elif isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield one
            waiting += [one.K] if "/K" in one else []


def named(document: pikepdf.Pdf, name: str) -> list[Any]:
    return [one for one in elements(document) if name == str(one.S)]


def test_it_is_tagged_and_says_its_title_and_its_language(paper: tuple[str, pikepdf.Pdf]) -> None:
    kind, document = paper
    root = document.Root
    assert root.MarkInfo.Marked
    assert str(root.Lang).startswith("ar" if kind.endswith("ar") else "fr")
    assert root.ViewerPreferences.DisplayDocTitle
    assert str(document.docinfo["/Title"])
    assert b"pdfuaid:part" in root.Metadata.read_bytes()


def test_it_is_walked_in_the_order_of_its_text(paper: tuple[str, pikepdf.Pdf]) -> None:
    _, document = paper
    assert [str(page.obj.get("/Tabs", "/S")) for page in document.pages] == (
        ["/S"] * len(document.pages)
    )
    assert len(named(document, "/H1")) == 1


def test_each_table_names_its_columns_and_each_picture_is_told(
    paper: tuple[str, pikepdf.Pdf],
) -> None:
    kind, document = paper
    heads = named(document, "/TH")
    assert bool(heads) is bool(named(document, "/Table")) is (kind in TABLED)
    assert all(one.A[0].Scope == "/Column" if isinstance(one.A, pikepdf.Array)
               else one.A.Scope == "/Column" for one in heads)  # fmt: skip
    figures = named(document, "/Figure")
    assert len(figures) == (0 if kind.startswith("statement") else 1)
    assert all(len(str(one.Alt)) > 10 for one in figures)


TABLED = ("salaries", "amo", "statement fr", "statement ar")


def test_the_other_language_is_marked_as_such(paper: tuple[str, pikepdf.Pdf]) -> None:
    kind, document = paper
    told = {str(one.Lang)[:2] for one in elements(document) if "/Lang" in one}
    if not kind.startswith("statement"):
        assert "ar" in told


def test_every_font_is_inside(paper: tuple[str, pikepdf.Pdf]) -> None:
    _, document = paper
    fonts = [font for page in document.pages for font in page.Resources.Font.values()]
    assert fonts
    for font in fonts:
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
        assert "/ToUnicode" in font
