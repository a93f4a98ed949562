"""A form that was sent too late: what was typed is kept until its person is back (WCAG 2.2.1).

It is bound to the browser that sent it, by the keyed hash of a cookie, and to the person whose page
it was: whoever else signs in there never sees it, and whoever signs in elsewhere does not either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from lite.clock import instant, stamp
from lite.store import Store
from lite.store.kept import KeptRow
from lite.vault import Vault

LIFE = timedelta(minutes=60)


@dataclass(frozen=True)
class Late:
    """What was typed for a service, by field name; `once` is the idempotency key of its page."""

    service: str
    given: Mapping[str, str]
    once: str


@dataclass(frozen=True)
class Kept:
    """A form that waits for its person, until when."""

    form: Late
    person: str
    until: datetime


def keep(
    store: Store, vault: Vault, cookie: str, person: str, form: Late, now: datetime
) -> None:  # fmt: skip
    """Keep a form of a person's, sent by the browser of this cookie; one before it is lost."""
    _put(store, vault, cookie, Kept(form, person, now + LIFE))


def find(store: Store, vault: Vault, cookie: str, now: datetime) -> Kept | None:
    """The form that waits in the browser of this cookie. Only its person may see it."""
    row = store.kept_forms.of_browser(_hash(vault, cookie), stamp(now)) if cookie else None
    if row is None:
        return None
    content = json.loads(vault.open(f"kept_forms.sealed:{row.hash}", row.sealed))
    return Kept(Late(**content), row.person, instant(row.expires_at))


def move(
    store: Store, vault: Vault, old: str, new: str, person: str, now: datetime
) -> Late | None:  # fmt: skip
    """A browser has a new cookie, for this person: their form follows, once and no longer than it
    would have lived; somebody else's is dropped. The form."""
    kept = find(store, vault, old, now)
    if kept is None:
        return None
    drop(store, vault, old)
    if kept.person != person:
        return None
    _put(store, vault, new, kept)
    return kept.form


def drop(store: Store, vault: Vault, cookie: str) -> None:
    """The form of this browser is done, or not wanted any more."""
    store.kept_forms.drop(_hash(vault, cookie))


def _put(store: Store, vault: Vault, cookie: str, kept: Kept) -> None:
    hashed = _hash(vault, cookie)
    content = json.dumps(asdict(kept.form)).encode()
    sealed = vault.seal(f"kept_forms.sealed:{hashed}", content, kept.person)
    store.kept_forms.keep(KeptRow(hashed, kept.person, sealed, stamp(kept.until)))


def _hash(vault: Vault, cookie: str) -> str:
    return vault.hash("kept", cookie)
