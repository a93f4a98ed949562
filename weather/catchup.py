"""R5: the fund is back, and a hundred thousand letters wait for it."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event, Thread

from attack.figures import Figure
from lite import errands
from lite.app import House
from lite.clock import Clock, stamp
from lite.config import Settings
from lite.desk import post
from lite.numbers import with_check
from lite.outbox import Outbox
from lite.store.requests import RequestRow
from lite.upstream import port
from weather import folk
from weather.progress import Progress

_EACH = 5  # letters of one person
_PATIENCE = 900.0


@dataclass
class Shore:
    """The fund's side: what arrived there, when, in which order. Nobody answers until `open`."""

    name: str = "town"
    again: int = 60  # seconds after which it wants to be asked again, as the pretend fund says
    open: bool = False
    knocks: int = 0
    arrived: list[tuple[float, str]] = field(default_factory=list)  # monotonic s, reference

    def capabilities(self) -> port.Capabilities:
        return port.Capabilities("town", "1", "none", False, False, True, cadence=60)

    def submit(self, request: port.Request) -> port.Submission:
        if not self.open:
            self.knocks += 1
            return port.Unreachable(self.again)
        self.arrived.append((time.monotonic(), request.key))
        return port.Receipt(f"f{request.key}")


def run(quick: bool, letters: int = 0, rate: float = 0.0) -> list[Figure]:
    """As `lite work` carries letters, at the rate cap that a house has unless told otherwise."""
    letters = letters or (3_000 if quick else 100_000)
    rate = rate or Settings.fund_rate
    with folk.folder() as folder:
        house = folk.house(folder)
        house.__dict__["clock"] = Clock()  # the rate is one of real seconds
        owners = _ask(house, letters)
        shore = Shore(again=2 if quick else 60)
        took = _carried(house, shore, letters, rate)
        sent = house.store.sql.one("select count(*) from requests where state = 'sent'")
    return _figures(shore, owners, letters, rate, took, int(sent[0]) if sent else 0)


def _ask(house: House, letters: int) -> dict[str, int]:
    """Each person asks several times, in between the others; reference -> whose."""
    owners, people = dict[str, int](), max(1, letters // _EACH)
    now = house.clock.now()
    for start in range(0, letters, 1_000):
        with house.store.transaction():
            for one in range(start, min(letters, start + 1_000)):
                reference = with_check(f"2{one:010}")
                owners[reference] = one % people
                _request(house, reference, f"person{one % people:06}", stamp(now))
    return owners


def _request(house: House, reference: str, person: str, now: str) -> None:
    content = {
        "reference": reference, "type": "affiliation", "insured": "cnss:123456789", "details": {},
        "phone": "", "fund": "town",
    }  # fmt: skip
    sealed = house.office.seal(f"requests.sealed:{reference}", json.dumps({"phone": ""}), person)
    house.store.requests.add(
        RequestRow(reference, reference, person, "", "affiliation", "fr", "queued", "", now, now,
                   "town", "", sealed)
    )  # fmt: skip
    post.request(house.office, person, content, f"w-{reference}")


def _carried(house: House, shore: Shore, letters: int, rate: float) -> float:
    """Seconds from the fund's return to its last letter; the worker ran while it was down."""
    carry = errands.carrier(house.store, house.vault, house.clock, {"town": shore})
    worker = Outbox(house.store, house.clock, {"fund:town": carry}, rates={"fund:town": rate})
    stop = Event()
    thread = Thread(target=worker.run, args=(stop,))
    thread.start()
    while not house.store.lanes.get("fund", "town").retry_at:
        time.sleep(0.1)
    time.sleep(1)  # silent long enough for the lane to shut
    since, shore.open = time.monotonic(), True
    with Progress("R5", letters) as progress:
        while len(shore.arrived) < letters and time.monotonic() < since + _PATIENCE:
            time.sleep(0.5)
            progress.to(len(shore.arrived))
    time.sleep(1)  # whatever comes twice
    stop.set()
    thread.join()
    return shore.arrived[-1][0] - since if shore.arrived else _PATIENCE


def busiest(moments: Sequence[float], width: float = 1.0) -> int:
    """The most arrivals that any second holds."""
    most = first = 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - width:
            first += 1
        most = max(most, last - first + 1)
    return most


def disordered(keys: Sequence[str], owners: dict[str, int]) -> int:
    """Letters that came after a later one of the same person."""
    last: dict[int, str] = {}
    wrong = 0
    for key in keys:
        wrong += last.get(owners[key], "") > key
        last[owners[key]] = max(key, last.get(owners[key], ""))
    return wrong


def _figures(
    shore: Shore, owners: dict[str, int], letters: int, rate: float, took: float, sent: int
) -> list[Figure]:
    keys = [key for _, key in shore.arrived]
    doubles = sum(times - 1 for times in Counter(keys).values())
    wrong, most = disordered(keys, owners), busiest([at for at, _ in shore.arrived])
    there = len(set(keys))
    what = f"{letters:,} waiting letters of {max(1, letters // _EACH):,} people"
    goal = 600 * letters / 100_000 if letters < 100_000 else 600
    return [
        Figure("R5", f"{what}: all there after the fund's return ({shore.knocks} tries before it)",
               f"{took:.0f} s, {there / took:.0f}/s", f"<= {goal:.0f} s",
               there == letters and took <= max(goal, 30)),
        Figure("R5", "letters that came twice", f"{doubles}", "0", not doubles),
        Figure("R5", "letters that overtook one of the same person", f"{wrong}", "0", not wrong),
        Figure("R5", "most that arrived in any second (LITE_FUND_RATE)", f"{most}",
               f"<= {rate:.0f}", most <= rate),
        Figure("R5", "requests shown as sent", f"{sent:,}", f"{letters:,}", sent == letters),
    ]  # fmt: skip
