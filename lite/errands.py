"""Requests on their way to a fund: the carrier of `fund` letters."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lite.clock import Clock, stamp
from lite.outbox import Accepted, Carrier, Down, Later, Never, Outcome
from lite.outbox.outcomes import Expired
from lite.store import Store
from lite.store.letters import LetterRow
from lite.text import T, Text
from lite.upstream import port
from lite.vault import Vault

REFUSED = T("Lite : demande refusée par la caisse. Pour savoir pourquoi, renvoyez :")
# (phone, lines, language): posts an SMS in the transaction of its cause.
Tell = Callable[[str, Sequence[Text], str], object]


@dataclass(frozen=True)
class Errands:
    """Hands requests to their funds. The reference is the idempotency key: twice is once.

    A fund that does not answer is never an error: the letter waits, for weeks if needed.
    """

    store: Store
    vault: Vault
    clock: Clock
    funds: Mapping[str, port.Fund]
    tell: Tell

    def carry(self, letter: LetterRow) -> Outcome:
        """What the fund made of one request."""
        content = json.loads(self.vault.open(f"letters.sealed:{letter.id}", letter.sealed))
        fund = self._taker(content["fund"])
        if fund is None:
            return Later(f"no fund called {content['fund']} takes requests")
        return self._handed(fund, content)

    def _taker(self, name: str) -> port.Fund | None:
        """Of the sources of a fund (`cnops`, `cnops#2`), the first that can submit."""
        of = (fund for source, fund in self.funds.items() if source.partition("#")[0] == name)
        return next((fund for fund in of if fund.capabilities().submit), None)

    def _handed(self, fund: port.Fund, content: Mapping[str, Any]) -> Outcome:
        reference = content["reference"]
        asked = self.store.requests.get(reference)
        if asked and asked.state == "cancelled":
            return Expired()  # taken back while a try was out
        answer = fund.submit(
            port.Request(
                key=reference,
                type=content["type"],
                insured=port.PersonKey.read(content["insured"]),
                details=content["details"],
                asked_at=asked.asked_at if asked else "",
            )
        )
        if isinstance(answer, port.Unreachable):
            return Down("the fund does not answer", answer.retry_after)
        with self.store.transaction():
            if isinstance(answer, port.Refused):
                self._refused(content, answer.reason.code)
                return Never(answer.reason.code)
            now = stamp(self.clock.now())
            held = now if answer.held else ""
            self.store.requests.receipted(reference, fund.name, answer.reference, held)
            self.store.requests.move(reference, ("queued",), "sent", "", now)
        return Accepted()

    def _refused(self, content: Mapping[str, Any], reason: str) -> None:
        """The person is told that the fund refuses; why is told to whoever asks by reference."""
        reference, now = content["reference"], stamp(self.clock.now())
        moved = self.store.requests.move(reference, ("queued",), "rejected", reason, now)
        row = self.store.requests.get(reference)
        if moved and row and content["phone"]:
            lines = [REFUSED, Text("{value}", {"value": reference})]
            self.tell(content["phone"], lines, row.language)


def carrier(
    store: Store, vault: Vault, clock: Clock, funds: Mapping[str, port.Fund],
    tell: Tell = lambda phone, lines, language: None,
) -> Carrier:  # fmt: skip
    """The carrier of `fund` letters; `tell` texts people whose request is refused."""
    return Errands(store, vault, clock, funds, tell).carry
