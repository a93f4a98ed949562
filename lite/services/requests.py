"""What I have asked for: where it stands, and taking it back while it can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lite.clock import day, hour
from lite.services import names
from lite.services.form import NO, YES, Answers, Choice, Level, Option, Reply, Service, YesNo
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import Request
    from lite.desk.service import Desk


def _choices(desk: Desk, answers: Answers) -> Sequence[Option]:
    found = desk.requests()
    days = Counter(_when(one)[:2] for one in found)
    hours = Counter(map(_when, found))
    return [Option(one.reference, _label(one, days, hours)) for one in found]


def _label(one: Request, days: Mapping[Any, int], hours: Mapping[Any, int]) -> Text:
    """What tells a request from the others: its day, its hour where several are of that day, its
    reference where even the hour is the same."""
    kind, when = names.request(one.kind), _when(one)
    if days[when[:2]] == 1:
        return T("{kind} {day}", kind=kind, day=one.asked_at)
    if hours[when] > 1:
        return T("{kind} {reference}", kind=kind, reference=Ltr(one.reference))
    return T("{kind} {day} {hour}", kind=kind, day=one.asked_at, hour=Ltr(hour(one.asked_at)))


def _when(one: Request) -> tuple[str, str, str]:
    return one.kind, day(one.asked_at), hour(one.asked_at)


def _several(desk: Desk, answers: Answers) -> bool:
    return len(desk.requests()) > 1


def _chosen(desk: Desk, answers: Answers) -> Request | None:
    found = desk.requests()
    reference = answers.get("request", found[0].reference if len(found) == 1 else "")
    return next((one for one in found if one.reference == reference), None)


def _open(desk: Desk, answers: Answers) -> bool:
    one = _chosen(desk, answers)
    return one is not None and desk.can_cancel(one)


def _state(desk: Desk, answers: Answers) -> Sequence[Text]:
    one = _chosen(desk, answers)
    if one is None:
        return [T("Vous n'avez aucune demande en cours.")]
    lines = [
        T("{kind} {reference}", kind=names.request(one.kind), reference=Ltr(one.reference)),
        T(
            "Demande {state}, le {day}",
            state=_how_far(one),
            day=one.changed_at,
        ),
    ]
    if one.state == "rejected":
        lines.append(names.REFUSALS.get(one.reason, names.OTHER_REFUSAL))
    if one.state == "ready":
        lines.append(T("La référence prouve qu'elle est vraie : donnez-la à qui la demande."))
    return lines


def _ready(one: Request | None) -> bool:
    """Whether it is an attestation that can be had."""
    return one is not None and one.state == "ready" and one.kind in names.ATTESTATIONS


def _how_far(one: Request) -> Text:
    known = {**names.STATES, **names.CARRIED} if one.carried else names.STATES
    return known.get(one.state, names.UNKNOWN_STATUS)


def _answer(desk: Desk, answers: Answers) -> Reply:
    one = _chosen(desk, answers)
    wish = answers.get("cancel")
    if one is None or wish is None:
        return Reply(_state(desk, answers), "known", then="paper" if _ready(one) else "")
    if wish == NO:
        return Reply([T("Bien. Votre demande suit son cours.")], "kept", reference=one.reference)
    done = desk.cancel(one.reference) if wish == YES else None
    return Reply([names.cancelled(done)], "received", reference=one.reference)


SERVICE = Service(
    key="requests",
    level=Level.T1,
    ussd="5*1",
    title=T("Mes demandes"),
    short=T("Mes demandes"),
    words={
        "fr": ("DEMANDE", "DEMANDES", "SUIVI"),
        "ar": ("طلب", "طلبي", "طلبات", "طلباتي", "talab"),
    },
    fields=(
        Choice(
            name="request",
            moves=True,
            ask=T("Quelle demande ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_choices,
            when=_several,
        ),
        YesNo(name="cancel", ask=T("L'annuler ?"), when=_open, tell=_state, optional=True),
    ),
    answer=_answer,
    commits=True,
)
