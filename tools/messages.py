"""The catalogues: bring them up to date, judge them, compile them.

    python tools/messages.py update        after sentences changed in lite/
    python tools/messages.py check         exit 1 and a list when something is amiss
    python tools/messages.py compile       messages.mo beside each messages.po

French is the source: a sentence is its own message id, its French catalogue is filled by
`update`, and its braces are those of `str.format`. Nothing is guessed from a similar sentence,
no date and no line number is written, so that a diff shows what changed and nothing else.
"""

from __future__ import annotations

import argparse
import gettext
import io
import string
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCE = "fr"

# The order of the forms is part of the translation: Babel's own rule for Arabic has `other`
# fifth and `many` sixth where translation tools have them the other way round, so a header
# rewritten by a tool would swap two forms without a word. These win over any tool.
PLURALS = {
    "ar": (
        "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
        "n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);"
    ),
    "fr": "nplurals=2; plural=(n > 1);",
}

# files, extraction method, keywords
SOURCES: tuple[tuple[str, Any, Any], ...] = (
    ("lite/**/*.py", "python", {"T": None, "TN": (1, 2), "N_": None}),
    ("lite/**/templates/**/*.html", "jinja2.ext:babel_extract", {"t": None, "tn": (1, 2)}),
)

_OPTIONS = {"silent": "false", "encoding": "utf-8"}  # a broken template is told, not skipped

_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: Lite\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def header(language: str) -> str:
    """The head of a language's catalogue, with its pinned plural rule (else the rule of Babel)."""
    plurals = PLURALS.get(language) or f"{get_plural(language)};"
    return _HEADER.format(language=language, plurals=plurals)


def catalogues(root: Path) -> dict[str, Path]:
    """The catalogue of each language found under `root`."""
    files = sorted(root.glob("translations/*/LC_MESSAGES/messages.po"))
    return {file.parents[1].name: file for file in files}


def sentences(root: Path) -> Catalog:
    """Every sentence of the sources under `root`, file after file, each where it first stands."""
    found = Catalog()
    files = {path: how for pattern, *how in SOURCES for path in root.glob(pattern)}
    for path, (method, keywords) in sorted(files.items()):
        place = path.relative_to(root).as_posix()
        for line, message, *_ in extract_from_file(method, path, keywords, options=_OPTIONS):
            found.add(message, locations=[(place, line)])
    return found


def read(text: str) -> Catalog:
    """A catalogue from its text. Raises `PoFileError` when gettext could not read it."""
    return read_po(io.StringIO(text), abort_invalid=True)


def updated(found: Catalog, old: Catalog, language: str) -> Catalog:
    """The sentences found, with the translations that `old` has for exactly these sentences."""
    new = read(header(language))
    for sentence in _messages(found):
        before = old.get(sentence.id)
        message = new.add(sentence.id, _kept(sentence, before, language))
        message.locations = sentence.locations
        message.flags = {"fuzzy"} if before and before.fuzzy else set()
        message.user_comments = before.user_comments if before else []
    return new


def _kept(sentence: Message, before: Message | None, language: str) -> Any:
    if language == SOURCE:
        return sentence.id
    same_shape = before is not None and before.pluralizable == sentence.pluralizable
    return before.string if before is not None and same_shape else ""


def rendered(catalogue: Catalog, language: str) -> str:
    """The text of a catalogue as it is kept in the project."""
    body = io.BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, include_lineno=False)
    return header(language) + body.getvalue().decode("utf-8").lstrip("\n")


def problems(root: Path = ROOT) -> list[str]:
    """What keeps the catalogues under `root` from saying everything: one line for each fault."""
    found, files = sentences(root), catalogues(root)
    lines = [f"{language}: no catalogue" for language in sorted(PLURALS.keys() - files.keys())]
    for language, file in files.items():
        lines += [f"{language}: {fault}" for fault in _file_faults(found, language, file)]
    return lines


def _file_faults(found: Catalog, language: str, file: Path) -> Iterator[str]:
    text = file.read_text("utf-8")
    try:
        old = read(text)
    except PoFileError as error:
        yield f"cannot be read: {error}"
        return
    if not _same_rule(old, read(header(language))):
        yield "its plural rule is not the pinned one, its forms may be in another order"
        return
    new = updated(found, old, language)
    yield from faults(new, language)
    if rendered(new, language) != text:
        yield "not up to date: run `make messages`"


def _same_rule(one: Catalog, other: Catalog) -> bool:
    rules = [gettext.c2py(catalogue.plural_expr) for catalogue in (one, other)]
    same_form = all(rules[0](n) == rules[1](n) for n in range(1001))
    return one.num_plurals == other.num_plurals and same_form


def faults(catalogue: Catalog, language: str) -> Iterator[str]:
    """Each sentence that is missing, fuzzy, half said, or does not keep its placeholders."""
    slots = Counter(map(gettext.c2py(catalogue.plural_expr), range(1001)))
    for message in _messages(catalogue):
        source, *_ = ids = _tuple(message.id)
        forms = _tuple(message.string)
        if message.fuzzy:
            yield f"fuzzy: {source!r}"
        if not any(forms):
            yield f"missing: {source!r}"
        elif language != SOURCE:
            yield from (f"{fault}: {source!r}" for fault in _form_faults(ids, forms, slots))


def _form_faults(ids: Sequence[str], forms: Sequence[str], slots: Counter[int]) -> Iterator[str]:
    """`slots` counts the numbers each form stands for: a form for a single number need not
    show it, as Arabic says "one file" and "two files" in one word."""
    given = set().union(*map(_fields, ids))
    for index, form in enumerate(forms):
        name = f"plural form {index}" if len(ids) > 1 else "translation"
        if not form:
            yield f"{name} is empty"
            continue
        needed = _fields(ids[-1]) - ({"n"} if len(ids) > 1 and slots[index] == 1 else set())
        try:
            fields = _fields(form)
        except ValueError as error:
            yield f"{name} has broken braces ({error})"
            continue
        if not needed <= fields <= given:
            yield f"{name} has other placeholders ({', '.join(sorted(fields ^ needed))})"


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def _tuple(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def update(root: Path = ROOT) -> list[str]:
    """Bring every catalogue up to date; an empty file becomes a new one. One whose plural rule
    is not the pinned one is left alone and told: its forms would silently change meaning."""
    found, lines = sentences(root), []
    for language, file in catalogues(root).items():
        old = read(file.read_text("utf-8") or header(language))
        if _same_rule(old, read(header(language))):
            file.write_text(rendered(updated(found, old, language), language), "utf-8")
        else:
            lines.append(f"{language}: its plural rule is not the pinned one, left as it is")
    return lines


def compile_all(root: Path = ROOT) -> list[str]:
    """Write `messages.mo` beside every catalogue, and tell what it will not say."""
    lines = []
    for language, file in catalogues(root).items():
        catalogue = read(file.read_text("utf-8"))
        with file.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalogue)
        lines += [f"{language}: {fault}" for fault in faults(catalogue, language)]
    return lines


# what it does, and whether its report tells failures
COMMANDS: dict[str, tuple[Callable[[], list[str]], bool]] = {
    "update": (update, True),
    "check": (problems, True),
    "compile": (compile_all, False),
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Keep the catalogues of translations/.")
    parser.add_argument("command", choices=COMMANDS)
    run, failures = COMMANDS[parser.parse_args(arguments).command]
    lines = run()
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return 1 if lines and failures else 0


if __name__ == "__main__":
    sys.exit(main())
