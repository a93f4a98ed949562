"""Order an attestation: a kind, a period where one is needed, a reference at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.clock import local
from lite.services import names
from lite.services.form import Answers, Choice, Level, Month, Option, Reply, Service, month
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import Request
    from lite.desk.service import Desk

_MONTHS = {"3": 3, "6": 6, "12": 12}


def _kinds(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(kind, name) for kind, name in names.ATTESTATIONS.items()]


def _periods(desk: Desk, answers: Answers) -> Sequence[Option]:
    last = [
        Option("3", T("Trois derniers mois")),
        Option("6", T("Six derniers mois")),
        Option("12", T("Douze derniers mois")),
    ]
    return [*last, Option("other", T("Autre période"))]


def _salaries(desk: Desk, answers: Answers) -> bool:
    return answers.get("kind") == "salaries"


def _other(desk: Desk, answers: Answers) -> bool:
    return _salaries(desk, answers) and answers.get("period") == "other"


def _not_future(desk: Desk, answers: Answers, value: str) -> Text | None:
    if value > _this_month(desk):
        return T("Ce mois n'est pas encore passé. Tapez un mois passé, par exemple 012026.")
    return None


def _in_order(desk: Desk, answers: Answers, value: str) -> Text | None:
    if value < answers["from"]:
        return T("Le dernier mois est avant le premier ({month}).", month=month(answers["from"]))
    return _not_future(desk, answers, value)


def _this_month(desk: Desk) -> str:
    return desk.today.strftime("%Y-%m")


def _back(value: str, months: int) -> str:
    """The month that lies so many months before another."""
    year, number = map(int, value.split("-"))
    count = year * 12 + number - 1 - months
    return f"{count // 12:04}-{count % 12 + 1:02}"


def _details(desk: Desk, answers: Answers) -> dict[str, str]:
    if not _salaries(desk, answers):
        return {}
    if answers["period"] == "other":
        return {"from": answers["from"], "to": answers["to"]}
    last = _back(_this_month(desk), 1)
    return {"from": _back(last, _MONTHS[answers["period"]] - 1), "to": last}


def _twin(desk: Desk, answers: Answers) -> Request | None:
    """The same one, asked for today already: twice is mostly a mistake."""
    details = _details(desk, answers)
    return next(
        (
            one
            for one in desk.requests()
            if (one.kind, one.details) == (answers["kind"], details)
            and one.state not in ("cancelled", "rejected")
            and local(one.asked_at).date() == desk.today
        ),
        None,
    )


def _read_back(desk: Desk, answers: Answers) -> Sequence[Text]:
    details = _details(desk, answers)
    lines = [T("Attestation : {kind}", kind=names.ATTESTATIONS[answers["kind"]])]
    if twin := _twin(desk, answers):
        reference = Ltr(twin.reference)
        lines = [T("Déjà demandée ce jour, {reference}. Une autre ?", reference=reference), *lines]
    if details:
        lines.append(
            T("De {first} à {last}", first=month(details["from"]), last=month(details["to"]))
        )
    return lines


def _answer(desk: Desk, answers: Answers) -> Reply:
    kind = answers["kind"]
    receipt = [T("Lite : demande d'attestation reçue. Référence :")]
    reference = desk.ask(kind, _details(desk, answers), receipt)
    lines = [T("Demande reçue : {kind}", kind=names.ATTESTATIONS[kind])]
    lines.append(
        T("Un SMS vous dira quand elle est prête.")
        if desk.reachable
        else T("Votre téléphone refuse nos SMS : suivez-la dans « Mes demandes ».")
    )
    return Reply(lines, "asked", reference=reference, then="paper")


SERVICE = Service(
    key="attestation",
    level=Level.T1,
    scope="attestation",
    ussd="2",
    title=T("Demander une attestation"),
    short=T("Attestation"),
    words={
        "fr": ("ATTEST", "ATTESTATION"),
        "ar": ("شهادة", "شهادات", "chahada", "chhada"),
    },
    fields=(
        Choice(
            name="kind",
            ask=T("Quelle attestation ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_kinds,
        ),
        Choice(
            name="period",
            ask=T("Quelle période ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_periods,
            when=_salaries,
        ),
        Month(
            name="from",
            ask=T("Premier mois ? Exemple : 012026"),
            when=_other,
            valid=_not_future,
        ),
        Month(name="to", ask=T("Dernier mois ? Exemple : 062026"), when=_other, valid=_in_order),
    ),
    confirm=_read_back,
    answer=_answer,
    commits=True,
)
