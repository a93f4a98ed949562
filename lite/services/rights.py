"""Are my AMO rights open, until when, and for whom of the family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lite.services import names
from lite.services.form import Answers, Level, Reply, Service
from lite.text import Ltr, T, Text, raw

if TYPE_CHECKING:
    from lite.desk.facts import Known, Right
    from lite.desk.service import Desk


def _told(lines: Sequence[Text], known: Known[Any]) -> Reply:
    return Reply(lines, "known", known.as_of, about="rights")


def _answer(desk: Desk, answers: Answers) -> Reply:
    known = desk.rights()
    if not known.value:
        return _told([T("Aucun droit AMO connu à votre nom.")], known)
    lines = [_line(alike) for alike in _grouped(known.value)]
    if any(right.status in ("closed", "suspended") for right in known.value):
        lines.append(T("À faire : vérifiez les jours déclarés avec l'employeur ou l'agence."))
    return _told(lines, known)


def _grouped(rights: Sequence[Right]) -> list[list[Right]]:
    """People whose cover is the same are told in one line."""
    groups: dict[object, list[Right]] = {}
    for right in rights:
        groups.setdefault((right.scheme, right.status, right.until), []).append(right)
    return list(groups.values())


def _whom(right: Right) -> Text:
    return T("Né(e) en {year}", year=Ltr(right.born)) if right.born else T("Vous")


def _line(alike: Sequence[Right]) -> Text:
    right, whom = alike[0], _whom(alike[0])
    for other in alike[1:]:
        born = raw(Ltr(other.born or ""))
        more = born if right.born else T("né(e) en {year}", year=born)
        whom = T("{some}, {more}", some=whom, more=more)
        right = other
    status = names.RIGHTS.get(right.status, names.UNKNOWN_RIGHT)
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
    scope="rights",
    ussd="3",
    title=T("Mes droits AMO"),
    short=T("Mes droits AMO"),
    words={
        "fr": ("DROITS", "DROIT", "AMO"),
        "ar": ("حقوق", "حقوقي", "التغطية", "ho9o9", "7o9o9i"),
    },
    answer=_answer,
)
