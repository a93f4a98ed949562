"""My phone number changes: asked with a code of the card, done 72 hours later, told everywhere.

The number is typed twice, for it is shown masked: others may read this screen. Nothing changes
until the new phone itself has given the code that it is sent on its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lite.clock import hour
from lite.numbers import mask_phone, typed_phone
from lite.services.form import Answers, Choice, Invalid, Level, Number, Option, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk
    from lite.identity.changes import Answer

# A fixed line takes no SMS.
_FIXED = ("+2125", "+2128")
_MOBILE = T("Tapez un numéro de mobile, par exemple 0612345678.")
_LABELS = {"keep": T("Je le garde aussi"), "stop": T("Il s'arrête")}


def mobile(typed: str) -> str | None:
    """A number that takes SMS, as a person types it; None for any other."""
    phone = typed_phone(typed)
    return None if phone is None or phone.startswith(_FIXED) else phone


@dataclass(frozen=True, kw_only=True)
class Other(Number):
    """A mobile number that is not the caller's own."""

    help: Text = _MOBILE

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        phone = super().read(typed, desk, answers)
        if phone == desk.phone:
            raise Invalid(T("C'est le numéro de ce téléphone. Tapez l'autre."))
        return phone


@dataclass(frozen=True, kw_only=True)
class Again(Number):
    """The number once more, as it was typed in the field `first`."""

    first: str = "number"
    help: Text = _MOBILE

    def read(self, typed: str, desk: Desk, answers: Answers) -> str:
        phone = super().read(typed, desk, answers)
        if phone != answers[self.first]:
            raise Invalid(T("Ce n'est pas le premier numéro. Retapez-le, ou recommencez."))
        return phone


def _fates(desk: Desk, answers: Answers) -> Sequence[Option]:
    return [Option(value, label) for value, label in _LABELS.items()]


def bars(answer: Answer, waiting: Text) -> Sequence[Text]:
    """Why a change cannot be asked for now; `waiting` says that one of its kind does."""
    day, at = answer.at, Ltr(hour(answer.at))
    match answer.state:
        case "asked":
            return ()
        case "waiting":
            return [waiting, T("Pour l'annuler, envoyez ou choisissez ANNULER.")]
        case "unsettled":
            return [
                T("Un numéro ou une carte SIM a changé il y a peu."),
                T("Par sécurité, attendez le {day} à {hour}.", day=day, hour=at),
            ]
        case "unreachable":
            return [T("Votre téléphone refuse nos SMS. Faites ce changement à l'agence.")]


def _bars(desk: Desk) -> Sequence[Text]:
    answer = desk.changes.may("phone")
    waiting = T("Un nouveau numéro est déjà prévu le {day} à {hour}.",
                day=answer.at, hour=Ltr(hour(answer.at)))  # fmt: skip
    return bars(answer, waiting)


def _read_back(desk: Desk, answers: Answers) -> Sequence[Text]:
    return [
        T("Nouveau numéro : {phone}", phone=Ltr(mask_phone(answers["number"]))),
        T("Ce sera fait dans 72 heures. Tous vos numéros sont prévenus."),
    ]


def _answer(desk: Desk, answers: Answers) -> Reply:
    answer = desk.changes.number(answers["number"], answers["old"] == "stop")
    phone = Ltr(mask_phone(answers["number"]))
    return Reply(
        [
            T("C'est noté. Le {day} à {hour}, un code ira au {phone} : il l'activera.",
              day=answer.at, hour=Ltr(hour(answer.at)), phone=phone),
            T("Pour annuler avant : ANNULER au {number}.", number=Ltr(desk.office.short_code)),
        ],
        "noted",
    )  # fmt: skip


SERVICE = Service(
    key="phone",
    level=Level.T3,
    ussd="5*16",
    title=T("Changer ou ajouter un numéro de téléphone"),
    short=T("Mon numéro"),
    words={"fr": ("NUMERO", "MON NUMERO"), "ar": ("رقمي", "ra9mi")},
    fields=(
        Other(name="number", ask=T("Nouveau numéro de téléphone ?"), parse=mobile),
        Again(name="again", ask=T("Tapez-le encore une fois"), parse=mobile),
        Choice(
            name="old",
            ask=T("Et votre numéro actuel ?"),
            help=T("Choisissez un chiffre de la liste."),
            choices=_fates,
        ),
    ),
    confirm=_read_back,
    bars=_bars,
    answer=_answer,
    commits=True,
)
