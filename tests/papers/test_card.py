"""The printed card: one A6 page that holds every code, in both languages, with its own fonts."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PageObject, PdfReader

from lite.app import House
from lite.cli import main
from lite.identity import cards
from lite.papers.card import card_pdf
from lite.upstream import pretend

CARD = "512345678934"
CODES = {number: f"{number * 24_683 % 10**6:06d}" for number in range(1, 41)}
CODE = "*384*3939#"


def page_of(pdf: bytes) -> PageObject:
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    return reader.pages[0]


@pytest.fixture(scope="module")
def page() -> PageObject:
    return page_of(card_pdf(CARD, CODES, CODE))


def spans(page: PageObject) -> list[tuple[str, float]]:
    """Every piece of text with its size in points."""
    found: list[tuple[str, float]] = []

    def see(text: str, cm: Any, tm: list[float], font: Any, size: float) -> None:
        if text.strip():
            found.append((text.strip(), abs(size * tm[0] * cm[0])))

    page.extract_text(visitor_text=see)
    return found


def printed(pdf: bytes) -> dict[str, str]:
    """The codes by their numbers, as a reader gives them back."""
    lines = [line.split() for line in page_of(pdf).extract_text().splitlines()]
    return {
        row[0]: "".join(row[1:]) for row in lines if len(row) == 3 and all(map(str.isdecimal, row))
    }


def test_it_is_a6(page: PageObject) -> None:
    millimetres = [round(float(side) * 25.4 / 72, 1) for side in page.mediabox[2:]]
    assert millimetres == [105.0, 148.0]


def test_every_code_stands_beside_its_number() -> None:
    assert printed(card_pdf(CARD, CODES, CODE)) == {
        str(number): code for number, code in CODES.items()
    }


def test_codes_can_be_read_by_tired_eyes(page: PageObject) -> None:
    sizes = [size for text, size in spans(page) if text in {code[:3] for code in CODES.values()}]
    assert len(sizes) >= 40
    assert min(sizes) >= 11


def test_nothing_is_smaller_than_eight_points(page: PageObject) -> None:
    assert min(size for _, size in spans(page)) >= 8


def test_it_says_what_to_do_in_both_languages(page: PageObject) -> None:
    text = page.extract_text()
    words = "".join(text.split())
    for sentence in ("une seule fois", "à personne", "même pas à un agent", "Carte perdue"):
        assert sentence in text
    for word in ("بطاقة", "مرة", "لأحد", "موظفا", "ضاعت", "البطاقة"):
        assert word in words
    assert CODE in text
    assert "5123 4567 8934" in text


def test_it_names_nobody() -> None:
    assert "name" not in card_pdf.__annotations__ and len(card_pdf.__annotations__) == 4


def test_the_same_card_gives_the_same_bytes() -> None:
    first = card_pdf(CARD, CODES, CODE)
    other = card_pdf(CARD, CODES | {1: "000000"}, CODE)
    assert card_pdf(CARD, CODES, CODE) == first != other
    assert len(first) < 100_000


def test_its_fonts_are_ours_and_inside(page: PageObject) -> None:
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    names = {font["/BaseFont"].split("+")[1] for font in fonts}
    assert names == {
        "NotoSans-Regular", "NotoSans-Bold", "NotoNaskhArabic-Regular", "NotoNaskhArabic-Bold",
    }  # fmt: skip
    for font in fonts:
        assert "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"]


def test_values_are_never_read_as_markup() -> None:
    text = page_of(card_pdf("*1*#emoji.face", CODES, "*#[x]*$y$#")).extract_text()
    assert "*#[x]*$y$#" in text
    assert "*1*#emoji.face" in "".join(text.split())


def test_font_files_are_small_and_licensed() -> None:
    folder = Path("lite/papers/fonts")
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text()
    assert all(file.stat().st_size < 300_000 for file in folder.iterdir())


def command(house: House, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    settings = house.settings
    monkeypatch.setenv("LITE_DATABASE", settings.database)
    monkeypatch.setenv("LITE_KEY_FILE", settings.key_file)
    monkeypatch.setenv("LITE_CLOCK", str(settings.clock))
    return CliRunner().invoke(main, ["card", *arguments])


def somebody(house: House) -> tuple[str, str]:
    """A fictitious person's number, and who that is in the store."""
    number = str(pretend.people(house.clock.now())[0]["insured"])
    person = house.store.people.of_key(house.vault.hash("key", f"cnss:{number}"))
    assert person
    return number, person


def test_the_command_issues_a_card_and_prints_it(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, person = somebody(house)
    out = tmp_path / "card.pdf"
    result = command(house, monkeypatch, "cnss", number, "--out", str(out))
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    asked = cards.challenge(house.store, person)
    assert asked
    code = printed(out.read_bytes())[str(asked.number)]
    now = house.clock.now()
    assert cards.prove(house.store, house.vault, person, code, now) == cards.Proved(39)


def test_a_demo_prints_the_codes_that_it_shows(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, person = somebody(house)
    house.store.places.set_fact("demo", "1")
    command(house, monkeypatch, "cnss", number, "--out", str(tmp_path / "card.pdf"))
    expected = cards.demo_codes(house.vault, person)
    assert printed((tmp_path / "card.pdf").read_bytes()) == {
        str(number): code for number, code in expected.items()
    }


def test_a_card_that_cannot_be_printed_is_not_issued(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, person = somebody(house)
    cards.issue(house.store, house.vault, person, house.clock.now())
    before = house.store.sql.all("select card, state from cards")
    nowhere = os.fspath(tmp_path / "nowhere" / "card.pdf")
    result = command(house, monkeypatch, "cnss", number, "--out", nowhere)
    assert result.exit_code == 1 and "no card was issued" in result.output
    assert house.store.sql.all("select card, state from cards") == before


def test_a_stranger_gets_no_card(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = command(house, monkeypatch, "cnss", "000000000", "--out", str(tmp_path / "card.pdf"))
    assert result.exit_code == 1 and "Nobody is known as cnss 000000000" in result.output
    assert not (tmp_path / "card.pdf").exists()
