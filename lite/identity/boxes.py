"""Who is served at a box: only those who agreed to it."""

from __future__ import annotations

import re
from datetime import datetime

from lite.clock import stamp
from lite.identity import audit
from lite.identity.consent import BOX_TEXTS
from lite.store import Store
from lite.vault import Vault

NAME = re.compile(r"[a-z][a-z0-9-]{1,31}")


def agree(
    store: Store, vault: Vault, box: str, person: str, version: str, language: str, who: str,
    now: datetime,
) -> None:  # fmt: skip
    """A person agreed before `who` (a staff name), to this version of the text, read in this
    language. ValueError for a box that is not ours, or a text that is none."""
    if store.boxes.get(box) is None or version not in BOX_TEXTS:
        raise ValueError("there is no such box, or no such text")
    with store.transaction():
        store.boxes.agree(box, person, version, language, who, stamp(now))
        detail = f"box={box} consent={version} {language}"
        audit.append(store, vault, who, "box_agreed", person, detail, now)


def disagree(
    store: Store, vault: Vault, box: str, person: str, who: str, now: datetime
) -> bool:  # fmt: skip
    """The next stick lacks this person, so the box forgets them. Whether they had agreed."""
    with store.transaction():
        had = store.boxes.disagree(box, person)
        if had:
            audit.append(store, vault, who, "box_ended", person, f"box={box}", now)
    return had
