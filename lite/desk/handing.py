"""A ready paper on its way to its owner: by post, or over a counter with a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from lite.clock import stamp
from lite.desk import papers, post
from lite.desk.facts import OwnPaper, Request
from lite.identity import audit, phones, pickups
from lite.identity.codes import Locked, Wrong
from lite.text import T, Text

if TYPE_CHECKING:
    from lite.desk.service import Desk

_HOLDS = ("ready", "collected")
_UNDERWAY = ("queued", "sent", "acknowledged", "accepted")
_TOLD = T("Lite : votre attestation a été remise à l'agence. Ce n'est pas vous ? Allez à votre"
          " agence. Référence :")  # fmt: skip


@dataclass(frozen=True)
class Handing:
    """What may be handed over, and doing so."""

    desk: Desk

    @property
    def ready(self) -> list[Request]:
        """The person's papers that hold: not cancelled, not past their last day."""
        return [one for one in self.desk.requests() if one.state in _HOLDS and self._last(one)]

    def _last(self, one: Request) -> date | None:
        found = self.desk.paper(one.reference)
        holds = found and not found.revoked and found.valid_until >= self.desk.today
        return found.valid_until if found and holds else None

    def posted(self, reference: str) -> Request | None:
        """The wish to have this paper by post, if there is one on its way."""
        asked = (one for one in self.desk.requests() if one.kind == "post")
        return next(
            (one for one in asked
             if one.details.get("paper") == reference and one.state in _UNDERWAY), None,
        )  # fmt: skip

    def code(self, reference: str) -> tuple[str, date]:
        """A collection code for one of these papers, and its last day. It is shown where it was
        asked for, and kept nowhere."""
        desk = self.desk
        one = next(one for one in self.ready if one.reference == reference)
        last = self._last(one) or desk.today
        office = desk.office
        return pickups.issue(
            office.store, office.vault, reference, desk.whose(), desk.once, last, desk.now
        ), last  # fmt: skip

    # At the counter

    def look(self, reference: str, code: str, clerk: str) -> OwnPaper | Wrong | Locked:
        """The paper that a code opens to a clerk, who compares its name with an identity card."""
        return self._checked(reference, code, clerk, use=False)

    def hand(self, reference: str, code: str, clerk: str) -> OwnPaper | Wrong | Locked:
        """The same, handed over: the code is used, the log says so, and so does an SMS to every
        phone of the person."""
        with self.desk.office.store.transaction():
            found = self._checked(reference, code, clerk, use=True)
            if isinstance(found, OwnPaper):
                self._handed(reference, clerk)
        return found

    def _checked(
        self, reference: str, code: str, clerk: str, use: bool
    ) -> OwnPaper | Wrong | Locked:
        office, now = self.desk.office, self.desk.now
        with office.store.transaction():
            found = papers.whole(office, reference)
            opened = pickups.check(office.store, office.vault, reference, code, clerk, now, use)
            if not isinstance(opened, pickups.Right):
                person = self._person(reference)
                audit.append(office.store, office.vault, clerk, "paper_refused", person, "", now)
                return opened
        late = found is None or date.fromisoformat(found.valid_until) < self.desk.today
        return Wrong() if found is None or found.revoked or late else found

    def _handed(self, reference: str, clerk: str) -> None:
        office, now, person = self.desk.office, self.desk.now, self._person(reference)
        office.store.requests.move(reference, ("ready",), "collected", "", stamp(now))
        audit.append(office.store, office.vault, clerk, "paper_handed", person, "", now)
        row = office.store.requests.get(reference)
        lines = [_TOLD, Text("{value}", {"value": reference})]
        for one in phones.held(office.store, office.vault, person):
            language = row.language if row else self.desk.language
            post.sms(office, one.phone, lines, language, "receipt", life=timedelta(days=3))

    def _person(self, reference: str) -> str:
        row = self.desk.office.store.requests.get(reference)
        return (row.person if row else "") or ""
