"""What things are called: kinds, states, reasons, and what to do about each.

Codes are the port's; an unmapped code is called unknown, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lite.text import T, Text

if TYPE_CHECKING:
    from lite.desk.facts import Cancelled

# Short enough for a line of a small screen, beside a number.
DOSSIERS = {
    "reimbursement": T("Soins"),
    "prise_en_charge": T("Prise en charge"),
    "entente_prealable": T("Accord préalable"),
    "ald": T("Maladie longue"),
    "family_allowance": T("Alloc. familiales"),
    "pension": T("Pension"),
    "ipe": T("Perte d'emploi"),
    "ij_maladie": T("Arrêt maladie"),
    "ij_maternite": T("Maternité"),
    "deces": T("Décès"),
}
OTHER_DOSSIER = T("Dossier")

STATUSES = {
    "received": T("reçu"),
    "in_review": T("en cours d'étude"),
    "info_requested": T("documents demandés"),
    "medical_review": T("au contrôle médical"),
    "approved": T("accepté"),
    "partly_approved": T("accepté en partie"),
    "rejected": T("rejeté"),
    "appealed": T("réclamation en cours"),
    "paid": T("payé"),
    "returned_by_bank": T("refusé par la banque"),
    "closed": T("fermé"),
}
UNKNOWN_STATUS = T("non communiqué par la caisse")

# What the person can do at each status; nothing where waiting is all there is.
ADVICE = {
    "info_requested": T("À faire : portez les documents demandés à l'agence ou au point relais."),
    "returned_by_bank": T("À faire : voyez votre banque, puis l'agence."),
    "rejected": T("À faire : demandez le détail à l'agence, ou faites une réclamation."),
    "unknown": T("À faire : demandez à être rappelé."),
}

# Reason code -> (why, what to do). Codes of the domain's table of rejections.
REASONS = {
    "HD60": (
        T("déposé plus de 60 jours après les soins"),
        T("montrez le reçu daté ou la preuve de soins continus, sinon réclamation."),
    ),
    "OUV": (
        T("droits non ouverts à la date des soins"),
        T("vérifiez vos jours déclarés avec l'employeur, puis déposez de nouveau."),
    ),
    "ORIG": (
        T("originaux manquants"),
        T("apportez les originaux : ordonnance, factures, résultats."),
    ),
    "CB": (
        T("codes-barres ou prix des médicaments manquants"),
        T("collez-les sur l'ordonnance, ou demandez-les au pharmacien."),
    ),
    "NOM": (
        T("nom du patient absent, ou deux personnes sur une feuille"),
        T("faites écrire le nom par le médecin ; une feuille par personne."),
    ),
    "INPE": (
        T("cachet, signature, date ou numéro du médecin manquant"),
        T("retournez voir le médecin pour compléter la feuille."),
    ),
    "ICE": (
        T("facture non conforme"),
        T("demandez une facture originale, datée, à votre nom, avec IF et ICE."),
    ),
    "RADIO": (
        T("radio dentaire avant ou après manquante"),
        T("demandez les deux radios au dentiste."),
    ),
    "EP": (
        T("accord préalable non demandé"),
        T("voyez avec la caisse ; la prochaine fois, demandez l'accord avant."),
    ),
    "IPE-INC": (
        T("dossier incomplet"),
        T("complétez-le sous 60 jours."),
    ),
    "IPE-780": (
        T("moins de 780 jours déclarés en 36 mois"),
        T("vérifiez vos jours ; faites déclarer ceux qui manquent."),
    ),
    "IPE-260": (
        T("moins de 260 jours déclarés en 12 mois"),
        T("vérifiez vos jours ; faites déclarer ceux qui manquent."),
    ),
    "IPE-OTHER": (
        T("hors délai, ou départ volontaire"),
        T("apportez la preuve de la date ou du départ forcé, sinon réclamation."),
    ),
    "AF-CERT": (
        T("certificat de vie, d'école ou d'apprentissage manquant"),
        T("apportez-le, avec votre numéro CNSS écrit dessus."),
    ),
}

ATTESTATIONS = {
    "salaries": T("Salaires déclarés"),
    "amo": T("Droits AMO"),
    "registration": T("Immatriculation"),
    "family_allowances": T("Alloc. familiales"),
    "pension": T("Pension"),
}
# What a paper may say instead of what was asked: that there is nothing. It is told as such.
PAPERS = {
    **ATTESTATIONS,
    "no_registration": T("Non-immatriculation"),
    "no_family_allowances": T("Sans alloc. familiales"),
}
REQUESTS = {
    **ATTESTATIONS,
    "callback": T("Rappel"),
    "complaint": T("Réclamation"),
    "life": T("Certificat de vie"),
    "address": T("Adresse"),
    "post": T("Envoi par la poste"),
}
OTHER_REQUEST = T("Demande")

# What may be told of a request to whoever holds its reference.
ANNOUNCED = {
    "callback": T("Demande de rappel"),
    "complaint": T("Réclamation"),
    "life": T("Certificat de vie"),
    "address": T("Changement d'adresse"),
    "post": T("Envoi par la poste"),
}

STATES = {
    "queued": T("reçue, pas encore transmise"),
    "sent": T("transmise à la caisse"),
    "acknowledged": T("en cours à la caisse"),
    "accepted": T("acceptée par la caisse"),
    "rejected": T("refusée par la caisse"),
    "ready": T("prête"),
    "collected": T("remise"),
    "expired": T("expirée"),
    "cancelled": T("annulée"),
}

# The same where a stick goes to and fro: what it did not bring back did not arrive yet.
CARRIED = {
    "queued": T("gardée ici, part avec la clé USB"),
    "sent": T("gardée ici, part avec la clé USB"),
    "acknowledged": T("reçue au centre"),
}

# Why a fund refuses a request.
REFUSALS = {
    "not_served": T("Vous n'êtes plus servi à ce point relais. Allez à l'agence."),
    "no_pension": T("La caisse ne vous verse pas de pension."),
    "no_allowance": T("La caisse ne vous verse pas d'allocations familiales."),
    "no_salary": T("Aucun salaire déclaré sur cette période."),
    "no_rights": T("Vos droits AMO ne sont pas ouverts."),
    "bad_period": T("La période demandée n'est pas possible."),
}
OTHER_REFUSAL = T("Demandez la raison à l'agence, ou faites-vous rappeler.")

MISSING = {
    "prescription": T("ordonnance"),
    "invoice": T("facture"),
    "medical_report": T("rapport médical"),
    "school_certificate": T("certificat d'école"),
    "life_certificate": T("certificat de vie"),
    "bank_details": T("relevé d'identité bancaire"),
}

RIGHTS = {
    "open": T("ouverts"),
    "closed": T("fermés"),
    "suspended": T("suspendus"),
}
UNKNOWN_RIGHT = T("non communiqués")


def dossier(kind: str) -> Text:
    """The short name of a kind of dossier."""
    return DOSSIERS.get(kind, OTHER_DOSSIER)


def request(kind: str) -> Text:
    """The short name of something asked for."""
    return REQUESTS.get(kind, OTHER_REQUEST)


def scheme(code: str) -> Text | str:
    """A fund or scheme as people write it: `CNSS`, `CNOPS`."""
    return T("Caisse (démo)") if code == "pretend" else code.replace("_", " ").upper()


def cancelled(done: Cancelled | None) -> Text:
    """What became of the wish to take a request back."""
    return _CANCELLED[done]


_CANCELLED: Mapping[Cancelled | None, Text] = {
    "kept": T("Demande annulée."),
    "left": T("Annulée ici, mais déjà partie : la caisse peut encore y répondre."),
    None: T("Trop tard : la caisse l'a déjà traitée."),
}
