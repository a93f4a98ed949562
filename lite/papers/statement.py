"""A statement of reimbursements for a complementary insurer: a table as PDF or as CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from lite.papers.typeset import typeset
from lite.papers.wording import amount
from lite.text import DIRECTIONS, Ltr, Money, T, Text, Value, formatted, say

TITLE = T("Relevé de remboursements")
# What begins a cell so would be a formula to a spreadsheet (OWASP: CSV injection); a cell begins
# at its start, and behind whatever another spreadsheet may take for the end of one.
_FORMULA = re.compile(r"((?:^|[,;\t\r\n])\s*)(?=[=+\-@＝＋－＠])|^(?=[\t\r\n])")


@dataclass(frozen=True)
class Entry:
    """One dossier of the statement; amounts in minor units, None where the fund told none."""

    number: str
    kind: Text
    submitted_on: date | None
    status: Text
    reason: Text | None
    claimed: int | None
    approved: int | None
    paid: int | None


@dataclass(frozen=True)
class Statement:
    """The dossiers submitted from one day to another, as known on a day; `old` says so when that
    day is past its limit, and what to do."""

    name: str
    first: date
    last: date
    as_of: date | None
    entries: Sequence[Entry]
    old: Sequence[Text] = ()
    number: str = ""  # of the person, as the fund or an insurer knows them

    def total(self, name: str) -> int:
        """The sum of what was `claimed`, `approved` or `paid`, in minor units."""
        return sum(getattr(one, name) or 0 for one in self.entries)


COLUMNS = (
    (T("Dossier"), False, False), (T("Déposé le"), False, False), (T("Soins"), False, True),
    (T("Statut"), False, True), (T("Motif"), False, True), (T("Demandé (DH)"), True, False),
    (T("Accepté (DH)"), True, False), (T("Payé (DH)"), True, False),
)  # fmt: skip
NOTE = T("Ce relevé répète ce que la caisse a dit. Ce papier n'est pas une pièce officielle.")


def lines(statement: Statement) -> list[tuple[Text, Value]]:
    """What stands above the table."""
    period = T("{first} à {last}", first=statement.first, last=statement.last)
    known: Value = statement.as_of or "-"
    number = [(T("Numéro d'immatriculation"), Ltr(statement.number))] if statement.number else []
    return [
        (T("Nom et prénom"), statement.name), *number, (T("Période"), period),
        (T("Dossiers de soins"), len(statement.entries)),
        (T("Total demandé"), Money(statement.total("claimed"))),
        (T("Total accepté"), Money(statement.total("approved"))),
        (T("Total payé"), Money(statement.total("paid"))), (T("Connu le"), known),
    ]  # fmt: skip


def none(statement: Statement) -> Sequence[Text]:
    """That there is nothing to list, if there is nothing."""
    return () if statement.entries else (T("Aucun dossier de soins déposé sur cette période."),)


def statement_pdf(statement: Statement, language: str) -> bytes:
    """The table to print, in one language; the same bytes for the same dossiers."""
    return typeset(
        "statement.typ",
        {
            "title": say(TITLE, language), "lang": language, "dir": DIRECTIONS[language],
            "lines": [
                {"label": say(label, language), "value": _said(value, language)}
                for label, value in lines(statement)
            ],
            "columns": [
                {"name": say(name, language), "numeric": numeric, "worded": worded,
                 "wide": index == _WIDE}
                for index, (name, numeric, worded) in enumerate(COLUMNS)
            ],
            "rows": [cells(one, language) for one in statement.entries],
            "notes": [say(note, language) for note in (*none(statement), *statement.old, NOTE)],
        },
    )  # fmt: skip


_WIDE = 4  # the column of reasons takes what is left


def statement_csv(statement: Statement, language: str) -> bytes:
    """The same for a spreadsheet: UTF-8 with its mark, semicolons, ISO dates, plain decimals."""
    out = StringIO()
    table = csv.writer(out, delimiter=";", lineterminator="\r\n")
    table.writerow([say(name, language) for name, _, _ in COLUMNS])
    for one in statement.entries:
        table.writerow(_bare(one, language))
    return "\ufeff".encode() + out.getvalue().encode()


def cells(one: Entry, language: str) -> list[str]:
    """One row as people read it."""
    day = formatted(one.submitted_on, language) if one.submitted_on else "-"
    told = (one.claimed, one.approved, one.paid)
    sums = ["-" if minor is None else amount(minor) for minor in told]
    return [one.number, day, *_words(one, language), *sums]


def _bare(one: Entry, language: str) -> list[str]:
    day = one.submitted_on.isoformat() if one.submitted_on else ""
    sums = (one.claimed, one.approved, one.paid)
    words = [_safe(cell) for cell in (one.number, day, *_words(one, language))]
    return [*words, *("" if minor is None else _plain(minor) for minor in sums)]


def _plain(minor: int) -> str:
    """An amount as every spreadsheet reads it."""
    whole, cents = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole}.{cents:02}"


def _words(one: Entry, language: str) -> list[str]:
    reason = say(one.reason, language) if one.reason else ""
    return [say(one.kind, language), say(one.status, language), reason]


def _safe(cell: str) -> str:
    return _FORMULA.sub(lambda found: f"{found[1] or ''}'", cell)


def _said(value: Value, language: str) -> str:
    return say(value, language) if isinstance(value, Text) else formatted(value, language)
