"""My helpers: who may do what until when, and ending it at once, without a card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lite.numbers import mask_phone
from lite.services.form import SURE, Answers, Choice, Level, Option, Reply, Service, YesNo
from lite.services.helper import SCOPES
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.mandates import Mandate
    from lite.desk.service import Desk


def _about(mandate: Mandate) -> Text:
    return T("Aidant : {phone}", phone=Ltr(mask_phone(mandate.phone)))


def _choices(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(one.id, _about(one)) for one in desk.mandates.living()]


def _several(desk: Desk, answers: Answers) -> bool:
    return len(desk.mandates.living()) > 1


def _chosen(desk: Desk, answers: Answers) -> Mandate | None:
    found = desk.mandates.living()
    id = answers.get("helper", found[0].id if len(found) == 1 else "")
    return next((one for one in found if one.id == id), None)


def _any(desk: Desk, answers: Answers) -> bool:
    return _chosen(desk, answers) is not None


def _state(desk: Desk, answers: Answers) -> Sequence[Text]:
    one = _chosen(desk, answers)
    if one is None:
        return ()
    may = [SCOPES[scope] for scope in one.scope]
    return [_about(one), *may, T("Jusqu'au {day}", day=one.until)]


def _answer(desk: Desk, answers: Answers) -> Reply:
    one = _chosen(desk, answers)
    if one is None or not desk.mandates.end(one.id):
        return Reply([T("Vous n'avez pas d'aidant.")])
    return Reply([T("C'est fait : cet aidant ne peut plus rien voir ni demander.")], "noted")


SERVICE = Service(
    key="helper_end",
    level=Level.T1,
    ussd="5*18",
    title=T("Mes aidants, et leur retirer ce droit"),
    short=T("Arrêter un aidant"),
    words={"fr": ("FIN", "FIN AIDANT"), "ar": ("سحب", "سحب وكيل")},
    fields=(
        Choice(
            name="helper",
            moves=True,
            ask=T("Lequel ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_choices,
            when=_several,
        ),
        YesNo(name=SURE, ask=T("L'arrêter ?"), tell=_state, when=_any),
    ),
    answer=_answer,
    commits=True,
)
