"""The catalogues say everything, and a number calls the form that was written for it."""

from __future__ import annotations

import gettext
import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.support import Translations
from jinja2 import TemplateSyntaxError

ROOT = Path(__file__).parents[1]
FORMS = ("zero", "one", "two", "few", "many", "other")
ARABIC_FORM = {
    0: "zero", 1: "one", 2: "two", 3: "few", 10: "few", 11: "many", 99: "many",
    100: "other", 101: "other", 102: "other", 103: "few", 111: "many", 200: "other",
}  # fmt: skip
SOURCE = """\
from lite.text import T, TN

STATUS = T("Dossier {number}", number=T("inconnu"))


def count(n: int) -> object:
    return TN("{n} dossier", "{n} dossiers", n)
"""
PAGE = "<p>{{ t('Bonjour {name}', name=name) }}</p>{{ t('Dossier {number}', number=1) }}"
ARABIC_FILES = ("لا ملف", "ملف واحد", "ملفان", "{n} ملفات", "{n} ملفا", "{n} ملف")
ARABIC = """
msgid "Dossier {number}"
msgstr "الملف {number}"

msgid "inconnu"
msgstr "غير معروف"

msgid "{n} dossier"
msgid_plural "{n} dossiers"
{forms}

msgid "Bonjour {name}"
msgstr "مرحبا {name}"
"""


