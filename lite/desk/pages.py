"""The web pages of the person at a desk: the ways in, and closing them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from lite.identity import codes, texted

if TYPE_CHECKING:
    from lite.desk.service import Desk


@dataclass(frozen=True)
class Pages:
    """What one caller may do about pages; only `asked_at` is for anybody."""

    desk: Desk

    def code(self, browser: str = "") -> str:
        """A one-time code to sign in: six digits, ten minutes, once; for one browser if given."""
        desk, office = self.desk, self.desk.office
        return codes.issue(
            office.store, office.vault, desk.index, self.desk.whose(), desk.now, browser
        )  # fmt: skip

    def asked_at(self, digits: str) -> datetime | None:
        """When the page was opened that shows exactly these digits and waits for them."""
        office = self.desk.office
        return texted.asked_at(office.store, office.vault, digits, self.desk.now)

    def open(self, digits: str) -> bool:
        """Open the person's file on the page that shows these digits; false if none waits."""
        desk, office = self.desk, self.desk.office
        return bool(desk.phone) and texted.send(
            office.store, office.vault, digits, self.desk.whose(), desk.phone or "", desk.now
        )

    def close(self) -> None:
        """Close every page that is open for the person."""
        texted.close(self.desk.office.store, self.desk.whose())
