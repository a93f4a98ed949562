"""Is this attestation genuine? Public. The amount is compared, never told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite import numbers
from lite.services import names
from lite.services.form import Answers, Level, Number, Reference, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

# No attestation totals more than ten million dirhams; a dossier's number is no total.
_LARGEST = 10**9

_COMPARED = {
    "same": T("Le total est le même que sur notre copie."),
    "different": T("Attention : le total est DIFFÉRENT de notre copie. Ne vous y fiez pas."),
    "spent": T("Trop d'essais pour cette attestation. Réessayez demain."),
    "nothing": T("Cette attestation ne porte pas de total."),
}


def _total(typed: str) -> str | None:
    minor = numbers.amount(typed)
    return None if minor is None or minor > _LARGEST else str(minor)


def _has_total(desk: Desk, answers: Answers) -> bool:
    paper = desk.paper(answers["reference"]) if "reference" in answers else None
    return paper is not None and paper.has_total and not paper.revoked


def _told(desk: Desk, answers: Answers) -> Sequence[Text]:
    reference = answers["reference"]
    paper = desk.paper(reference)
    if paper is None:
        return [
            T("Référence {reference} inconnue.", reference=Ltr(reference)),
            T("Comparez-la au papier. Si c'est la même, ne vous fiez pas à ce papier."),
        ]
    kind = names.ATTESTATIONS.get(paper.kind, names.OTHER_REQUEST)
    if paper.revoked:
        return [T("Attestation annulée : {kind}. Ne vous y fiez pas.", kind=kind)]
    late = paper.valid_until < desk.today
    newer = [T("Une plus récente existe, du {day} : demandez-la.", day=paper.replaced or "")]
    return [
        T("Attestation vraie, mais expirée : {kind}", kind=kind)
        if late
        else T("Attestation vraie : {kind}", kind=kind),
        T("Au nom de {name}", name=paper.masked_name),
        T(
            "Délivrée le {issued}, valable jusqu'au {until}",
            issued=paper.issued_on, until=paper.valid_until,
        ),
        *(newer if paper.replaced else ()),
    ]  # fmt: skip


def _answer(desk: Desk, answers: Answers) -> Reply:
    if "total" not in answers:
        return Reply(_told(desk, answers))
    compared = desk.compare_total(answers["reference"], int(answers["total"]))
    return Reply([_COMPARED[compared]])


SERVICE = Service(
    key="verify",
    level=Level.T0,
    ussd="5*4",
    title=T("Vérifier une attestation"),
    short=T("Vérifier un papier"),
    words={"fr": ("VERIF", "VERIFIER"), "ar": ("تحقق", "التحقق", "ta7a9o9")},
    fields=(
        Reference(name="reference", ask=T("Référence écrite sur l'attestation ?")),
        Number(
            name="total",
            ask=T("Total écrit sur le papier ?"),
            help=T("Tapez le total en dirhams, par exemple 27500."),
            parse=_total,
            when=_has_total,
            tell=_told,
            optional=True,
        ),
    ),
    answer=_answer,
)
