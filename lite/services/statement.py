"""What was reimbursed over some months: how many dossiers and how much; the table is on the web."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from lite.services.form import Answers, Choice, Level, Option, Reply, Service
from lite.text import Money, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

MONTHS = {"3": T("Trois derniers mois"), "6": T("Six derniers mois"), "12": T("Un an")}


def _periods(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(months, name) for months, name in MONTHS.items()]


def begins(today: date, months: int) -> date:
    """The first day of the month that lies so many months before this one."""
    count = today.year * 12 + today.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _answer(desk: Desk, answers: Answers) -> Reply:
    first = begins(desk.today, int(answers["months"]))
    known = desk.statement(first)
    paid = sum(one.paid or 0 for one in known.value)
    lines: list[Text] = [
        T("Du {first} au {last}", first=first, last=desk.today),
        T("Dossiers : {n}", n=len(known.value)),
        T("Total payé : {amount}", amount=Money(paid)),
        T("Le tableau à imprimer est sur la page web."),
    ]
    return Reply(lines, "known", known.as_of, about="payments")


SERVICE = Service(
    key="statement",
    level=Level.T2,
    ussd="5*25",
    title=T("Relevé de remboursements"),
    short=T("Relevé"),
    words={
        "fr": ("RELEVE", "REMBOURSEMENTS"),
        "ar": ("كشف", "تعويضاتي", "kachf"),
    },
    fields=(
        Choice(
            name="months",
            ask=T("Quelle période ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_periods,
        ),
    ),
    answer=_answer,
)
