"""After a restore: what the copy cannot know is made good, or treated as unknown.

Letters that had not left when the copy was made may have left since: they are lost ones, settled
by the policy of their class. Messages that came in since are asked of the gateway again, and what
the funds did since is asked of the funds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from lite.clock import instant, stamp
from lite.identity import audit
from lite.numbers import msisdn
from lite.store import Store
from lite.vault import Vault

# (the last id known): the gateway's answer, as its SDK gives it.
Fetch = Callable[[int], Any]
# Hears one message, as the gateway's callback would bring it.
Hear = Callable[[Mapping[str, str]], object]
# The gateway's clock and ours may differ by so much.
_ABOUT = timedelta(seconds=60)
_PAGES = 10_000
_FIELDS = ("id", "from", "to", "text", "date")
_LAST = "fetched"


class Found(NamedTuple):
    """Messages that the gateway keeps since the restore point, and those of them that were new."""

    kept: int
    new: int


def doubt(store: Store, vault: Vault, at: datetime, now: datetime) -> tuple[int, int]:
    """Treat what may have happened since the restore point `at` as unknown; in one transaction.
    How many letters are in doubt, how many sessions ended."""
    with store.transaction():
        letters = store.restored.doubt(stamp(now), stamp(now))
        sessions = store.restored.sign_out(stamp(now))
        store.restored.forget_workers()
        detail = f"at={at:%Y-%m-%d %H:%M} letters={letters}"
        audit.append(store, vault, audit.SYSTEM, "restored", "", detail, now)
    return letters, sessions


def hear_again(
    store: Store, index: Callable[[str], str], fetch: Fetch, hear: Hear, at: datetime
) -> Found:
    """Ask the gateway for the messages that came in since the restore point, and hear those that
    this copy has not: each once, however often this is done. Raises what `fetch` raises."""
    kept = new = 0
    for message in _kept(store, fetch):
        sent = instant(str(message["date"]).replace("Z", "+00:00"))
        if sent < at - _ABOUT:
            continue
        kept += 1
        # Until the restore point a message of that minute is the one we have, by whatever id.
        about = _ABOUT if sent <= at else timedelta(0)
        phone = index(msisdn(str(message["from"])) or str(message["from"]))
        around = (stamp(sent - about), stamp(sent + about))
        if not store.restored.heard(str(message["id"]), phone, *around):
            hear({name: str(message.get(name, "")) for name in _FIELDS})
            new += 1
    return Found(kept, new)


def _kept(store: Store, fetch: Fetch) -> Iterator[Mapping[str, Any]]:
    """Every message that the gateway keeps, page after page, since the last one asked for."""
    last = int(store.places.fact(_LAST) or 0)
    for _ in range(_PAGES):
        page = fetch(last)["SMSMessageData"]["Messages"]
        if not page:
            return
        yield from page
        newest = max(int(one["id"]) for one in page)
        if newest <= last:
            return
        last = newest
        store.places.set_fact(_LAST, str(last))
