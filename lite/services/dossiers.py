"""My dossiers: where each stands, since when, why it was rejected and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lite.services import freshness, names
from lite.services.form import Answers, CardCode, Choice, Level, Option, Reply, Service
from lite.text import Ltr, Money, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import Dossier, Known
    from lite.desk.service import Desk


def _choices(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [
        Option(
            one.number,
            T("{kind} {number}", kind=names.dossier(one.kind), number=Ltr(one.number)),
        )
        for one in desk.dossiers().value
    ]


def _several(desk: Desk, answers: Answers) -> bool:
    return len(desk.dossiers().value) > 1


def _told(lines: Sequence[Text], known: Known[Any]) -> Reply:
    return Reply(lines, "known", known.as_of, about="dossiers")


def _answer(desk: Desk, answers: Answers) -> Reply:
    known = desk.dossiers()
    if not known.value:
        return _told([T("Aucun dossier connu à votre nom.")], known)
    chosen = _chosen(desk, answers)
    if chosen is None:
        return _told([T("Ce dossier n'est plus dans votre liste.")], known)
    lines = [*_lines(chosen), *(_amounts(chosen) if desk.level >= Level.T2 else ())]
    return _told(lines, known)


def _chosen(desk: Desk, answers: Answers) -> Dossier | None:
    found = desk.dossiers().value
    number = answers.get("dossier", found[0].number if len(found) == 1 else "")
    return next((one for one in found if one.number == number), None)


def _hides_amounts(desk: Desk, answers: Answers) -> bool:
    """Amounts are for the person's own eyes: never by SMS, and after a code of their card."""
    if desk.door == "sms" or desk.level >= Level.T2 or desk.card is None:
        return False
    one = _chosen(desk, answers)
    return one is not None and any(_amounts(one))


def _status(desk: Desk, answers: Answers) -> Sequence[Text]:
    one, as_of = _chosen(desk, answers), desk.dossiers().as_of
    lines = list(_lines(one)) if one else []
    return [*lines, *freshness.since(as_of, desk.now, "dossiers")]


def _lines(one: Dossier) -> Iterator[Text]:
    yield T("{kind} {number}", kind=names.dossier(one.kind), number=Ltr(one.number))
    status = names.STATUSES.get(one.status, names.UNKNOWN_STATUS)
    if one.since:
        yield T("Statut : {status}, depuis le {day}", status=status, day=one.since)
    else:
        yield T("Statut : {status}", status=status)
    told = [names.REASONS[code] for code in one.reasons if code in names.REASONS]
    if one.status in ("rejected", "partly_approved", "appealed") and told:
        for why, remedy in told:
            yield T("Motif : {why}", why=why)
            yield T("À faire : {remedy}", remedy=remedy)
        return
    if one.label:
        yield T("Motif : {why}", why=one.label)
    if one.status == "info_requested" and one.missing:
        yield from (_missing(code) for code in one.missing)
    advice = names.ADVICE.get(one.status)
    if advice:
        yield advice


def _missing(code: str) -> Text:
    return T("Il manque : {document}", document=names.MISSING.get(code, code))


def _amounts(one: Dossier) -> Iterator[Text]:
    """What only the person may read."""
    if one.paid is not None:
        yield T("Payé : {amount}", amount=Money(one.paid, one.currency))
    elif one.approved is not None:
        yield T("Accepté : {amount}", amount=Money(one.approved, one.currency))
    elif one.claimed is not None:
        yield T("Demandé : {amount}", amount=Money(one.claimed, one.currency))


SERVICE = Service(
    key="dossiers",
    level=Level.T1,
    scope="dossiers",
    ussd="1",
    title=T("Mes dossiers"),
    short=T("Mes dossiers"),
    words={
        "fr": ("DOSSIER", "DOSSIERS"),
        "ar": ("ملف", "ملفي", "ملفات", "ملفاتي", "milaf", "milafi"),
    },
    fields=(
        Choice(
            name="dossier",
            moves=True,
            ask=T("Quel dossier ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_choices,
            when=_several,
        ),
        CardCode(
            ask=T("Montant ? Tapez le code {number} de votre carte"),
            when=_hides_amounts,
            tell=_status,
            optional=True,
        ),
    ),
    answer=_answer,
)
