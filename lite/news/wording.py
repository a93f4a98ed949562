"""One SMS for a day's news: the most urgent said, the others counted.

Whoever else reads this phone learns the number of a dossier and where it stands: no name, no sum,
no word of care. What to do is said in words that name neither; the rest is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lite.clock import local
from lite.news.pieces import URGENCY, Piece
from lite.services import names
from lite.text import TN, Ltr, T, Text

# What to do about a reason, for any eyes; `services/names.py` has the whole of it.
TO_DO: Mapping[str, Text] = {
    "HD60": T("montrez le reçu daté du dépôt."),
    "OUV": T("vérifiez vos jours déclarés, puis redéposez."),
    "ORIG": T("apportez les papiers originaux."),
    "CB": T("ajoutez les codes-barres et les prix."),
    "NOM": T("faites écrire le nom complet ; une personne par feuille."),
    "INPE": T("faites compléter la feuille (cachet, date)."),
    "ICE": T("demandez une facture avec nom, date, IF et ICE."),
    "RADIO": T("apportez les pièces qui manquent."),
    "EP": T("voyez avec la caisse."),
    "IPE-INC": T("complétez le dossier sous 60 jours."),
    "IPE-780": T("faites déclarer les jours qui manquent."),
    "IPE-260": T("faites déclarer les jours qui manquent."),
    "IPE-OTHER": T("apportez la preuve de la date."),
    "AF-CERT": T("apportez le certificat demandé."),
}
_REFUSED = ("rejected", "partly_approved")
_DO = {
    "info_requested": T("À faire : portez-les à l'agence ou au point relais."),
    "rejected": T("À faire : agence, ou réclamation."),
    "returned_by_bank": T("À faire : voyez votre banque, puis l'agence."),
    "closed": T("À faire : vérifiez les jours déclarés."),
    "suspended": T("À faire : vérifiez les jours déclarés."),
    "ending": T("À faire : vérifiez les jours déclarés."),
}


def message(pieces: Sequence[Piece], number: str, code: str) -> list[Text]:
    """The lines of the message: one piece at least. `number` is our short code, `code` what is
    dialled."""
    first, *others = sorted(pieces, key=_urgency)
    lines = [_said(first), *_to_do(first)]
    if others:
        more = TN("{n} autre nouvelle : {code}", "{n} autres nouvelles : {code}", len(others))
        return [*lines, Text(more.id, {**more.values, "code": Ltr(code)}, more.many)]
    if first.number:
        return [*lines, T("Détail : DOSSIER au {number}", number=Ltr(number))]
    if first.what == "payment":
        return [*lines, T("Plus : composez {code}", code=Ltr(code))]
    return [*lines, T("Détail : DROITS au {number}", number=Ltr(number))]


def _urgency(piece: Piece) -> tuple[int, str, str]:
    return URGENCY.index(piece.what), str(piece.until or ""), piece.number


def _said(one: Piece) -> Text:
    day = Ltr(f"{local(one.as_of):%d/%m}") if one.as_of else "?"
    if one.until:
        return T("Lite : des droits AMO finissent le {end} (connu le {day}).",
                 end=one.until, day=day)  # fmt: skip
    if one.number:
        status = names.STATUSES[one.what]
        return T("Lite : dossier {number} : {status}, au {day}.",
                 number=Ltr(one.number), status=status, day=day)  # fmt: skip
    if one.what == "payment":
        return T("Lite : un paiement de la caisse est parti, au {day}.", day=day)
    return T("Lite : des droits AMO sont {status}, au {day}.",
             status=names.RIGHTS[one.what], day=day)  # fmt: skip


def _to_do(one: Piece) -> list[Text]:
    known = [TO_DO[code] for code in one.codes if code in TO_DO]
    if one.what in _REFUSED and known:
        return [T("À faire : {remedy}", remedy=known[0])]
    return [_DO[one.what]] if one.what in _DO else []
