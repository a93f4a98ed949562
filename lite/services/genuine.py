"""Is it really you? Every SMS of ours and every call of an agent carries six digits to check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lite.numbers import typed_phone
from lite.services import fraud
from lite.services.form import Answers, Level, Number, Reply, Service
from lite.text import Ltr, T, Text

if TYPE_CHECKING:
    from lite.desk.facts import Contact
    from lite.desk.service import Desk

# What a contact was about: the class of an SMS, or what an agent said to call for.
SMS = {
    "answer": T("réponse à votre message"),
    "code": T("votre code d'accès"),
    "receipt": T("suivi de votre demande"),
    "notice": T("information"),
    "news": T("nouvelle de votre dossier"),
}
CALLS = {
    "dossier": T("votre dossier"),
    "attestation": T("votre attestation"),
    "rights": T("vos droits AMO"),
    "callback": T("le rappel demandé"),
    "card": T("votre carte de codes"),
}
_OTHER = T("information")
_LONGEST = 40


def _six(typed: str) -> str | None:
    """The six digits of a reference, whatever words or spaces stand around them."""
    digits = "".join(sign for sign in typed if sign in "0123456789")
    return digits if len(digits) == 6 and len(typed) <= _LONGEST else None


def _no_phone(desk: Desk, answers: Answers) -> bool:
    return desk.phone is None


def _answer(desk: Desk, answers: Answers) -> Reply:
    found = desk.contact(answers["reference"], answers.get("phone", ""))
    never = T("Nous ne demandons jamais votre RIB.")
    if found.state == "spent":
        return Reply([T("Trop d'essais. Dans le doute, raccrochez et réessayez demain.")])
    if found.state == "unknown":
        dial = f"{desk.office.service_code.rstrip('#')}*{fraud.SERVICE.ussd}#"
        return Reply(
            [
                T("Ce n'est pas nous. Raccrochez, ne répondez pas."),
                T("Pour le signaler : {code}", code=Ltr(dial)),
            ]
        )
    if found.state == "old":
        return Reply([T("Référence trop vieille : elle sert 24 heures. Ne vous y fiez pas.")])
    told = T("C'est bien nous.") if "phone" in answers else _about(found)
    return Reply([told, never])


def _about(found: Contact) -> Text:
    if found.agent:
        about = CALLS.get(found.about, _OTHER)
        return T(
            "C'est bien nous : appel de {agent}, le {day} : {about}.",
            agent=found.agent, day=found.at or "", about=about,
        )  # fmt: skip
    about = SMS.get(found.about, _OTHER)
    return T("C'est bien nous : SMS du {day}, {about}.", day=found.at or "", about=about)


SERVICE = Service(
    key="genuine",
    level=Level.T0,
    ussd="5*11",
    title=T("Est-ce bien nous ?"),
    short=T("Est-ce bien nous ?"),
    words={"fr": ("VRAI", "CONTACT"), "ar": ("صحيح", "تأكد", "sahih")},
    fields=(
        Number(
            name="reference",
            ask=T("Les 6 chiffres après « SMS » en bas du message, ou dits par l'agent ?"),
            help=T("Cette référence a 6 chiffres. Sans elle, ne vous y fiez pas."),
            parse=_six,
        ),
        Number(
            name="phone",
            ask=T("Quel numéro a reçu le SMS ou l'appel ?"),
            help=T("Tapez votre numéro, par exemple 0612345678."),
            parse=typed_phone,
            when=_no_phone,
        ),
    ),
    answer=_answer,
)
