"""The code that collects a paper at a counter: six digits, once, until the paper's last day.

It is kept as a keyed hash, like every code. Wrong tries count for the paper and for whoever makes
them, so that nobody behind a counter can try one code on many papers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lite.clock import CASABLANCA, stamp
from lite.identity import throttle
from lite.identity.codes import Locked, Wrong
from lite.store import Store
from lite.vault import Vault

DIGITS = 6


@dataclass(frozen=True)
class Right:
    """The code is the one."""


def issue(
    store: Store, vault: Vault, reference: str, person: str, once: str, last: date, now: datetime
) -> str:
    """A code for a paper, until the end of its `last` day; the one before it stops working. The
    same turn (`once`) gives the same code, and never brings back one that was used."""
    drawn = int(vault.hash("pickup-draw", f"{reference}:{once}"), 16) % 10**DIGITS
    code, until = f"{drawn:0{DIGITS}}", datetime.combine(last, time.min, CASABLANCA)
    subject, hashed = _subject(reference), _hash(vault, reference, code)
    if not store.access.spent(subject, hashed):
        store.access.issue(
            subject, hashed, person, "", stamp(until + timedelta(days=1)), stamp(now)
        )
    return code


def check(
    store: Store, vault: Vault, reference: str, code: str, by: str, now: datetime,
    use: bool = False,
) -> Right | Wrong | Locked:  # fmt: skip
    """Whether this code collects this paper; it is consumed to `use` it. `by` is a staff name. A
    reference that is nobody's is answered, and counted, as any other."""
    subjects = (_subject(reference), f"pickup-by:{by}")
    with store.transaction(f"tries:{subjects[0]}"):
        locked = [throttle.locked_until(store, one, now) for one in subjects]
        if until := max(filter(None, locked), default=None):
            return Locked(until)
        hashed, at = _hash(vault, reference, code), stamp(now)
        found = (
            store.access.use(subjects[0], hashed, "", at) if use
            else store.access.living(subjects[0], hashed, at)
        )  # fmt: skip
        _counted(store, subjects, bool(found), use, now)
    return Right() if found else Wrong()


def _counted(
    store: Store, subjects: Sequence[str], right: bool, use: bool, now: datetime
) -> None:
    """A code that is only looked at ends no wait of whoever holds one and guesses at others."""
    for one in subjects:
        if not right:
            throttle.fail(store, one, now)
        elif use:
            store.access.forgive(one)


def _subject(reference: str) -> str:
    return f"pickup:{reference}"


def _hash(vault: Vault, reference: str, code: str) -> str:
    return vault.hash("pickup", f"{reference}:{code}")
