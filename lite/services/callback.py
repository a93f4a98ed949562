"""Ask to be called back: a reason, a time of day, a reference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from lite.services import names, reach
from lite.services.form import Answers, Choice, Level, Option, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import Request
    from lite.desk.service import Desk

_ONE_A = timedelta(days=1)
_KEEP, _CANCEL = "keep", "cancel"
REASONS = {
    "dossier": T("Mon dossier"),
    "attestation": T("Une attestation"),
    "rights": T("Mes droits AMO"),
    "other": T("Autre chose"),
}
TIMES = {
    "morning": T("Matin (9h-12h)"),
    "afternoon": T("Après-midi (14h-17h)"),
    "any": T("N'importe quand"),
}


def _reasons(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(value, label) for value, label in REASONS.items()]


def _times(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(value, label) for value, label in TIMES.items()]


def _wishes(desk: Desk, answers: Answers) -> Sequence[Option]:
    # What is dialled again by habit, 1 after 1, must not take it back.
    return [Option(_KEEP, T("La garder")), Option(_CANCEL, T("L'annuler"))]


def _made(desk: Desk, answers: Answers) -> bool:
    return _waiting(desk) is not None


def _new(desk: Desk, answers: Answers) -> bool:
    return "wish" not in answers and not _made(desk, answers)


def _already(desk: Desk, answers: Answers) -> Sequence[Text]:
    waiting = _waiting(desk)
    if waiting is None:
        return ()
    reference = Ltr(waiting.reference)
    return [
        T("Vous avez déjà demandé un rappel. Un agent va vous appeler."),
        T("Référence {reference}", reference=reference),
    ]


def _read_back(desk: Desk, answers: Answers) -> Sequence[Text]:
    return [
        T("Vous rappeler au {phone} ?", phone=reach.number(desk, answers)),
        T("{reason}, {time}", reason=REASONS[answers["reason"]], time=TIMES[answers["time"]]),
    ]


def _answer(desk: Desk, answers: Answers) -> Reply:
    if waiting := _waiting(desk):
        return _wished(desk, waiting, answers.get("wish", _KEEP))
    details = {name: answers[name] for name in ("reason", "time", "phone") if name in answers}
    receipt = [T("Lite : demande de rappel reçue. Référence :")]
    reference = desk.ask("callback", details, receipt)
    told = T("Demande reçue. Un agent vous appellera. Il ne demande jamais votre RIB.")
    return Reply([told], "received", reference=reference)


def _wished(desk: Desk, waiting: Request, wish: str) -> Reply:
    """What becomes of a call-back that was asked for already."""
    if wish == _KEEP:
        told = T("Vous avez déjà demandé un rappel. Un agent va vous appeler.")
        return Reply([told], "received", reference=waiting.reference)
    done = desk.cancel(waiting.reference)
    return Reply([names.cancelled(done)], "received", reference=waiting.reference)


def _waiting(desk: Desk) -> Request | None:
    """The call-back of the last day that was neither cancelled nor refused: one is enough."""
    return next(
        (
            one
            for one in desk.requests()
            if one.kind == "callback"
            and one.state not in ("cancelled", "rejected")
            and desk.now - one.asked_at < _ONE_A
        ),
        None,
    )


SERVICE = Service(
    key="callback",
    level=Level.T0,
    ussd="5*2",
    title=T("Être rappelé par un agent"),
    short=T("Être rappelé"),
    words={
        "fr": ("RAPPEL", "RAPPELER"),
        "ar": ("اتصال", "اتصلوا", "ittissal"),
    },
    fields=(
        Choice(
            name="wish",
            ask=T("Votre demande de rappel ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_wishes,
            when=_made,
            tell=_already,
            optional=True,
        ),
        reach.PHONE,
        Choice(
            name="reason",
            ask=T("À quel sujet ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_reasons,
            when=_new,
        ),
        Choice(
            name="time",
            ask=T("À quel moment ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_times,
            when=_new,
        ),
    ),
    confirm=_read_back,
    unsure=_new,
    answer=_answer,
    commits=True,
)
