"""Are my AMO rights open, until when, and for whom of the family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.services import names
from lite.services.form import Answers, Level, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import Right
    from lite.desk.service import Desk


def _answer(desk: Desk, answers: Answers) -> Reply:
    known = desk.rights()
    if not known.value:
        return Reply([T("Aucun droit AMO connu à votre nom.")], "known", known.as_of)
    lines = [_line(right) for right in known.value]
    if any(right.status in ("closed", "suspended") for right in known.value):
        lines.append(T("À faire : vérifiez les jours déclarés avec l'employeur ou l'agence."))
    return Reply(lines, "known", known.as_of)


def _line(right: Right) -> Text:
    status = names.RIGHTS.get(right.status, names.UNKNOWN_RIGHT)
    whom = T("Né(e) en {year}", year=Ltr(right.born)) if right.born else T("Vous")
    scheme = names.scheme(right.scheme)
    if right.status == "open" and right.until:
        return T(
            "{whom} : droits {scheme} ouverts jusqu'au {day}",
            whom=whom, scheme=scheme, day=right.until,
        )  # fmt: skip
    return T("{whom} : droits {scheme} {status}", whom=whom, scheme=scheme, status=status)


SERVICE = Service(
    key="rights",
    level=Level.T1,
    ussd="3",
    title=T("Mes droits AMO"),
    short=T("Mes droits AMO"),
    words={
        "fr": ("DROITS", "DROIT", "AMO"),
        "ar": ("حقوق", "حقوقي", "التغطية", "ho9o9", "7o9o9i"),
    },
    answer=_answer,
)
