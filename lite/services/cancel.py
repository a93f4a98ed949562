"""A change that was asked for is called off, from any phone of the person: no card is needed.

It is not the word that stops messages: whoever is warned of a thief must not silence us.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.clock import hour
from lite.numbers import mask_phone
from lite.services.form import SURE, Answers, Choice, Level, Option, Reply, Service, YesNo
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk
    from lite.identity.changes import Change

_KINDS = {"phone": T("Nouveau numéro : {phone}"), "helper": T("Aidant : {phone}")}


def _about(change: Change) -> Text:
    return Text(_KINDS[change.kind].id, {"phone": Ltr(mask_phone(change.phone))})


def _choices(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(change.id, _about(change)) for change in desk.changes.all()]


def _several(desk: Desk, answers: Answers) -> bool:
    return len(desk.changes.all()) > 1


def _chosen(desk: Desk, answers: Answers) -> Change | None:
    found = desk.changes.all()
    id = answers.get("change", found[0].id if len(found) == 1 else "")
    return next((change for change in found if change.id == id), None)


def _any(desk: Desk, answers: Answers) -> bool:
    return _chosen(desk, answers) is not None


def _state(desk: Desk, answers: Answers) -> Sequence[Text]:
    change = _chosen(desk, answers)
    if change is None:
        return ()
    return [
        _about(change),
        T("Demandé le {day} à {hour}.", day=change.asked_at, hour=Ltr(hour(change.asked_at))),
        T("Ce sera fait le {day} à {hour}.", day=change.due_at, hour=Ltr(hour(change.due_at))),
    ]


def _answer(desk: Desk, answers: Answers) -> Reply:
    change = _chosen(desk, answers)
    if change is None or not desk.changes.cancel(change.id):
        return Reply([T("Aucun changement n'est en attente.")])
    return Reply(
        [
            T("C'est annulé, rien n'a changé."),
            T("Ce n'était pas vous ? Arrêtez votre carte : PERDU au {number}.",
              number=Ltr(desk.office.short_code)),
        ],
        "noted",
    )  # fmt: skip


SERVICE = Service(
    key="cancel_change",
    level=Level.T1,
    ussd="5*19",
    title=T("Annuler un changement demandé"),
    short=T("Annuler : changement"),
    words={"fr": ("ANNULER",), "ar": ("إلغاء", "الغاء")},
    fields=(
        Choice(
            name="change",
            moves=True,
            ask=T("Lequel ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_choices,
            when=_several,
        ),
        YesNo(name=SURE, ask=T("L'annuler ?"), tell=_state, when=_any),
    ),
    answer=_answer,
    commits=True,
)