def slots(forms: Iterable[str]) -> str:
    return "\n".join(f'msgstr[{index}] "{form}"' for index, form in enumerate(forms))


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools" / "messages.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = load_tool()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project whose two catalogues are complete."""
    templates = tmp_path / "lite" / "web" / "templates"
    templates.mkdir(parents=True)
    (tmp_path / "lite" / "files.py").write_text(SOURCE, "utf-8")
    (templates / "page.html").write_text(PAGE, "utf-8")
    write(tmp_path, "fr", "")
    write(tmp_path, "ar", messages.header("ar") + ARABIC.replace("{forms}", slots(ARABIC_FILES)))
    assert messages.update(tmp_path) == []
    return tmp_path


def catalogue(root: Path, language: str = "ar") -> Path:
    return root / "translations" / language / "LC_MESSAGES" / "messages.po"


def write(root: Path, language: str, text: str) -> None:
    catalogue(root, language).parent.mkdir(parents=True, exist_ok=True)
    catalogue(root, language).write_text(text, "utf-8")


def edit(root: Path, before: str, after: str) -> None:
    text = catalogue(root).read_text("utf-8")
    assert before in text
    write(root, "ar", text.replace(before, after, 1))


def compiled(root: Path) -> Translations:
    messages.compile_all(root)
    return Translations.load(root / "translations", ["ar"])


# The project's own catalogues


def test_the_catalogues_of_the_project_are_complete() -> None:
    assert messages.problems(ROOT) == []


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_plural_header_of_the_project_is_pinned(language: str) -> None:
    text = catalogue(ROOT, language).read_text("utf-8")
    assert f'"Plural-Forms: {messages.PLURALS[language]}\\n"' in text


# The plural rule


@pytest.mark.parametrize(("n", "form"), ARABIC_FORM.items())
def test_the_arabic_header_calls_the_form_written_for_a_number(n: int, form: str) -> None:
    rule = messages.read(messages.header("ar")).plural_expr
    assert FORMS[gettext.c2py(rule)(n)] == form


@pytest.mark.parametrize(("n", "form"), ARABIC_FORM.items())
def test_a_compiled_catalogue_calls_the_form_written_for_a_number(
    tmp_path: Path, n: int, form: str
) -> None:
    entry = f'msgid "{{n}} dossier"\nmsgid_plural "{{n}} dossiers"\n{slots(FORMS)}\n'
    write(tmp_path, "ar", messages.header("ar") + entry)
    assert compiled(tmp_path).ngettext("{n} dossier", "{n} dossiers", n) == form


def test_the_rule_of_babel_would_swap_two_forms() -> None:
    """The reason for the pin: the day this fails, the pin may go."""
    babel = gettext.c2py(get_plural("ar").plural_expr)
    assert [FORMS[babel(n)] for n in (11, 100)] == ["other", "many"]


def test_french_counts_zero_as_one() -> None:
    rule = gettext.c2py(messages.read(messages.header("fr")).plural_expr)
    assert [rule(n) for n in (0, 1, 2, 100)] == [0, 0, 1, 1]


# Bringing a catalogue up to date


def test_a_complete_project_has_no_problem(project: Path) -> None:
    assert messages.problems(project) == []


def test_updating_twice_changes_nothing(project: Path) -> None:
    before = catalogue(project).read_bytes(), catalogue(project, "fr").read_bytes()
    messages.update(project)
    assert (catalogue(project).read_bytes(), catalogue(project, "fr").read_bytes()) == before


def test_a_catalogue_names_files_without_line_numbers_dates_or_flags(project: Path) -> None:
    text = catalogue(project).read_text("utf-8")
    assert "#: lite/files.py lite/web/templates/page.html\n" in text
    assert not re.search(r"py:\d|Creation-Date|Revision-Date|^#,", text, re.MULTILINE)


def test_french_is_filled_with_the_source(project: Path) -> None:
    french = messages.read(catalogue(project, "fr").read_text("utf-8"))
    assert french.get("inconnu").string == "inconnu"
    assert french.get("{n} dossier").string == ("{n} dossier", "{n} dossiers")


def test_an_obsolete_sentence_is_dropped_and_a_similar_one_is_not_guessed(project: Path) -> None:
    source = project / "lite" / "files.py"
    source.write_text(SOURCE.replace('T("inconnu")', 'T("inconnue")'), "utf-8")
    messages.update(project)
    arabic = messages.read(catalogue(project).read_text("utf-8"))
    assert arabic.get("inconnu") is None
    assert arabic.get("inconnue").string == ""
    assert "غير معروف" not in catalogue(project).read_text("utf-8")


def test_a_comment_of_a_translator_is_kept(project: Path) -> None:
    edit(project, "#: lite/files.py\nmsgid", "# seen on a screen\n#: lite/files.py\nmsgid")
    messages.update(project)
    assert "# seen on a screen\n" in catalogue(project).read_text("utf-8")


def test_update_leaves_a_catalogue_alone_when_a_tool_rewrote_its_rule(project: Path) -> None:
    edit(project, messages.PLURALS["ar"], f"{get_plural('ar')};")
    before = catalogue(project).read_bytes()
    assert [line for line in messages.update(project) if "left as it is" in line]
    assert catalogue(project).read_bytes() == before


# Each fault is found


FAULTS = {
    "missing": ('msgstr "غير معروف"', 'msgstr ""', "missing: 'inconnu'"),
    "all plural forms missing": (
        slots(ARABIC_FILES), slots([""] * 6), "missing: '{n} dossier'",
    ),
    "fuzzy": (
        'msgid "inconnu"', '#, fuzzy\nmsgid "inconnu"', "fuzzy: 'inconnu'",
    ),
    "an empty plural slot": (
        'msgstr[5] "{n} ملف"', 'msgstr[5] ""', "plural form 5 is empty: '{n} dossier'",
    ),
    "a placeholder with another name": (
        "الملف {number}", "الملف {nombre}",
        "translation has other placeholders (nombre, number): 'Dossier {number}'",
    ),
    "a placeholder lost": (
        "مرحبا {name}", "مرحبا", "translation has other placeholders (name): 'Bonjour {name}'",
    ),
    "a number lost where the form stands for many numbers": (
        '"{n} ملفا"', '"ملفا"', "plural form 4 has other placeholders (n): '{n} dossier'",
    ),
    "broken braces": (
        "مرحبا {name}", "مرحبا {name", "translation has broken braces (",
    ),
    "another plural rule": (
        "n%100>=11 ? 4 : 5", "n%100>=0 && n%100<=2 ? 4 : 5",
        "its plural rule is not the pinned one",
    ),
    "too many plural forms": (
        'msgstr[5] "{n} ملف"', 'msgstr[5] "{n} ملف"\nmsgstr[6] "{n}"', "cannot be read: ",
    ),
    "a sentence of yesterday": (
        'msgid "inconnu"\n', 'msgid "inconnue"\n', "not up to date: run `make messages`",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "fault"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found(project: Path, before: str, after: str, fault: str) -> None:
    edit(project, before, after)
    assert [line for line in messages.problems(project) if line.startswith(f"ar: {fault}")]


def test_a_language_without_catalogue_is_found(project: Path) -> None:
    catalogue(project).unlink()
    assert messages.problems(project) == ["ar: no catalogue"]


def test_a_new_sentence_is_found_in_every_language(project: Path) -> None:
    (project / "lite" / "more.py").write_text('NEW = T("Nouveau")\n', "utf-8")
    found = messages.problems(project)
    assert "ar: missing: 'Nouveau'" in found
    assert {"ar", "fr"} == {line[:2] for line in found if "not up to date" in line}


# Compiling


def test_what_is_not_translated_is_said_in_french(project: Path) -> None:
    edit(project, 'msgstr[5] "{n} ملف"', 'msgstr[5] ""')
    edit(project, 'msgstr "غير معروف"', 'msgstr ""')
    arabic = compiled(project)
    assert arabic.ngettext("{n} dossier", "{n} dossiers", 100) == "{n} dossiers"
    assert arabic.gettext("inconnu") == "inconnu"
    assert arabic.gettext("Bonjour {name}") == "مرحبا {name}"


def test_compiling_tells_what_will_not_be_said(project: Path) -> None:
    edit(project, 'msgstr "غير معروف"', 'msgstr ""')
    assert messages.compile_all(project) == ["ar: missing: 'inconnu'"]


def test_a_broken_template_is_told_and_not_skipped(project: Path) -> None:
    (project / "lite" / "web" / "templates" / "page.html").write_text("{{ t('a' }}", "utf-8")
    with pytest.raises(TemplateSyntaxError):
        messages.sentences(project)


def test_the_command_fails_when_something_is_amiss(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(messages, "COMMANDS", {"check": (lambda: ["ar: missing: 'a'"], True)})
    assert messages.main(["check"]) == 1
    assert capsys.readouterr().err == "ar: missing: 'a'\n"


def test_braces_alone_do_not_make_a_c_format(tmp_path: Path) -> None:
    """« 20 % des » reads as a C format to gettext tools, which would then refuse the Arabic."""
    found = Catalog()
    found.add("20 % des frais")
    assert "#," not in messages.rendered(messages.updated(found, Catalog(), "ar"), "ar")
