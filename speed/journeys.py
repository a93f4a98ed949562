"""Whole journeys, from a phone that has seen nothing to what somebody came for."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page, TimeoutError

from speed.browser import fresh, quiet, viewed
from speed.house import ROOT, Scene
from speed.people import Person
from speed.trace import Limit, Trace, carried, limit


@dataclass(frozen=True)
class Step:
    """One page waited for: seconds, the limit for it, every byte that passed."""

    name: str
    seconds: float
    limit: Limit
    total: int


@dataclass(frozen=True)
class Journey:
    """The pages of a journey, and the segments of the SMS that it cost."""

    name: str
    steps: tuple[Step, ...]
    segments: int

    @property
    def seconds(self) -> float:
        """Of waiting for pages: reading, typing and the way of an SMS are not in it."""
        return sum(step.seconds for step in self.steps)

    @property
    def limit(self) -> Limit:
        return sum((step.limit for step in self.steps), Limit(0, 0, 0))

    @property
    def total(self) -> int:
        return sum(step.total for step in self.steps)


class Walk:
    """Somebody on their way: every page that they wait for is one step."""

    def __init__(self, scene: Scene, page: Page, person: Person) -> None:
        self.scene, self.page, self.person = scene, page, person
        self.steps: list[Step] = []

    def _goes(self, name: str, go: Callable[[], object]) -> None:
        view = viewed(self.scene, self.page, go)
        self.steps.append(Step(name, view.text, view.limit, view.total))

    def opens(self, path: str) -> None:
        self._goes(path, lambda: self.page.goto(ROOT + path, wait_until="commit"))

    def follows(self, label: str) -> None:
        """A link, or a button, by what it says; its digit may stand before."""
        named: Any = re.compile(rf"^(\d{{1,2}} )*{re.escape(label)}")
        found = self.page.get_by_role("link", name=named).or_(
            self.page.get_by_role("button", name=named)
        )
        try:
            self._goes(label, lambda: found.first.click(no_wait_after=True))
        except TimeoutError as error:
            shown = self.page.inner_text("body")
            raise RuntimeError(f"no « {label} » on:\n{shown}") from error

    def downloads(self, label: str) -> None:
        """A link to a file: until its last byte is there."""
        trace, began = Trace(self.scene.apart.trace), time.monotonic()
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=label).click(no_wait_after=True)
        if not download.value.path().read_bytes().startswith(b"%PDF"):
            raise RuntimeError(f"{label}: no PDF came")
        packets = quiet(self.page, trace)
        last = max(one.arrived for one in packets if one.way == "down" and one.payload)
        found = limit(packets, last, self.scene.apart.profile)
        self.steps.append(Step(label, last - began, found, carried(packets)))


def _enters(walk: Walk, wanted: str) -> None:
    """From the menu to a service that wants to know who it is, by a code that comes by SMS."""
    walk.opens("/fr/")
    walk.follows(wanted)
    walk.page.fill("#phone", walk.person.phone)
    walk.follows("Recevoir un code par SMS")
    walk.page.fill("#code", walk.person.code())
    walk.follows("Entrer")


def _status(walk: Walk) -> None:
    _enters(walk, "Mes dossiers")
    first = walk.page.locator("fieldset a, fieldset button").first.inner_text()
    walk.follows(first.partition(" ")[2] if first[0].isdigit() else first)


def _attestation(walk: Walk) -> None:
    _enters(walk, "Attestation")
    for label in ("Salaires déclarés", "Trois derniers mois", "Oui"):
        walk.follows(label)
    walk.person.letters()  # the fund makes it, and an SMS says so
    walk.follows("Attestations prêtes")
    asked = re.search(r"code (\d{1,2}) ", walk.page.inner_text("main"))
    if asked is None:
        raise RuntimeError("no code of the card is asked for")
    walk.page.fill("#card", walk.person.card[int(asked[1])])
    walk.follows("Continuer")
    walk.follows("Voir et imprimer")
    walk.downloads("Télécharger le PDF")


JOURNEYS = {
    "status of my dossier": _status,
    "attestation PDF in hand": _attestation,
}


def walked(
    scene: Scene, browser: Browser, people: Iterator[Person], *, scripts: bool = True
) -> Iterator[Journey]:
    """Each journey once, by somebody who has not been here."""
    for name, way in JOURNEYS.items():
        person = next(people)
        with fresh(browser, scripts=scripts) as page:
            walk = Walk(scene, page, person)
            way(walk)
            yield Journey(name, tuple(walk.steps), person.segments())
