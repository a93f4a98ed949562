"""Two houses and a stick: a centre that knows everybody, a box in a town hall that knows nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cast import FR_THIRTY, owner

from lite import vault
from lite.app import House
from lite.boxes import reading, writing
from lite.boxes.reading import Taken
from lite.boxes.writing import Written
from lite.clock import set_clock
from lite.config import Settings
from lite.identity import boxes
from lite.intake import Pulled
from lite.store.boxes import BoxRow
from lite.upstream import machines
from lite.upstream.machines import Pair
from tests import engines

NAME = "tafraout"


def keys_of(house: House) -> Path:
    file = Path(house.settings.key_file)
    return file.with_name(f"{file.name}.box")


@dataclass
class Town:
    """The centre, the box, and the folder of the stick between them."""

    centre: House
    box: House
    stick: Path

    @property
    def row(self) -> BoxRow:
        row = self.centre.store.boxes.get(NAME)
        assert row
        return row

    @property
    def own(self) -> Pair:
        return machines.load(keys_of(self.centre))

    @property
    def folder(self) -> Path:
        """Of the one fund, on the stick."""
        return self.stick / NAME / "pretend"

    def agrees(self, phone: str) -> str:
        """The person of a phone wants to be served at the box; who that is at the centre."""
        person = self.person(self.centre, phone)
        assert person
        centre = self.centre
        boxes.agree(
            centre.store, centre.vault, NAME, person, "2026-11", "fr", "amina", centre.clock.now()
        )
        return person

    def person(self, house: House, phone: str) -> str | None:
        return house.store.people.of_key(house.vault.hash("key", str(owner(phone).key)))

    def writes(self) -> Written:
        """The centre writes the stick."""
        now = self.centre.clock.now()
        centre = self.centre
        return writing.write(centre.store, centre.vault, self.own, self.row, self.stick, now)

    def pulls(self, full: bool = False) -> Pulled:
        """The stick is in the box, which learns and settles."""
        (fund,) = self.box.funds.values()
        outcome = self.box.intake.pull(fund, full)
        self.box.intake.settle(fund)
        return outcome

    def reads(self) -> Taken:
        """The stick is back at the centre."""
        now = self.centre.clock.now()
        return reading.take_in(self.centre.office, self.own, self.row, self.stick, now)

    def passes(self, **time: float) -> None:
        for house in (self.centre, self.box):
            set_clock(Path(house.settings.clock), house.clock.now() + timedelta(**time))

    def why(self) -> str:
        """What the box's doctor says of its last pull."""
        row = self.box.store.funds.get("pretend")
        return row.detail if row else ""

    def kept(self) -> int:
        """How many records the box shows."""
        row = self.box.store.sql.one("select count(*) from current_records")
        return int(row[0]) if row else 0


def founded(centre: House, folder: Path) -> Town:
    """A box that is registered at the centre, with one person who agreed."""
    stick, home = folder / "usb", folder / "box"
    stick.mkdir()
    home.mkdir()
    set_clock(home / "clock", centre.clock.now())
    vault.create(home / "lite.keys")
    public = machines.make(home / "lite.keys.box").public
    own = machines.make(keys_of(centre)).public
    box = House(
        Settings(
            database=engines.address(home),
            key_file=str(home / "lite.keys"),
            upstream=f"pretend=stick://{stick}/{NAME}?key={home}/lite.keys.box&centre={own}",
            webhook_secrets=("secret",),
            clock=str(home / "clock"),
        )
    )
    box.store.migrate()
    centre.store.boxes.add(NAME, str(public), 30, "")
    town = Town(centre, box, stick)
    town.agrees(FR_THIRTY)
    return town
