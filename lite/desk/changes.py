"""Changes that wait for their day, asked and cancelled at a desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from lite.desk import post
from lite.desk.office import Office
from lite.identity.changes import Answer, Change, Changes, Kind
from lite.identity.sim import Off, SimCheck
from lite.text import Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

_SWORN = 3  # the level of a fresh code of the card, given for this very act


def rules(office: Office, sims: SimCheck | None = None) -> Changes:
    """What asks, cancels and carries out, with letters to tell of it; `sims` asks operators."""

    def tell(
        phone: str, lines: Sequence[Text], language: str, klass: Literal["receipt", "code"],
        life: timedelta | None = None,
    ) -> str:  # fmt: skip
        return post.sms(office, phone, lines, language, klass, life)

    return Changes(
        office.store, office.vault, tell, office.short_code, office.service_code, sims or Off()
    )


@dataclass(frozen=True)
class Waiting:
    """What one caller may do about the changes of their person."""

    desk: Desk

    def may(self, kind: Kind) -> Answer:
        """Whether such a change could be asked for now: `asked` if so."""
        return rules(self.desk.office).may(self.desk.whose(), kind, self.desk.now)

    def number(self, phone: str, stops: bool) -> Answer:
        """Ask for a new number (E.164); `stops`: once it is activated, the caller's own phone
        speaks for the person no more. PermissionError without a code of the card for this."""
        replaces = self.desk.index if stops else ""
        return self._ask("phone", {"phone": phone, "replaces": replaces})

    def helper(self, phone: str, scope: Sequence[str], months: int) -> Answer:
        """Ask for a helper (E.164), for so many months; the same promise."""
        return self._ask("helper", {"phone": phone, "scope": " ".join(scope), "months": months})

    def _ask(self, kind: Kind, details: dict[str, Any]) -> Answer:
        desk = self.desk
        if desk.level < _SWORN:
            raise PermissionError("such a change needs a code of the card, given for it alone")
        return rules(desk.office).ask(self.desk.whose(), kind, details, desk.language, desk.now)

    def all(self) -> list[Change]:
        """What waits for the person, the oldest first."""
        return rules(self.desk.office).waiting(self.desk.whose())

    def cancel(self, id: str) -> bool:
        """Keep it from being done; false if it waits no more."""
        return rules(self.desk.office).cancel(self.desk.whose(), id, self.desk.now)
