"""What is told of a change that waits: to every number of the person, and to the new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from lite.clock import hour
from lite.numbers import mask_phone
from lite.text import Ltr, T, Text

Kind = Literal["phone", "helper"]
Reason = Literal["asked", "unsettled", "unnoticed"]

_OFF: dict[Reason, Text] = {
    "asked": T("C'est annulé, rien n'a changé."),
    "unsettled": T("Annulé : un numéro ou une carte SIM a changé depuis. Demandez-le à l'agence."),
    "unnoticed": T("Annulé : aucun de vos numéros n'a pu être prévenu. Demandez-le à l'agence."),
}


def asked(kind: Kind, phone: str, due: datetime, short_code: str) -> list[Text]:
    """A change is to come: when, and how to call it off."""
    masked = Ltr(mask_phone(phone))
    return [
        T("Lite : nouveau numéro demandé, {phone}.", phone=masked)
        if kind == "phone"
        else T("Lite : aidant demandé, {phone}.", phone=masked),
        T("Ce sera fait le {day} à {hour}.", day=due, hour=Ltr(hour(due))),
        T("Pas vous ? Envoyez ANNULER au {number}.", number=Ltr(short_code)),
    ]


def newcomer(kind: Kind, due: datetime) -> list[Text]:
    """The same, for the number that it is about: it may be anybody's."""
    if kind == "phone":
        return [
            T("Lite : ce numéro doit suivre un dossier CNSS ou CNOPS."),
            T("Le {day}, un code viendra ici. Pas vous ? Ne faites rien.", day=due),
        ]
    return [
        T("Lite : un assuré CNSS ou CNOPS vous choisit comme aidant dès le {day}.", day=due),
        T("Une erreur ? Ne faites rien."),
    ]


def off(kind: Kind, reason: Reason) -> list[Text]:
    """Nothing will change, and why."""
    about = {"phone": T("Lite : changement de numéro."), "helper": T("Lite : choix d'un aidant.")}
    return [about[kind], _OFF[reason]]


def code(digits: str, service_code: str) -> list[Text]:
    """The activation code of a new number."""
    return [
        T("{code} : code d'activation Lite.", code=Ltr(f"{digits[:4]} {digits[4:]}")),
        T("Composez {code}, puis 8, et tapez-le. Valable 24 heures.", code=Ltr(service_code)),
    ]


def named(phone: str, until: datetime, short_code: str) -> Sequence[Text]:
    """A helper has their mandate: for the person."""
    return [
        T("Lite : {phone} est votre aidant jusqu'au {day}.",
          phone=Ltr(mask_phone(phone)), day=until),
        T("Pour l'arrêter : FIN au {number}.", number=Ltr(short_code)),
    ]  # fmt: skip


def mandated(until: datetime, service_code: str) -> Sequence[Text]:
    """The same, for the helper."""
    return [
        T("Lite : vous êtes aidant jusqu'au {day}. Composez {code}",
          day=until, code=Ltr(service_code)),
        T("La personne est prévenue de ce que vous faites."),
    ]  # fmt: skip
