"""Somebody who has much: thirty-one dossiers, a card of codes, an attestation of two years."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

from bench.town import Caller
from lite.app import House
from lite.clock import stamp
from lite.identity import cards, sessions
from lite.numbers import with_check
from lite.papers.keys import PaperKeys
from lite.papers.signature import new_key
from lite.store.requests import DocumentRow, RequestRow
from lite.upstream import port

RICH = Caller("cnss:199999999", "+212699999999", tuple(f"{5_000_000_000 + n}" for n in range(31)))
REFERENCE = with_check("2718281828")
_NAME = "Moulay Abdelmounaïm El Hadaïqi"
_KINDS = ("reimbursement", "prise_en_charge", "ald", "pension", "ipe")
_MONTHS = [
    {"month": f"{2024 + n // 12}-{n % 12 + 1:02}", "employer": "Conserveries Tafoukt SARL",
     "days": 26 - n % 4, "amount": 450_000 + 37 * n}
    for n in range(24)
]  # fmt: skip


def settle_in(house: House, folder: Path) -> tuple[str, str]:
    """The cookies of the same person, before and after a code of their card. The fund's key signs
    what they print."""
    signer = new_key(folder / "papers.pem")
    house.__dict__["paper_keys"] = PaperKeys({"rich": signer}, {})
    house.intake.pull(_Fund())
    (person,) = house.store.people.of_phone(house.office.index(RICH.phone))
    now = house.clock.now()
    cards.issue(house.store, house.vault, person, now)
    _paper(house, person, stamp(now))
    with house.store.transaction():
        before, after = (
            sessions.begin(house.store, house.vault, person, RICH.phone, level, now)
            for level in (1, 2)
        )
    return before, after


def _paper(house: House, person: str, now: str) -> None:
    office, place = house.office, f"documents.sealed:{REFERENCE}"
    asked = {"details": {}, "phone": RICH.phone, "insured": RICH.key}
    facts = {
        "name": _NAME, "name_ar": "مولاي عبد المنعم الحدائقي", "currency": "MAD",
        "total": sum(int(str(row["amount"])) for row in _MONTHS),
        "facts": {"from": "2024-01", "to": "2025-12", "months": _MONTHS},
    }  # fmt: skip
    house.store.requests.add(
        RequestRow(
            REFERENCE, "once", person, office.index(RICH.phone), "salaries", "fr", "ready", "", now,
            now, "rich", "receipt", office.seal(f"requests.sealed:{REFERENCE}", asked, person),
        )
    )  # fmt: skip
    house.store.requests.file(
        DocumentRow(
            REFERENCE, "salaries", "2026-11-20", "2999-02-20", None,
            office.seal(place, facts, person),
        )
    )  # fmt: skip


class _Fund:
    """As much of a fund as a pull needs."""

    name = "rich"

    def capabilities(self) -> port.Capabilities:
        return port.Capabilities("rich", "1", "none", False, False, False, cadence=60)

    def pull(self, since: str | None, mode: port.Mode) -> port.Pull:
        return port.Pull(_pages())


def _pages() -> Generator[port.Page, None, port.Batch]:
    key, today = port.PersonKey.read(RICH.key), datetime.now(UTC)
    told: list[port.Record] = [
        port.Insured({key.scheme: key.value}, RICH.key, "head", _NAME, "1984-03-12", (RICH.phone,))
    ]
    told += [
        port.Dossier(
            number, key, _KINDS[n % len(_KINDS)], f"{today:%Y-%m}-01",
            port.DossierStatus.PAID, f"{today:%Y-%m}-01", claimed=123_456 + 97 * n,
            approved=86_419 + 71 * n, paid=86_419 + 71 * n,
        )
        for n, number in enumerate(RICH.dossiers)
    ]  # fmt: skip
    yield port.Page(tuple(port.upsert(one) for one in told))
    return port.Batch("rich", today, None, complete=True)
