"""The audit log: who looked at whose file, who did what, in a chain that shows every change.

Each entry's mac (HMAC-SHA256, its key outside the store) covers the entry and the mac before it.
A chain does not show that its end was cut off: for that its head, a count and a mac, leaves the
machine from time to time, and `verify` is given it back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lite.clock import stamp
from lite.store import Store
from lite.store.audit import AnchorRow, AuditRow
from lite.text import T, Text
from lite.vault import Vault

SYSTEM = "system"

# What is worth an entry, as it is told to those who may read it.
ACTS: dict[str, Text] = {
    "staff_added": T("Compte d'agent créé"),
    "staff_disabled": T("Compte d'agent fermé"),
    "link_made": T("Lien d'entrée créé"),
    "signed_in": T("Agent entré"),
    "refused": T("Entrée d'agent refusée"),
    "signed_out": T("Agent sorti"),
    "found": T("Dossier ouvert, nom masqué"),
    "not_found": T("Recherche sans résultat"),
    "shown": T("Identité affichée"),
    "closed": T("Dossier refermé"),
    "enrolled": T("Numéro déposé"),
    "activated": T("Numéro activé"),
    "phone_lost": T("Téléphone déclaré perdu"),
    "phone_stopped": T("Ancien numéro arrêté"),
    "change_asked": T("Changement demandé"),
    "change_cancelled": T("Changement annulé"),
    "change_done": T("Changement fait"),
    "card_printed": T("Carte imprimée"),
    "card_lost": T("Carte déclarée perdue"),
    "audit_read": T("Journal lu"),
    "helper_named": T("Aidant désigné"),
    "helper_acted": T("Acte d'un aidant"),
    "helper_ended": T("Aidant retiré"),
    "exported": T("Données exportées"),
    "erased": T("Données effacées"),
    "purged": T("Données périmées effacées"),
    "letter_opened": T("Message ouvert"),
    "letter_retried": T("Messages renvoyés"),
    "letter_dropped": T("Messages abandonnés"),
    "restored": T("Copie de sauvegarde remise en place"),
    "keys_rotated": T("Clés changées"),
    "paper_revoked": T("Attestation annulée"),
    "paper_handed": T("Attestation remise"),
    "paper_refused": T("Remise d'attestation refusée"),
    "box_added": T("Point relais inscrit"),
    "box_removed": T("Point relais retiré"),
    "box_agreed": T("Accord pour un point relais"),
    "box_ended": T("Accord retiré pour un point relais"),
    "box_written": T("Données copiées pour un point relais"),
    "box_read": T("Demandes reçues d'un point relais"),
    "box_expired": T("Données copiées par clé USB, effacées"),
}

# Why a file is opened at the counter; an entry keeps the key.
REASONS: dict[str, Text] = {
    "enrol": T("Inscrire un téléphone"),
    "card": T("Remettre une carte à codes"),
    "loss": T("Perte ou vol d'un téléphone ou d'une carte"),
    "question": T("Question de l'assuré"),
    "complaint": T("Réclamation"),
}

_WHO = re.compile(r"[a-z][a-z0-9._-]{1,31}|helper:[0-9a-f]{16,64}")
_PERSON = re.compile(r"[A-Za-z0-9_-]{0,64}")
_DETAIL = re.compile(r"(?!.*[0-9]{6})[a-z0-9 ._=:,-]{0,80}")
_PAGE = 5_000  # entries held in memory while verifying


@dataclass(frozen=True)
class Head:
    """How many entries a log had, and the mac of the last of them; printed as `COUNT:MAC`."""

    count: int
    mac: str

    def __str__(self) -> str:
        return f"{self.count}:{self.mac}"

    @classmethod
    def read(cls, text: str) -> Head:
        """The head that `str` wrote. ValueError for anything else."""
        found = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{40}|)", text.strip())
        if not found or bool(int(found[1])) != bool(found[2]):
            raise ValueError(
                f"{text} is no head of an audit log. It looks like 12:9f0c… (COUNT:MAC)."
            )
        return cls(int(found[1]), found[2])


@dataclass(frozen=True)
class Fault:
    """Something is wrong at an entry: it was `changed`, or is `missing`."""

    seq: int
    what: str


def append(
    store: Store, vault: Vault, who: str, act: str, person: str, detail: str, now: datetime
) -> None:
    """Add one entry; at the end of the caller's transaction if there is one.

    `who` is a staff name, `helper:` and a keyed hash, or `SYSTEM`; `act` a key of `ACTS`; `person`
    a blind id or empty; `detail` a few plain words about the act, never about the person:
    ValueError for six digits in a row and whatever else is no such word.
    """
    if act not in ACTS or not _WHO.fullmatch(who) or not _PERSON.fullmatch(person):
        raise ValueError(f"the audit log knows no such entry: {act}")
    if not _DETAIL.fullmatch(detail):
        raise ValueError("the detail of an audit entry holds what it may not")

    def add() -> None:
        store.alone("audit")
        seq, before = store.audit.last()
        row = AuditRow(seq + 1, stamp(now), who, act, person, detail, "")
        store.audit.add(row._replace(mac=_mac(vault, before, row)))

    store.at_end(add)


def head(store: Store) -> Head:
    """What to send off the machine now and then: `verify` finds a cut by it."""
    return Head(*store.audit.last())


def verify(store: Store, vault: Vault, *known: Head) -> list[Fault]:
    """Every entry that was edited, removed, inserted or moved; with heads that were `known` once,
    also a log cut or written anew since. A change is told once, not at all that follows. Reads the
    log in slices: 10^6 entries need no more memory than a few thousand. What lies before the
    anchor of a `cut` is gone, and not missed."""
    return _faults(store, vault, known, None)


def _faults(store: Store, vault: Vault, known: Sequence[Head], until: int | None) -> list[Fault]:
    anchor = store.audit.anchor()
    seq, before = (anchor.seq, anchor.mac) if anchor else (0, "")
    told = {(one.count, one.mac) for one in known if one.count >= max(seq, 1)}
    counts = {count for count, _ in told}
    forged = anchor is not None and anchor.proof != _proof(vault, anchor)
    faults = [Fault(seq, "changed")] if forged or _contradicts(told, counts, seq, before) else []
    for row in _entries(store, seq, until):
        faults += [Fault(gone, "missing") for gone in range(seq + 1, row.seq)]
        if _mac(vault, before, row) != row.mac or _contradicts(told, counts, row.seq, row.mac):
            faults.append(Fault(row.seq, "changed"))
        seq, before = row.seq, row.mac
    if max(counts, default=0) > seq:
        faults.append(Fault(seq + 1, "missing"))
    return sorted(set(faults), key=lambda fault: fault.seq)


def _contradicts(told: set[tuple[int, str]], counts: set[int], seq: int, mac: str) -> bool:
    """Whether some head tells of another entry here."""
    return seq in counts and any(count == seq and one != mac for count, one in told)


def cut(store: Store, vault: Vault, before: datetime, now: datetime) -> int:
    """Remove the entries older than `before` from the beginning; how many. The last of them stays
    as the anchor, so that the rest verifies as it did. Where one of those to go was tampered with,
    nothing goes: it is evidence. The cut is itself an entry."""
    with store.transaction():
        store.alone("audit")
        end = store.audit.before(stamp(before))
        if end is None or _faults(store, vault, (), end[0]):
            return 0
        anchor = AnchorRow(*end, stamp(now), "")
        gone = store.audit.cut(anchor._replace(proof=_proof(vault, anchor)))
        append(store, vault, SYSTEM, "purged", "", f"audit rows={gone:,}", now)
    return gone


def _proof(vault: Vault, anchor: AnchorRow) -> str:
    return vault.hash("audit-anchor", f"{anchor.seq}\n{anchor.mac}\n{anchor.at}")


def _entries(store: Store, begin: int, until: int | None) -> Iterator[AuditRow]:
    seq = begin or -(2**62)
    while page := store.audit.after(seq, _PAGE):
        for row in page:
            if until is not None and row.seq > until:
                return
            yield row
        seq = page[-1].seq


def _mac(vault: Vault, before: str, row: AuditRow) -> str:
    entry = json.dumps(row[:-1], ensure_ascii=False, separators=(",", ":"))
    return vault.hash("audit", f"{before}\n{entry}")
