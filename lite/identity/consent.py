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

# What a person agrees to who wants to be served at a box, where nobody has a network.
BOX_TEXTS: Mapping[str, Sequence[Text]] = {
    "2026-11": (
        T("Vos droits et dossiers seront copiés à : {box}. Vous pourrez les y lire sans réseau."),
        T("La copie voyage chiffrée, sur une clé USB. Ce point est seul à pouvoir l'ouvrir."),
        T("Sans nouvelle clé USB, la copie est effacée après {days} jours."),
        T("Vous pouvez refuser, et arrêter quand vous voulez, à l'agence."),
    ),
}
BOX_CURRENT = "2026-11"


def of_box(version: str, box: str, days: int) -> list[Text]:
    """The text for one box. KeyError for a version that is none."""
    values: dict[str, str | int] = {"box": box, "days": days}
    return [
        Text(line.id, {name: value for name, value in values.items() if f"{{{name}}}" in line.id})
        for line in BOX_TEXTS[version]
    ]
