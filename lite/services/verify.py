"""Is this attestation genuine, was this announced? Public. The amount is compared, never told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite import numbers
from lite.clock import hour
from lite.services import names
from lite.services.form import Answers, Level, Number, Reference, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import Announced, Paper
    from lite.desk.service import Desk

# No attestation totals more than ten million dirhams; a dossier's number is no total.
_LARGEST = 10**9

_AN_ATTESTATION = T("Demande d'attestation")
_STATES = {
    "queued": T("Pas encore transmis à la caisse."),
    "cancelled": T("Annulé depuis."),
}
_COMPARED = {
    "same": T("Le total est le même que sur notre copie."),
    "different": T("Attention : le total est DIFFÉRENT de notre copie. Ne vous y fiez pas."),
    "spent": T("Trop d'essais pour cette attestation. Réessayez demain."),
    "nothing": T("Cette attestation ne porte pas de total."),
}
_THEN = {
    "same": (T("Comparez aussi le nom et les dates."),),
    "different": (T("Relisez-le. S'il est bien différent, refusez ce papier."),),
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
        asked = desk.announced(reference)
        return _announced(asked) if asked else _unknown(reference)
    kind = names.PAPERS.get(paper.kind, names.OTHER_REQUEST)
    if paper.revoked:
        return [
            T("Attestation annulée : {kind}. Ne vous y fiez pas.", kind=kind),
            T("Annulée le {day}", day=paper.revoked),
            T("Demandez-en une autre."),
        ]
    late = paper.valid_until < desk.today
    return [
        T("Attestation vraie, mais expirée : {kind}", kind=kind)
        if late
        else T("Attestation vraie : {kind}", kind=kind),
        T("Au nom de {name}", name=paper.masked_name),
        T(
            "Délivrée le {issued}, valable jusqu'au {until}",
            issued=paper.issued_on, until=paper.valid_until,
        ),
        *_next(paper, late),
    ]  # fmt: skip


def _next(paper: Paper, late: bool) -> Sequence[Text]:
    """What to do with a paper that is genuine; to type its total says more than to compare."""
    if paper.replaced:
        return [T("Une plus récente existe, du {day} : demandez-la.", day=paper.replaced)]
    if late:
        return [T("Demandez-en une autre.")]
    return [] if paper.has_total else [T("Comparez-la au papier.")]


def _unknown(reference: str) -> Sequence[Text]:
    return [
        T("Référence {reference} inconnue.", reference=Ltr(reference)),
        T("Comparez-la au papier. Si c'est la même, ne vous fiez pas à ce papier."),
    ]


def _announced(asked: Announced) -> Sequence[Text]:
    """What the reference proves: what was announced to Lite, when, and how far it went."""
    when = T("Annoncé à Lite le {day} à {hour}", day=asked.asked_at, hour=Ltr(hour(asked.asked_at)))
    return [names.ANNOUNCED.get(asked.kind, _AN_ATTESTATION), when, _how_far(asked)]


def _how_far(asked: Announced) -> Text:
    if asked.carried:
        return _carried(asked)
    if asked.held_at:
        return T("Dépôt enregistré par la caisse le {day}", day=asked.held_at)
    return _STATES.get(asked.state, T("Transmis à la caisse."))


def _carried(asked: Announced) -> Text:
    """On a box: a deposit is what the centre recorded; until its word is back, the stick has it."""
    if asked.held_at:
        return T("Dépôt enregistré au centre le {day}", day=asked.held_at)
    if asked.state == "cancelled":
        return _STATES["cancelled"]
    return T("Gardé ici, part avec la clé USB.")


def _answer(desk: Desk, answers: Answers) -> Reply:
    if "total" not in answers:
        return Reply(_told(desk, answers))
    compared = desk.compare_total(answers["reference"], int(answers["total"]))
    return Reply([_COMPARED[compared], *_THEN.get(compared, ())])


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
