"""What a person agrees to when they deposit a phone, word for word, each version kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lite.text import T, Text

# Law 09-08 asks that people be told who keeps what, why, who else sees it, and their rights.
TEXTS: Mapping[str, Sequence[Text]] = {
    "2026-11": (
        T("Avec ce numéro, vous suivrez vos dossiers CNSS ou CNOPS par téléphone."),
        T("Nous gardons votre numéro, votre langue et une copie chiffrée de votre dossier."),
        T("Vos appels et SMS passent par votre opérateur et par une société à l'étranger."
          " Ils n'y sont pas chiffrés."),
        T("Qui tient ce téléphone peut voir où en sont vos dossiers."
          " Pour les montants, il faut aussi un code de votre carte."),
        T("Nous ne vous demanderons jamais votre RIB par téléphone."),
        T("Vous pouvez refuser : l'agence vous sert comme avant."
          " Vous pouvez arrêter quand vous voulez, à l'agence."),
        T("Loi 09-08 : vous pouvez voir, corriger ou faire effacer vos données."),
    ),
}  # fmt: skip
CURRENT = "2026-11"
