"""How old a fact may be before it is called old: one table, one sentence, on every door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lite.text import T, Text

if TYPE_CHECKING:
    from lite.services.form import Reply

# Kind of fact -> how long since the fund last vouched for it. A fund sends every night, so three
# nights missed in a row are no holiday but a silence (a week-end and one more).
LIMITS: Mapping[str, timedelta] = {
    "dossiers": timedelta(days=3),
    # Paid or not is what people wait for: the same nights, and no more.
    "payments": timedelta(days=3),
    # Rights follow the employer's declaration, once a month (due on the 10th): a week old is
    # still the month's word.
    "rights": timedelta(days=7),
    # Allowances and pensions are paid once a month.
    "benefits": timedelta(days=10),
    # Declared once a month, by the 10th of the next one.
    "salaries": timedelta(days=35),
}
# What a fund as a whole is measured by.
FUND = LIMITS["dossiers"]


def old(as_of: datetime, now: datetime, about: str = "dossiers") -> bool:
    """Whether a fact of this kind is past its limit."""
    return now - as_of > LIMITS.get(about, FUND)


def since(as_of: datetime | None, now: datetime, about: str) -> list[Text]:
    """Since when a fact is known; past its limit, that it is old, and what to do."""
    if as_of is None:
        return []
    if not old(as_of, now, about):
        return [T("Connu le {day}", day=as_of)]
    return [
        T("Ancien : connu le {day}. Rien de la caisse depuis.", day=as_of),
        T("Si c'est urgent : agence."),
    ]


def warning(as_of: datetime | None, now: datetime, about: str) -> list[Text]:
    """The same, of what is past its limit alone."""
    return since(as_of, now, about) if as_of and old(as_of, now, about) else []


def known(reply: Reply, now: datetime) -> Sequence[Text]:
    """The same for what a service answered."""
    return since(reply.as_of, now, reply.about)
