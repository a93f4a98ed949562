"""A new address, for the letters of the fund: the code of the card confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.services.form import Answers, Level, Reply, Service, Words
from lite.text import T

if TYPE_CHECKING:
    from lite.desk.service import Desk


def _answer(desk: Desk, answers: Answers) -> Reply:
    details = {name: answers[name] for name in ("street", "town")}
    receipt = [T("Lite : changement d'adresse reçu. Référence :")]
    reference = desk.ask("address", details, receipt)
    told = T("Demande reçue. L'adresse change quand la caisse l'accepte.")
    return Reply([told], "received", reference=reference)


SERVICE = Service(
    key="address",
    level=Level.T2,
    ussd="5*23",
    title=T("Changer d'adresse"),
    short=T("Changer d'adresse"),
    words={"fr": ("ADRESSE",), "ar": ("عنوان", "عنواني", "3onwan")},
    fields=(
        Words(
            name="street",
            ask=T("Numéro, rue, quartier ?"),
            help=T("Écrivez 60 caractères au plus."),
            most=60,
        ),
        Words(
            name="town",
            ask=T("Ville et code postal ?"),
            help=T("Écrivez 40 caractères au plus."),
            most=40,
        ),
    ),
    answer=_answer,
    commits=True,
)
