"""Requests on their way to a fund: the carrier of `fund` letters."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from lite.clock import Clock, stamp
from lite.outbox import Accepted, Later, Never, Outcome
from lite.store import Store
from lite.store.letters import LetterRow
from lite.upstream import port
from lite.vault import Vault


def carrier(
    store: Store, vault: Vault, clock: Clock, funds: Mapping[str, port.Fund]
) -> Callable[[LetterRow], Outcome]:
    """Hands a request to its fund. The reference is the idempotency key: twice is once.

    A fund that does not answer is never an error: the letter waits, for weeks if needed.
    """

    def carry(letter: LetterRow) -> Outcome:
        content = json.loads(vault.open(f"letters.sealed:{letter.id}", letter.sealed))
        fund = funds.get(content["fund"])
        if fund is None:
            return Later(f"no fund is called {content['fund']}", None)
        return _handed(store, clock, fund, content)

    return carry


def _handed(store: Store, clock: Clock, fund: port.Fund, content: Mapping[str, Any]) -> Outcome:
    reference = content["reference"]
    request = port.Request(
        key=reference,
        type=content["type"],
        insured=port.PersonKey.read(content["insured"]),
        details=content["details"],
    )
    answer = fund.submit(request)
    if isinstance(answer, port.Unreachable):
        return Later("the fund does not answer", answer.retry_after)
    now = stamp(clock.now())
    with store.transaction():
        if isinstance(answer, port.Refused):
            store.requests.move(reference, ("queued",), "rejected", answer.reason.code, now)
            return Never(answer.reason.code)
        store.requests.receipted(reference, fund.name, answer.reference)
        store.requests.move(reference, ("queued",), "sent", "", now)
    return Accepted()
