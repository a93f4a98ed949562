"""The paper itself: sent to the address that the fund knows, or collected with a code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.services import address, names
from lite.services.form import Answers, Choice, Level, Option, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import Request
    from lite.desk.service import Desk


def _papers(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [
        Option(one.reference, T("{kind} {day}", kind=names.request(one.kind), day=one.changed_at))
        for one in desk.handing.ready
    ]


def _several(desk: Desk, answers: Answers) -> bool:
    return len(desk.handing.ready) > 1


def _any(desk: Desk, answers: Answers) -> bool:
    return bool(desk.handing.ready)


def _ways(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [
        Option("post", T("Par la poste")),
        Option("pickup", T("À l'agence, avec un code")),
    ]


def _chosen(desk: Desk, answers: Answers) -> Request | None:
    found = desk.handing.ready
    wanted = answers.get("paper", found[0].reference if found else "")
    return next((one for one in found if one.reference == wanted), None)


def _posting(desk: Desk, answers: Answers) -> bool:
    return answers.get("way") == "post" and _waits(desk, answers) is None


def _waits(desk: Desk, answers: Answers) -> Request | None:
    one = _chosen(desk, answers)
    return desk.handing.posted(one.reference) if one else None


def _read_back(desk: Desk, answers: Answers) -> Sequence[Text]:
    dial = f"{desk.office.service_code.rstrip('#')}*{address.SERVICE.ussd}#"
    return [T("L'attestation part à l'adresse que la caisse connaît."),
            T("Elle a changé ? Changez-la d'abord : {code}", code=Ltr(dial))]  # fmt: skip


def _answer(desk: Desk, answers: Answers) -> Reply:
    one = _chosen(desk, answers)
    if one is None:
        return Reply([T("Aucune attestation prête. Demandez-la : tapez 2 au menu.")], "known")
    return _coded(desk, one) if answers["way"] == "pickup" else _posted(desk, one)


def _posted(desk: Desk, one: Request) -> Reply:
    if waits := desk.handing.posted(one.reference):
        line = T("Déjà demandé le {day} : la caisse l'envoie.", day=waits.asked_at)
        return Reply([line], "known", reference=waits.reference)
    receipt = [T("Lite : demande d'envoi par la poste reçue. Référence :")]
    reference = desk.ask("post", {"paper": one.reference}, receipt)
    line = T("Demande reçue : la caisse enverra l'attestation par la poste.")
    return Reply([line], "received", reference=reference)


def _coded(desk: Desk, one: Request) -> Reply:
    code, last = desk.handing.code(one.reference)
    return Reply([
        T("Code de retrait : {code}", code=Ltr(code)),
        T("Attestation {reference}", reference=Ltr(one.reference)),
        T("Donnez les deux au guichet, avec votre pièce d'identité, avant le {day}.", day=last),
        T("Il sert une fois."),
    ], "noted")  # fmt: skip


SERVICE = Service(
    key="delivery",
    level=Level.T1,
    ussd="5*27",
    title=T("Recevoir mon attestation sur papier"),
    short=T("Papier à recevoir"),
    words={"fr": ("RETRAIT", "POSTE"), "ar": ("استلام", "بريد", "istilam")},
    fields=(
        Choice(
            name="paper",
            moves=True,
            ask=T("Quelle attestation ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_papers,
            when=_several,
        ),
        Choice(
            name="way",
            ask=T("Comment la recevoir ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_ways,
            when=_any,
        ),
    ),
    confirm=_read_back,
    unsure=_posting,
    answer=_answer,
    commits=True,
)
