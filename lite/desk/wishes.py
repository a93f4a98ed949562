"""What a phone is told of a person by SMS: what was asked for on this phone, and nothing before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lite.clock import stamp
from lite.desk.office import Office
from lite.store.news import WishRow

if TYPE_CHECKING:
    from lite.desk.service import Desk

# What can be asked for, one or several: news of dossiers and payments, of rights.
WISHES = ("dossiers", "rights")


@dataclass(frozen=True)
class Wishes:
    """The wishes of one caller's phone for their person; a helper has none."""

    desk: Desk

    @property
    def now(self) -> frozenset[str]:
        """What this phone is told of the person."""
        desk = self.desk
        return frozenset(desk.office.store.news.wanted(desk.index, desk.whose()).split())

    def ask(self, wanted: frozenset[str]) -> None:
        """From now on this of WISHES, or nothing. To ask takes a STOP of this phone back."""
        desk, person, office = self.desk, self.desk.whose(), self.desk.office
        if not wanted:
            return office.store.news.refuse(desk.index, person)
        if not desk.phone or not wanted.issubset(WISHES):
            raise ValueError(f"there are no news of {wanted} for this phone")
        place = _place(desk.index, person)
        office.store.news.want(
            WishRow(
                desk.index, person, " ".join(sorted(wanted)), desk.language,
                office.vault.seal(place, desk.phone.encode(), person), stamp(desk.now),
            )
        )  # fmt: skip
        desk.want_messages(True)


def number(office: Office, wish: WishRow) -> str:
    """The phone (E.164) that a wish is of."""
    return office.vault.open(_place(wish.phone, wish.person), wish.sealed).decode()


def _place(phone: str, person: str) -> str:
    return f"news_wanted.sealed:{phone}/{person}"
