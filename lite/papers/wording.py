"""What each kind of attestation says, before it is a page, a PDF or a list: its `Sheet`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from lite.papers.signature import Face
from lite.text import Ltr, Money, T, Text, Value

Facts: TypeAlias = Mapping[str, Any]
Line: TypeAlias = tuple[Text, Value]

FUNDS = {
    "cnss": T("Caisse nationale de sécurité sociale (CNSS)"),
    "cnops": T("Caisse nationale des organismes de prévoyance sociale (CNOPS)"),
    "pretend": T("Caisse fictive de démonstration"),
}
NOT_OFFICIAL = T("Ce papier n'est pas une pièce officielle.")
EXAMPLE = T("Exemple : personne et caisse fictives.")


def cancelled(day: date) -> Text:
    """What every face of a paper that was taken back says first."""
    return T("ANNULÉE le {day}. Ce papier ne vaut plus rien.", day=day)


@dataclass(frozen=True)
class Column:
    """One column of a table; `numeric` ones are aligned as numbers."""

    name: Text
    numeric: bool = False


@dataclass(frozen=True)
class Sheet:
    """What is written on a paper. Cells hold what needs no language: months, numbers, names."""

    title: Text
    lines: Sequence[Line]
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[str]] = ()
    total: int | None = None
    currency: str = "MAD"


def sheet(face: Face, facts: Facts) -> Sheet:
    """The sheet of an attestation from the facts that its fund returned. A kind that nobody here
    knows has a title, a name and its dates: nothing is guessed."""
    title, body = _KINDS.get(face.kind, (T("Attestation"), _nothing))
    told = body(facts)
    return Sheet(
        title=told.title or title,
        lines=[*_names(face, facts), *told.lines],
        columns=told.columns, rows=told.rows, total=face.total, currency=face.currency,
    )  # fmt: skip


def dates(face: Face) -> list[Line]:
    """When a paper was issued, until when it is valid, and by whom."""
    return [
        (T("Délivrée par"), FUNDS.get(face.fund, Ltr(face.fund.upper()))),
        (T("Délivrée le"), date.fromisoformat(face.issued_on)),
        (T("Valable jusqu'au"), date.fromisoformat(face.valid_until)),
    ]


def amount(minor: int) -> str:
    """Centimes as a column of numbers shows them: `4 500,00`."""
    whole, cents = divmod(abs(minor), 100)
    return f"{'-' if minor < 0 else ''}{whole:,}".replace(",", "\u00a0") + f",{cents:02}"


@dataclass(frozen=True)
class _Body:
    lines: Sequence[Line] = ()
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[str]] = ()
    title: Text | None = None


def _names(face: Face, facts: Facts) -> list[Line]:
    """Who it is about: a name, and what tells one of that name from another, if the fund says."""
    told: list[Line] = [(T("Nom et prénom"), face.name)]
    if face.name_ar:
        told.append((T("Nom en arabe"), face.name_ar))
    if facts.get("birth"):
        told.append((T("Date de naissance"), _day(facts["birth"])))
    if facts.get("cin"):
        told.append((T("Carte nationale d'identité"), Ltr(str(facts["cin"]))))
    if facts.get("number"):
        told.append((T("Numéro d'immatriculation"), Ltr(str(facts["number"]))))
    return told


def month(text: Any) -> str:
    """`2026-09` as people write it: 09/2026."""
    year, _, number = str(text).partition("-")
    return f"{number[:2]}/{year}" if number else str(text)


def _day(text: Any) -> Value:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return T("non communiqué")


def _period(facts: Facts) -> list[Line]:
    if not (facts.get("from") and facts.get("to")):
        return []
    period = T("{first} à {last}", first=Ltr(month(facts["from"])), last=Ltr(month(facts["to"])))
    return [(T("Période"), period)]


def _salaries(facts: Facts) -> _Body:
    rows = [
        (_month_of(row), _cell(row.get("employer")), _cell(row.get("days")), _paid(row))
        for row in facts.get("months") or ()
    ]
    columns = (
        Column(T("Mois")), Column(T("Employeur")), Column(T("Jours"), True),
        Column(T("Salaire déclaré"), True),
    )  # fmt: skip
    return _Body(_period(facts), columns, rows)


def _amo(facts: Facts) -> _Body:
    lines: list[Line] = [
        (T("Régime"), Ltr(_cell(facts.get("scheme")).upper())),
        (T("Droits ouverts depuis le"), _day(facts.get("from"))),
        (T("Droits ouverts jusqu'au"), _day(facts.get("to"))),
    ]
    rows = [
        (_cell(one.get("name")), _cell(one.get("name_ar")), _written(one.get("to")))
        for one in facts.get("dependants") or ()
    ]
    family = (Column(T("Membre de la famille")), Column(T("Nom en arabe")), Column(T("Jusqu'au")))
    return _Body(lines, family if rows else (), rows)


def _written(text: Any) -> str:
    try:
        return f"{date.fromisoformat(str(text)[:10]):%d/%m/%Y}"
    except ValueError:
        return "-"


def _registration(facts: Facts) -> _Body:
    if not facts.get("number"):
        return _no_registration(facts)
    return _Body([(T("Immatriculé depuis le"), _day(facts.get("registered_on")))])


def _no_registration(facts: Facts) -> _Body:
    none: Line = (T("Immatriculation"), T("aucune à la date de ce papier"))
    return _Body([none], title=_NO_REGISTRATION)


def _no_allowances(facts: Facts) -> _Body:
    none: Line = (T("Allocations familiales"), T("aucune à la date de ce papier"))
    return _Body([none], title=_NO_ALLOWANCES)


def _allowances(facts: Facts) -> _Body:
    if facts.get("receiving") is False:
        return _no_allowances(facts)
    lines: list[Line] = [*_period(facts)]
    if facts.get("children") is not None:
        lines.append((T("Enfants"), _count(facts["children"])))
    return _Body(lines, *_monthly(facts, T("Allocation versée")))


def _count(children: Any) -> str:
    return str(children if isinstance(children, int) else len(children))


def _pension(facts: Facts) -> _Body:
    return _Body(_period(facts), *_monthly(facts, T("Pension versée")))


def _monthly(facts: Facts, name: Text) -> tuple[Sequence[Column], Sequence[Sequence[str]]]:
    rows = [(_month_of(row), _paid(row)) for row in facts.get("months") or ()]
    return (Column(T("Mois")), Column(name, True)), rows


def _month_of(row: Facts) -> str:
    return month(_cell(row.get("month")))


def _cell(told: Any) -> str:
    """A cell that the fund left out, or left empty, is a dash; nought is nought."""
    return "-" if told is None or told == "" else str(told)


def _paid(row: Facts) -> str:
    """What a month came to; a fund that did not say is not guessed for."""
    return amount(row["amount"]) if isinstance(row.get("amount"), int) else "-"


def _nothing(facts: Facts) -> _Body:
    return _Body()


_NO_REGISTRATION = T("Attestation de non-immatriculation")
_NO_ALLOWANCES = T("Attestation de non-bénéfice des allocations familiales")
_KINDS: dict[str, tuple[Text, Callable[[Facts], _Body]]] = {
    "salaries": (T("Attestation de salaires déclarés"), _salaries),
    "amo": (T("Attestation de droits AMO"), _amo),
    "registration": (T("Attestation d'immatriculation"), _registration),
    "no_registration": (_NO_REGISTRATION, _no_registration),
    "family_allowances": (T("Attestation d'allocations familiales"), _allowances),
    "no_family_allowances": (_NO_ALLOWANCES, _no_allowances),
    "pension": (T("Attestation de pension"), _pension),
}
KIND_TITLES = {kind: title for kind, (title, _) in _KINDS.items()}
TOTALS = {
    "salaries": T("Total des salaires"),
    "family_allowances": T("Total des allocations"),
    "pension": T("Total de la pension"),
}


def total(face: Face) -> Line | None:
    """The sum printed on the paper, if it has one."""
    if face.total is None:
        return None
    return TOTALS.get(face.kind, T("Total")), Money(face.total, face.currency)
