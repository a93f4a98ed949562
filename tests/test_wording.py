"""How the house speaks: alphabets, lengths, and words that are never an excuse."""

from __future__ import annotations

import importlib.util
import re
import string
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from phone import Phone

from lite.fit import fold, is_gsm7, units
from lite.services import SERVICES
from lite.text import TN, say

ROOT = Path(__file__).parents[1]
ENROLLED, STRANGER = "+212600000001", "+212699999999"

# What the lines of a menu leave each other on a small screen.
LONGEST_LABEL = {"fr": 20, "ar": 16}
# On the one screen that a language has room for, what was asked and its reference.
ATTESTATIONS = ("2*1*1*1", "2*2*1", "2*3*1", "2*4*1", "2*5*1")

ARABIC_LETTER = re.compile("[\u0621-\u064a]")
NOT_WRITTEN = {
    "a mark of direction": "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]",
    "a presentation form": "[\ufb50-\ufdff\ufe70-\ufeff]",
    "a vowel mark or a tatweel": "[\u0640\u064b-\u065f\u0670]",
    "a digit that no keypad has": "[\u0660-\u0669\u06f0-\u06f9]",
    "punctuation of the other script": r"[?;]|,(?!\d)",
}
# Latin words that stand in Arabic as they are on papers and keypads.
KEPT = {"CNSS", "CNOPS", "RIB", "SMS", "USB", "IF", "ICE", "FES", "https", "Français"}
# A stop has a day and an hour; these say neither.
REFUSED = re.compile(
    r"maintenance|am[ée]lior|indisponible|momentan|dès que possible|bientôt"
    "|صيانة|تحسين|مؤقت|قريبا|في أقرب"
)
FAMILIAR = re.compile(r"\b(tu|ton|ta|tes|toi)\b", re.IGNORECASE)


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def forms(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [*value]


def catalogue(language: str) -> dict[str, list[str]]:
    """Every sentence of the sources, with all its forms in a language."""
    tool = load_tool()
    messages = tool.read(tool.catalogues(ROOT)[language].read_text("utf-8"))
    return {forms(one.id)[0]: forms(one.string) for one in messages if one.id}


FRENCH, ARABIC = catalogue("fr"), catalogue("ar")


def bare(sentence: str) -> str:
    """A sentence without its values."""
    return "".join(text for text, *_ in string.Formatter().parse(sentence))


def wrong(sentences: dict[str, list[str]], pattern: str | re.Pattern[str]) -> list[str]:
    said = [bare(form) for forms in sentences.values() for form in forms]
    return [form for form in said if re.search(pattern, form)]


def test_every_french_sentence_leaves_in_the_cheap_alphabet() -> None:
    said = [bare(form) for forms in FRENCH.values() for form in forms]
    assert len(said) > 250
    assert [form for form in said if not is_gsm7(fold(form))] == []


@pytest.mark.parametrize("mark", NOT_WRITTEN)
def test_arabic_is_written_plainly(mark: str) -> None:
    assert ARABIC
    assert wrong(ARABIC, NOT_WRITTEN[mark]) == []


def test_arabic_is_arabic() -> None:
    latin = {word for form in wrong(ARABIC, "[A-Za-z]") for word in re.findall("[A-Za-zç]+", form)}
    assert latin <= KEPT
    worded = {id: forms for id, forms in ARABIC.items() if re.search(r"[^\W\d]", bare(id))}
    foreign = [id for id, forms in worded.items() if not all(map(ARABIC_LETTER.search, forms))]
    assert foreign == ["Langue / 3arabiya"]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_stop_is_not_dressed_up(language: str) -> None:
    assert wrong({"fr": FRENCH, "ar": ARABIC}[language], REFUSED) == []


COUNTED = (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103)
# What stands for a form in the sentences of the sources: the noun as it follows such a number.
NOUNS = {
    "{n} tentative de fraude signalée ce mois.": ("محاولة", "محاولتا", "محاولات", "محاولة"),
    "{n} demande en attente": ("طلب", "طلبان", "طلبات", "طلبا"),
    "{n} autre nouvelle : {code}": ("خبر", "خبران", "أخبار", "خبرا"),
}


def plurals() -> dict[str, str]:
    """Every sentence that agrees with a number, and how it is said of many."""
    tool = load_tool()
    messages = tool.read(tool.catalogues(ROOT)["ar"].read_text("utf-8"))
    return {one.id[0]: one.id[1] for one in messages if one.id and not isinstance(one.id, str)}


def test_every_sentence_that_counts_is_known_here() -> None:
    assert plurals().keys() == NOUNS.keys()


@pytest.mark.parametrize("n", COUNTED)
@pytest.mark.parametrize("one", NOUNS)
def test_a_sentence_agrees_with_its_number(one: str, n: int) -> None:
    """Arabic: none, one and two are words; 3 to 10 take the plural; 11 to 99 the accusative; and
    100, 101, 102 the singular."""
    single, dual, plural, many = NOUNS[one]
    said = say(TN(one, plurals()[one], n, code="*384#"), "ar")
    form = {0: single, 1: single, 2: dual}.get(n)
    form = form or (plural if 3 <= n % 100 <= 10 else many if n % 100 >= 11 else single)
    assert form in said.split() or f"{form}:" in said, said
    assert (str(n) in said) is (n > 2), said


def test_nobody_is_spoken_to_as_a_child() -> None:
    assert wrong(FRENCH, FAMILIAR) == []


def test_a_line_keeps_its_key_in_both_languages() -> None:
    keyed = {id: form for id, [form, *_] in ARABIC.items() if re.match(r"\d+ ", id)}
    assert {"0 Retour", "00 Accueil", "7 Suite"} <= set(keyed)
    assert [id for id, form in keyed.items() if form.split()[0] != id.split()[0]] == []


@pytest.mark.parametrize("language", LONGEST_LABEL)
@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.key)
def test_a_menu_line_is_short(service: Any, language: str) -> None:
    assert 0 < units(fold(say(service.short, language))) <= LONGEST_LABEL[language]


@pytest.mark.parametrize("language", LONGEST_LABEL)
@pytest.mark.parametrize("number", [ENROLLED, STRANGER])
def test_the_first_menu_is_one_screen(house: Any, number: str, language: str) -> None:
    phone = Phone(house, number).speaks(language).dials()
    assert phone.foot == ""
    assert {"5", "9"} <= set(phone.options)


@pytest.mark.parametrize("language", LONGEST_LABEL)
def test_the_second_menu_ends_after_a_few_screens(house: Any, language: str) -> None:
    phone, screens = Phone(house, ENROLLED).speaks(language).dials().presses("5"), 1
    while phone.more:
        phone.presses("7")
        screens += 1
    assert screens <= {"fr": 5, "ar": 8}[language]


@pytest.mark.parametrize("language", LONGEST_LABEL)
@pytest.mark.parametrize("dialled", ATTESTATIONS)
def test_a_reference_is_on_the_last_screen(house: Any, dialled: str, language: str) -> None:
    phone = Phone(house, ENROLLED).speaks(language)
    phone.dials(f"*384*3939*{dialled}#")
    assert phone.ended
    assert re.search(r"\b\d{12}\b", phone.screen)
    assert len(phone.lines) == 3
