"""Helpers at a desk: what they may do for a person is counted, told, and ends with a word.

A helper never sees amounts, never changes anything precious: whatever needs a code of the person's
card is out of a mandate's reach (`Caller` sees to it).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lite.clock import instant, stamp
from lite.desk import post
from lite.desk.office import Office
from lite.identity import audit, phones
from lite.numbers import mask_phone
from lite.text import Ltr, T

if TYPE_CHECKING:
    from lite.desk.service import Desk

# A use is told to the person by SMS, once in so long.
_ONE_A = timedelta(days=1)
_LOOK = 600  # seconds
# What a helper did, by scope: told to the person.
USES = {
    "dossiers": T("Il a vu vos dossiers."),
    "attestation": T("Il a demandé une attestation."),
    "rights": T("Il a vu vos droits AMO."),
}


@dataclass(frozen=True)
class Mandate:
    """A helper's mandate, as the person sees it; `phone` is E.164."""

    id: str
    phone: str
    scope: tuple[str, ...]
    until: datetime


@dataclass(frozen=True)
class Mandates:
    """What one caller may do about the helpers of their person."""

    desk: Desk

    def living(self) -> list[Mandate]:
        """Who helps the person now, the latest first."""
        desk = self.desk
        return [
            Mandate(row.id, opened(desk.office, row.id, row.sealed), tuple(row.scope.split()),
                    instant(row.ends_at))
            for row in desk.office.store.mandates.living(self.desk.whose(), stamp(desk.now))
        ]  # fmt: skip

    def end(self, id: str) -> bool:
        """It ends at once, and its helper is told; false if it was no more."""
        desk, office, person = self.desk, self.desk.office, self.desk.whose()
        phone = next((one.phone for one in self.living() if one.id == id), "")
        with office.store.transaction():
            if not phone or not office.store.mandates.end(person, id, stamp(desk.now)):
                return False
            audit.append(
                office.store, office.vault, audit.SYSTEM, "helper_ended", person, "", desk.now
            )
            line = T("Lite : votre mandat d'aidant est terminé.")
            post.sms(office, phone, [line], desk.language, "receipt")
        return True


def opened(office: Office, id: str, sealed: str) -> str:
    """The number of a mandate's helper (E.164)."""
    return office.vault.open(f"mandates.sealed:{id}", sealed).decode()


def note_use(office: Office, phone: str, person: str, scope: str, turn: str, now: datetime) -> None:
    """A helper (E.164) acts for a person: logged, and told to every number of the person once a
    day. Whatever is looked at within some minutes is looked at once; what is asked for is logged
    each time."""
    index, looked = office.index(phone), int(now.timestamp()) // _LOOK
    use = turn if scope == "attestation" else f"{scope} {looked}"
    if not office.store.mandates.use(index, person, use):
        return
    audit.append(
        office.store, office.vault, f"helper:{index}", "helper_acted", person, scope, now
    )
    if not office.store.mandates.tell(index, person, stamp(now), stamp(now - _ONE_A)):
        return
    lines = [
        T("Lite : votre aidant {phone} a agi pour vous.", phone=Ltr(mask_phone(phone))),
        USES[scope],
        T("Pour l'arrêter : FIN au {number}.", number=Ltr(office.short_code)),
    ]
    for one in phones.held(office.store, office.vault, person):
        language = office.store.talks.caller(one.index).language or "fr"
        post.sms(office, one.phone, lines, language, "receipt")
