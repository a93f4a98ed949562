"""A small good batch of files, to be spoilt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from lite.upstream import port
from lite.upstream.filedrop import export
from lite.upstream.filedrop.write import Head

PEOPLE = 4
FORMS: tuple[export.Form, ...] = ("csv", "ndjson")


def records() -> Iterator[port.Record]:
    """A few people with their rights and dossiers."""
    for one in range(PEOPLE):
        key = port.PersonKey("cnss", f"{123_456_780 + one}")
        yield port.Insured(
            {"cnss": key.value, "cin": f"AB{123_456 + one}"}, f"cnss:{key.value}", "head",
            "Étienne Aït Tafoukt, dit « Titi »", "1980-02-29", (f"+21260000000{one}",), "إتيان",
            "fr",
        )  # fmt: skip
        yield port.Right(key, "amo", port.RightStatus.OPEN, "2026-01-01", "2027-12-31")
        yield port.Dossier(
            f"D{one}", key, "reimbursement", "2026-10-01", port.DossierStatus.REJECTED,
            "2026-11-02", (port.Reason("OUV", 'Droits "non ouverts"; voir agence'),), ("invoice",),
            125_050, 100_000, None, "MAD", f"R{one}",
        )  # fmt: skip


def write(root: Path, form: export.Form, sequence: int, at: datetime) -> Path:
    """A full batch of them; its folder."""
    folder = export.folder_of(root, sequence, at)
    export.write(folder, Head(sequence, "full", at, "cnss"), map(port.upsert, records()), form)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Its files: name -> bytes."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
